"""What a finished run's books are held against: the files as they came, read without our own reader."""

from __future__ import annotations

import csv
import io
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.cases.kinds import REFUND
from domain.ledger.chart import LedgerAccount
from storage.models import CaseRow, Entry, File, Posting, Receipt, RemittanceClaim, Submission, TimelineEntry
from storage.organisations import LOCAL_PRACTICE
from storage.unit_of_work import Books

Segments = list[list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """Money and decisions, as one side tells them."""

    remitted_cents: int
    decisions: int
    decided_cents: int
    receipts: int
    received_cents: int


def told_by_files(books: Books) -> Paid:
    """What the inbound files say, each distinct content once."""
    with books.transaction(LOCAL_PRACTICE) as session:
        files = session.execute(select(File.sha256, File.content).where(File.direction == "in")).all()
    contents = {row.sha256: bytes(row.content) for row in files}
    remittances = [found for content in contents.values() if (found := _segments(content))]
    payments = [segment for segments in remittances for segment in segments if segment[0] == "BPR"]
    assert all(payment[3] == "C" for payment in payments), "a payer never debits the practice's bank"
    decisions = [segment for segments in remittances for segment in segments if segment[0] == "CLP"]
    checks = [row for content in contents.values() for row in _checks(content)]
    return Paid(
        remitted_cents=sum(_cents(payment[2]) for payment in payments),
        decisions=len(decisions),
        decided_cents=sum(_cents(decision[4]) for decision in decisions),
        receipts=len(checks),
        received_cents=sum(int(row["amount_cents"]) for row in checks),
    )


def posted_in_books(books: Books) -> Paid:
    """What the books hold."""
    with books.transaction(LOCAL_PRACTICE) as session:
        states = Counter(session.scalars(select(RemittanceClaim.state)))
        assert set(states) <= {"posted"}, f"remittances that nobody posted: {states}"
        return Paid(
            remitted_cents=_debits(session, LedgerAccount.REMITTANCE_CLEARING, "deposit"),
            decisions=states["posted"],
            decided_cents=session.scalar(select(func.sum(RemittanceClaim.paid_cents))) or 0,
            receipts=session.scalar(select(func.count()).select_from(Receipt)) or 0,
            received_cents=_debits(session, LedgerAccount.BANK, "patient_payment"),
        )


def told_by_simulator(state: Path) -> tuple[int, int]:
    """Cents that the simulator's own books say payers remitted, and patients paid."""
    (remitted,) = _ask(state, "SELECT COALESCE(SUM(amount_cents), 0) FROM remittances")[0]
    (paid,) = _ask(state, "SELECT COALESCE(SUM(amount_cents), 0) FROM patient_payments WHERE state = 'delivered'")[0]
    return int(remitted), int(paid)


def attempts_at_simulator(state: Path) -> Counter[tuple[str, str]]:
    """How often each attempt reached each payer: payer and CLM01. Medicare sends some on to a supplement."""
    rows = _ask(state, "SELECT payer, control_number FROM claims")
    return Counter((str(payer), str(control_number)) for payer, control_number in rows)


def attempts_in_books(books: Books) -> set[str]:
    """CLM01 of every attempt that left the house."""
    with books.transaction(LOCAL_PRACTICE) as session:
        return set(session.scalars(select(Submission.control_number).where(Submission.sent_at.is_not(None))))


def closings(books: Books) -> Counter[int]:
    """How often each claim was closed, by the timeline."""
    with books.transaction(LOCAL_PRACTICE) as session:
        entries = session.scalars(
            select(TimelineEntry.claim_number).where(
                TimelineEntry.what == "Closed", TimelineEntry.claim_number.is_not(None)
            )
        )
        return Counter(number for number in entries if number is not None)


def paid_twice(books: Books) -> Counter[int]:
    """Claims with money to return, and how often: a second payment opens a closed claim again, once."""
    with books.transaction(LOCAL_PRACTICE) as session:
        found = session.scalars(select(CaseRow.claim_number).where(CaseRow.kind == REFUND))
        return Counter(number for number in found if number is not None)


def deliveries(books: Books) -> Counter[int]:
    """How many inbound files came how often."""
    with books.transaction(LOCAL_PRACTICE) as session:
        return Counter(session.scalars(select(File.deliveries).where(File.direction == "in")))


def _debits(session: Session, account: LedgerAccount, kind: str) -> int:
    return (
        session.scalar(
            select(func.sum(Entry.amount_cents))
            .join(Posting, Posting.id == Entry.posting_id)
            .where(Entry.ledger_account == account, Posting.kind == kind)
        )
        or 0
    )


def _segments(content: bytes) -> Segments:
    """Segments of an 835, split by the delimiters that its ISA declares; empty for any other file."""
    text = content.decode()
    if not text.startswith("ISA"):
        return []
    element, terminator = text[3], text[105]
    segments = [part.strip().split(element) for part in text.split(terminator) if part.strip()]
    return segments if any(segment[:2] == ["ST", "835"] for segment in segments) else []


def _checks(content: bytes) -> Iterator[dict[str, str]]:
    text = content.decode()
    if text.startswith("deposit,"):
        yield from csv.DictReader(io.StringIO(text))


def _cents(amount: str) -> int:
    return int(Decimal(amount) * 100)


def _ask(state: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(f"file:{state / 'simulator' / 'simulator.sqlite'}?mode=ro", uri=True)) as connection:
        return connection.execute(query).fetchall()
