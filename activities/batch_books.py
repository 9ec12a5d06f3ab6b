"""Building interchanges: ready rows become one 837P or 837I and its outbox row in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from temporalio import activity

from activities import parties
from activities.deliveries import CLAIMS
from contracts.wire import BatchBooks, BatchOpened, InterchangeBuilt
from domain.claim.claim import ClaimForSubmission
from domain.claim.submission import AttemptState
from domain.sending import SendKind
from edi import claim_interchange
from edi.envelope import transaction_control_number
from storage import claims, files, outbox, timeline
from storage.models import Batch, Submission
from storage.once import once
from storage.unit_of_work import Books

_WHY = {"7": "replaces the claim the payer knows", "8": "voids the claim", "Q": "asks to reopen a decided claim"}


class BatchBooksInPostgres(BatchBooks):
    """Draws control numbers, marks ready rows, writes the interchange: all or nothing."""

    def __init__(self, books: Books) -> None:
        """Work on these books."""
        self._books = books

    @activity.defn(name="build_interchange")
    def build(self, batch: BatchOpened) -> InterchangeBuilt:
        """Build once; a repeat returns what was built."""

        def work(session: Session) -> dict[str, Any]:
            return once(session, f"batch:{batch.batch_number}:built", lambda: _build(session, batch))

        result = self._books.run(batch.organisation_id, work)
        return InterchangeBuilt(claims=result["claims"], outbox_id=result["outbox_id"])


def _build(session: Session, opened: BatchOpened) -> dict[str, Any]:
    organisation_id = opened.organisation_id
    batch = session.get_one(Batch, opened.batch_number, with_for_update=True)
    ready = session.scalars(
        select(Submission)
        .where(Submission.state == AttemptState.READY, Submission.payer_code == batch.payer_code)
        .order_by(Submission.claim_number)
        .limit(claim_interchange.CLAIMS_PER_TRANSACTION)
        .with_for_update(skip_locked=True)
    ).all()
    by_id = claims.for_submissions(session, [row.id for row in ready])
    ready = _of_one_kind(ready, by_id)
    if not ready:
        batch.state = "empty"
        return {"claims": 0, "outbox_id": None}
    sender = parties.submitter(session, organisation_id)
    payer = parties.payer(session, batch.payer_code)
    numbers = parties.draw_control_numbers(
        session, organisation_id, sender.submitter_id, claim_interchange.transactions_needed(len(ready))
    )
    content = claim_interchange.write(
        [by_id[row.id] for row in ready],
        payer=payer,
        provider=sender,
        control_numbers=numbers,
        at=opened.business_at.astimezone(parties.time_zone(session, organisation_id)),
        usage=parties.usage(),
    )
    guide = "837P" if by_id[ready[0].id].content.institution is None else "837I"
    name = f"{guide}-{payer.code}-{numbers.interchange:09d}.x12"
    file_id = files.build(session, organisation_id, name, guide, content, opened.business_at)
    outbox_id = outbox.intend(
        session,
        organisation_id,
        f"interchange:{sender.submitter_id}:{payer.code}:{numbers.interchange}",
        SendKind.RECOGNISED,
        CLAIMS,
        name,
        file_id,
        None,
        opened.business_at,
    )
    batch.state = "built"
    batch.file_id = file_id
    batch.claims = len(ready)
    batch.interchange_control_number = f"{numbers.interchange:09d}"
    batch.group_control_number = str(numbers.group)
    for place, row in enumerate(ready):
        row.state = AttemptState.BATCHED
        row.batch_number = batch.number
        row.transaction_control_number = transaction_control_number(
            numbers.transactions[claim_interchange.transaction_of(place)]
        )
        timeline.note(
            session,
            organisation_id,
            key=f"submission:{row.id}:batched",
            at=opened.business_at,
            by="system",
            what=f"Attempt {row.attempt} put into interchange {batch.interchange_control_number} to {payer.name}",
            why=_WHY.get(row.frequency, ""),
            claim_number=row.claim_number,
        )
    return {"claims": len(ready), "outbox_id": outbox_id}


def _of_one_kind(ready: Sequence[Submission], by_id: dict[int, ClaimForSubmission]) -> list[Submission]:
    """An interchange is of one kind of claim (GS08): the first one's. The others stay ready for the next sweep."""
    kinds = {row.id: by_id[row.id].content.claim_type for row in ready}
    return [row for row in ready if kinds[row.id] is kinds[ready[0].id]]
