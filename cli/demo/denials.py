"""What became of the demo's denials: each of the five groups found, what people did about it, and its end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from activities.claim.history import Decision, decisions
from domain.appeals.states import Outcome as AppealOutcome
from domain.claim.commands import Verb
from domain.claim.stages import Stage
from domain.denials.classification import Verdict
from domain.denials.rules import DenialGroup
from domain.ledger.chart import LedgerAccount
from storage import compliance
from storage.models import (
    Appeal,
    Claim,
    Command,
    ComplianceReferral,
    Entry,
    Posting,
    RemittanceClaim,
    Submission,
    WorkItem,
)
from storage.unit_of_work import Books

GROUPS = tuple(group.value for group in DenialGroup if group is not DenialGroup.NONE)
_FOUND = frozenset({Verdict.DENIED, Verdict.PARTLY_DENIED, Verdict.REVIEW})
_FOR_US = frozenset({AppealOutcome.FAVOURABLE.value, AppealOutcome.PARTLY_FAVOURABLE.value})
FIGURES = (
    "count", "claims", "corrected", "records_sent", "appealed", "overturned", "reviewed", "paid", "patient",
    "written_off", "open",
)  # fmt: skip
"""``count`` is of denials and rejections; all others are claims, the last four how they ended, in whole or in part:
``paid`` by the payer after the denial, left to the ``patient`` by its last decision, ``written_off`` by a person who
gave the payer's part up; ``open``: not closed yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Denial:
    group: str
    version: int
    """Of the claim as it was sent."""
    after: int
    """Its place among the claim's decisions; what comes later follows it. -1: rejected, before any."""


def denials_by_group(books: Books, organisation_id: int) -> dict[str, dict[str, int]]:
    """Figures of each group, from the books."""
    found = {group: dict.fromkeys(FIGURES, 0) for group in GROUPS}
    with books.transaction(organisation_id) as session:
        # The demo's own end is told to whoever ran it; how many were reviewed is a figure, and names no claim.
        compliance.as_compliance(session)
        decided = select(RemittanceClaim.claim_number).where(RemittanceClaim.claim_number.is_not(None))
        rejected = select(WorkItem.claim_number).where(WorkItem.kind == "rejected")
        denied = select(Claim).where(Claim.number.in_(decided) | Claim.number.in_(rejected))
        for claim in session.scalars(denied.order_by(Claim.number)):
            _add(session, found, claim)
    return found


def _add(session: Session, found: dict[str, dict[str, int]], claim: Claim) -> None:
    known = decisions(session, claim)
    denials = [*_rejections(session, claim), *_denials(session, claim, known)]
    for group in {denial.group for denial in denials}:
        of_group = [denial for denial in denials if denial.group == group]
        figures = found[group]
        figures["count"] += len(of_group)
        figures["claims"] += 1
        for name, is_so in _what_became(session, claim, of_group, known):
            figures[name] += is_so


def _rejections(session: Session, claim: Claim) -> Iterator[_Denial]:
    versions = _versions(session, claim)
    items = select(WorkItem).where(WorkItem.claim_number == claim.number, WorkItem.kind == "rejected")
    for item in session.scalars(items.order_by(WorkItem.id)):
        attempt = int(item.key.rpartition("attempt:")[2].partition(":")[0])
        yield _Denial(group=item.details["group"], version=versions.get(attempt, claim.version), after=-1)


def _denials(session: Session, claim: Claim, known: list[Decision]) -> Iterator[_Denial]:
    versions = _versions(session, claim)
    for place, decision in enumerate(known):
        group = decision.meaning.group
        if decision.meaning.verdict in _FOUND and group is not DenialGroup.NONE:
            version = versions.get(decision.row.attempt or 0, claim.version)
            yield _Denial(group=group.value, version=version, after=place)


def _versions(session: Session, claim: Claim) -> dict[int, int]:
    rows = session.execute(
        select(Submission.attempt, Submission.version).where(Submission.claim_number == claim.number)
    )
    return {row.attempt: row.version for row in rows}


def _what_became(
    session: Session, claim: Claim, denials: Iterable[_Denial], known: list[Decision]
) -> Iterator[tuple[str, bool]]:
    denials = list(denials)
    places = {denial.after for denial in denials}
    rows = {known[place].row.id for place in places if place >= 0}
    appeals = session.scalars(select(Appeal).where(Appeal.remittance_claim_id.in_(rows))).all()
    orders = session.scalars(select(Command.verb).where(Command.claim_number == claim.number, Command.accepted))
    reviews = select(ComplianceReferral.key).where(ComplianceReferral.claim_number == claim.number)
    given_up = session.scalar(
        select(func.sum(Entry.amount_cents))
        .join(Posting, Posting.id == Entry.posting_id)
        .where(
            Entry.claim_number == claim.number,
            Entry.ledger_account == LedgerAccount.PAYER_RECEIVABLE.value,
            Posting.kind == "write_off",
        )
    )
    yield "corrected", any(denial.version < claim.version for denial in denials)
    yield "records_sent", Verb.SEND_RECORDS.value in set(orders)
    yield "appealed", bool(appeals)
    yield "overturned", any(appeal.decision in _FOR_US for appeal in appeals)
    yield "reviewed", bool({f"denial:{row}:{claim.number}" for row in rows} & set(session.scalars(reviews)))
    yield "paid", any(decision.row.paid_cents > 0 for decision in known[min(places) + 1 :])
    yield "patient", bool(known) and known[-1].row.patient_cents > 0
    yield "written_off", (given_up or 0) < 0
    yield "open", claim.stage != Stage.CLOSED.value
