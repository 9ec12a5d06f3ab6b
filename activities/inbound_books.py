"""Inbound files: classify, then one transaction set at a time, each in one database transaction."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import DataError
from sqlalchemy.orm import Session
from temporalio import activity

from activities.cash import bank_file
from activities.inbound import acknowledgements, letters, lockbox
from activities.inbound.context import Inbound
from activities.recent_contents import RecentContents
from activities.remittances.receive import remittance_received
from contracts.wire import (
    FileContents,
    FileProcessed,
    FileReceived,
    InboundBooks,
    TransactionProcessed,
    TransactionRef,
)
from edi import acknowledgement as ack
from edi import bank_statement
from edi import inbound as mail
from edi import letter as letter_file
from edi import lockbox as lockbox_file
from edi import remittance as remittance_file
from edi.errors import EdiError
from storage import files
from storage.models import File, FileTransaction
from storage.once import once
from storage.practice_day import day_at
from storage.unit_of_work import Books, cannot_be_kept
from x12.envelope.model import TransactionSet
from x12.transactions.acknowledgement import ImplementationAcknowledgement, InterchangeAcknowledgement
from x12.transactions.claim_status import ClaimAcknowledgement
from x12.transactions.remittance import Remittance as X12Remittance


class InboundBooksInPostgres(InboundBooks):
    """Writes what a file says, once."""

    def __init__(self, books: Books) -> None:
        """Work on these books."""
        self._books = books
        self._contents = RecentContents()

    @activity.defn(name="classify_file")
    def classify(self, file: FileReceived) -> FileContents:
        """Say what the file holds; every problem of its envelope becomes one work item."""

        def work(session: Session) -> FileContents:
            row = session.get_one(File, file.file_id)
            found = mail.classify(row.content, row.name)
            row.kind = found.kind
            if found.problems:
                inbound = self._inbound(session, file, 0)
                inbound.ask_person(
                    f"file:{file.file_id}:problems",
                    "file_problems",
                    f"{row.name}: {found.problems[0]}"
                    + (f" (and {len(found.problems) - 1} more)" if len(found.problems) > 1 else ""),
                    "Ask the sender for the file again; what could be read was processed",
                    owner="operations",
                )
            return FileContents(kind=found.kind, ordinals=tuple(t.ordinal for t in found.transactions))

        return self._books.run(file.organisation_id, work)

    @activity.defn(name="process_transaction")
    def process(self, transaction: TransactionRef) -> TransactionProcessed:
        """Process one ST; a repeat returns what became of it. What the books cannot hold waits for a person, and its
        neighbours go on."""
        key = f"file:{transaction.file_id}:{transaction.ordinal}"

        def work(session: Session) -> dict[str, Any]:
            return once(session, key, lambda: self._process(session, transaction))

        try:
            result = self._books.run(transaction.organisation_id, work)
        except (DataError, ValueError) as error:
            if not cannot_be_kept(error):
                raise
            result = self._books.run(
                transaction.organisation_id,
                lambda session: once(session, key, lambda: self._set_aside(session, transaction)),
            )
        return TransactionProcessed(**result)

    @activity.defn(name="finish_file")
    def finish(self, file: FileReceived) -> FileProcessed:
        """Close the file."""
        with self._books.transaction(file.organisation_id) as session:
            row = session.get_one(File, file.file_id, with_for_update=True)
            row.state = "processed" if row.kind != "unknown" else "failed"
            states = session.execute(
                select(FileTransaction.state, func.count())
                .where(FileTransaction.file_id == file.file_id)
                .group_by(FileTransaction.state)
            ).all()
        counts: dict[str, int] = {row.state: row[1] for row in states}
        return FileProcessed(kind=row.kind, transactions=sum(counts.values()), held=counts.get("held", 0))

    def _inbound(self, session: Session, ref: FileReceived | TransactionRef, ordinal: int) -> Inbound:
        return Inbound(
            session=session,
            organisation_id=ref.organisation_id,
            file_id=ref.file_id,
            ordinal=ordinal,
            business_at=ref.business_at,
            today=day_at(session, ref.organisation_id, ref.business_at),
        )

    def _process(self, session: Session, ref: TransactionRef) -> dict[str, Any]:
        inbound = self._inbound(session, ref, ref.ordinal)
        row = session.execute(select(File.name, File.kind, File.sha256).where(File.id == ref.file_id)).one()
        content = self._contents.get(row.sha256, lambda: files.content(session, ref.file_id))
        try:
            kind = _dispatch(inbound, content, row.kind)
        except EdiError as error:
            kind = _unreadable(inbound, row.name, str(error))
        return self._recorded(inbound, kind)

    def _set_aside(self, session: Session, ref: TransactionRef) -> dict[str, Any]:
        """Nothing of the ST is kept but the question: the exception's own text may repeat protected values."""
        inbound = self._inbound(session, ref, ref.ordinal)
        name = session.scalars(select(File.name).where(File.id == ref.file_id)).one()
        why = "it holds a value that the books cannot keep (a NUL character, or a number beyond all measure)"
        return self._recorded(inbound, _unreadable(inbound, name, why))

    def _recorded(self, inbound: Inbound, kind: str) -> dict[str, Any]:
        inbound.deliver_bells()
        state = "held" if inbound.held else "processed"
        files.record_transaction(
            inbound.session,
            inbound.organisation_id,
            inbound.file_id,
            inbound.ordinal,
            kind=kind,
            state=state,
            summary={"matched": inbound.matched, "queued": inbound.queued},
        )
        return {"kind": kind, "state": state, "matched": inbound.matched, "queued": inbound.queued}


def _unreadable(inbound: Inbound, name: str, why: str) -> str:
    """Ask operations about a transaction that could not be taken in; return its kind."""
    inbound.held = True
    inbound.ask_person(
        f"file:{inbound.file_id}:{inbound.ordinal}:unreadable",
        "transaction_unreadable",
        f"{name}, transaction {inbound.ordinal}: {why}",
        "Ask the sender for it again",
        owner="operations",
    )
    return "unreadable"


def _dispatch(inbound: Inbound, content: bytes, kind: str) -> str:
    """Hand the transaction to what knows its kind; return the kind."""
    if kind == "lockbox":
        lockbox.lockbox_received(inbound, lockbox_file.read(content))
        return kind
    if kind == "bank":
        bank_file.bank_file_received(inbound, bank_statement.read(content))
        return kind
    if kind == "letter":
        letters.letter_received(inbound, letter_file.read(content))
        return kind
    found = mail.open_transaction(content, inbound.ordinal)
    if isinstance(found, InterchangeAcknowledgement):
        acknowledgements.interchange_acknowledged(inbound, ack.interchange_acknowledged(found))
        return "TA1"
    _x12(inbound, found)
    return found.kind or "unreadable"


def _x12(inbound: Inbound, found: TransactionSet) -> None:
    match found.content:
        case ImplementationAcknowledgement() as content:
            for told in ack.functional_acknowledged(content):
                acknowledgements.functional_acknowledged(inbound, told)
        case ClaimAcknowledgement() as content:
            for answer in ack.claims_acknowledged(content):
                acknowledgements.claim_acknowledged(inbound, answer)
            for refused in ack.batch_rejected(content):
                acknowledgements.batch_rejected(inbound, refused)
        case X12Remittance():
            remittance = remittance_file.read(found)
            remittance_received(inbound, remittance)
            bank_file.match_remittance(inbound, remittance.trace_number)
        case _:
            inbound.held = True
            inbound.ask_person(
                f"file:{inbound.file_id}:{inbound.ordinal}:unexpected",
                "unexpected_transaction",
                f"Transaction {inbound.ordinal} ({found.kind or 'unreadable'}) is not one we take from the mailbox",
                "Look at the file; ask the sender what it is for",
                owner="operations",
            )
