"""The Medicare examination register: entered where decisions are posted, so that no denial can be missed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from activities.contracts.comparing import PostedLoop
from activities.denial_rules import denial_rules
from activities.inbound.context import Inbound
from activities.remitted import remitted_claim
from domain.appeals.clock import Notice, last_day_to_file
from domain.appeals.examination import REGISTERED, WHOLE_CLAIM, Examination, Route, denials_to_examine
from domain.appeals.ladder import FIRST, under_contract
from domain.coverage.coverage import PayerKind
from domain.denials.classification import Verdict
from domain.denials.rules import DenialRules
from domain.ledger.decision import rank_of
from domain.remittance.remittance import RemittedClaim
from storage import examinations
from storage.appeal_rules import ladders
from storage.models import MedicareExamination, PayerRow, RemittanceClaim, RemittanceRow, Submission
from storage.models.base import Json
from storage.reference import policy

_MAY_DENY = frozenset({Verdict.DENIED, Verdict.PARTLY_DENIED, Verdict.REVIEW})


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedDecision:
    """One posted CLP loop of Medicare or a Medicare Advantage plan."""

    claim_number: int
    attempt: int
    row_id: int
    payer_kind: PayerKind
    payer_code: str
    remitted: RemittedClaim
    lines: Sequence[int | None]
    """Our line for each line of the loop; None where none was found."""


def register_posted(inbound: Inbound, remittance_id: int, posted: Sequence[PostedLoop]) -> None:
    """Enter the Medicare denials among decisions that are being posted."""
    refused = [
        one for one in posted if one.understood.payer_kind in REGISTERED and one.understood.meaning.verdict in _MAY_DENY
    ]
    if not refused:
        return
    decisions = []
    for one in refused:
        matched = one.understood.matched
        assert matched.found is not None, "only a decision that found its claim is posted"
        decisions.append(
            PostedDecision(
                claim_number=matched.found.claim_number,
                attempt=matched.found.row.attempt,
                row_id=one.row_id,
                payer_kind=one.understood.payer_kind,
                payer_code=one.understood.payer_code,
                remitted=matched.remitted,
                lines=matched.lines,
            )
        )
    notice_on = notice_of(inbound.session, remittance_id)
    register(inbound.session, inbound.organisation_id, decisions, inbound.today, notice_on)


def register(
    session: Session, organisation_id: int, decisions: Iterable[PostedDecision], today: date, notice_on: date
) -> int:
    """Enter the denials of these decisions, in the transaction that posts them; return how many there are."""
    rules = denial_rules()
    rows = [
        _row(session, organisation_id, decision, one, today, notice_on)
        for decision in decisions
        if decision.payer_kind in REGISTERED
        for one in denials_to_examine(decision.remitted, decision.payer_kind, rules)
    ]
    examinations.add(session, rows)
    return len(rows)


def notice_of(session: Session, remittance_id: int) -> date:
    """Date of a remittance (BPR16)."""
    return session.get_one(RemittanceRow, remittance_id).payment_date


def missing(session: Session) -> list[PostedDecision]:
    """Posted decisions with a denial that has no record: none, unless they were posted by an earlier release."""
    kinds = {kind.value for kind in REGISTERED}
    rows = session.execute(
        select(RemittanceClaim, Submission, PayerRow.kind)
        .join(
            Submission,
            (Submission.claim_number == RemittanceClaim.claim_number) & (Submission.attempt == RemittanceClaim.attempt),
        )
        .join(PayerRow, PayerRow.code == Submission.payer_code)
        .where(
            RemittanceClaim.state == "posted",
            RemittanceClaim.verdict.in_([verdict.value for verdict in _MAY_DENY]),
            PayerRow.kind.in_(kinds),
        )
        .order_by(RemittanceClaim.id)
    )
    known = {
        (row.claim_number, row.attempt, row.line)
        for row in session.execute(
            select(MedicareExamination.claim_number, MedicareExamination.attempt, MedicareExamination.line)
        )
    }
    found = [
        _posted(row, attempt.payer_code, PayerKind(kind))
        for row, attempt, kind in rows
        # A payer to whom the claim crossed over answers the attempt of the payer before it.
        if rank_of(row.status, attempt.sequence) == rank_of("1", attempt.sequence)
    ]
    return [decision for decision in found if _unknown(decision, known, denial_rules())]


def complete(session: Session, organisation_id: int, today: date) -> int:
    """Enter what an earlier release left out; return how many denials."""
    entered = 0
    for decision in missing(session):
        remittance = session.get_one(RemittanceClaim, decision.row_id).remittance_id
        entered += register(session, organisation_id, [decision], today, notice_of(session, remittance))
    return entered


def _unknown(decision: PostedDecision, known: set[tuple[int, int, int]], rules: DenialRules) -> bool:
    return any(
        (decision.claim_number, decision.attempt, _our_line(decision, one)) not in known
        for one in denials_to_examine(decision.remitted, decision.payer_kind, rules)
    )


def _posted(row: RemittanceClaim, payer_code: str, kind: PayerKind) -> PostedDecision:
    ours = {entry["position"]: entry["line"] for entry in row.lines}
    places = sorted({int(entry["line"]) for entry in [*row.adjustments, *row.remarks]} - {0})
    assert row.claim_number is not None, "a posted decision has its claim"
    assert row.attempt is not None, "a posted decision has its attempt"
    return PostedDecision(
        claim_number=row.claim_number,
        attempt=row.attempt,
        row_id=row.id,
        payer_kind=kind,
        payer_code=payer_code,
        remitted=remitted_claim(row),
        lines=[ours.get(place, place) for place in places],
    )


def _our_line(decision: PostedDecision, one: Examination) -> int:
    if one.line == WHOLE_CLAIM:
        return WHOLE_CLAIM
    return decision.lines[one.line - 1] or one.line


def _row(
    session: Session, organisation_id: int, decision: PostedDecision, one: Examination, today: date, notice_on: date
) -> Json:
    return {
        "organisation_id": organisation_id,
        "claim_number": decision.claim_number,
        "attempt": decision.attempt,
        "line": _our_line(decision, one),
        "payer_code": decision.payer_code,
        "payer_kind": decision.payer_kind.value,
        "remittance_claim_id": decision.row_id,
        "reasons": list(one.reasons),
        "refused_cents": one.refused_cents,
        "route": one.route.value,
        "why": one.why,
        "state": one.state.value,
        "found_on": today,
        "due_on": _due_on(session, decision, one.route, today, notice_on),
    }


def _due_on(session: Session, decision: PostedDecision, route: Route, today: date, notice_on: date) -> date | None:
    if route is Route.NEITHER:
        return None
    rules = policy(session, decision.payer_kind.value, decision.payer_code, today)
    if route is Route.REOPENING:
        return notice_on + timedelta(days=rules.correction_window_days)
    level = ladders().level(decision.payer_kind, decision.payer_code, FIRST, today)
    return last_day_to_file(under_contract(level, rules), Notice(dated=notice_on)) if level is not None else None
