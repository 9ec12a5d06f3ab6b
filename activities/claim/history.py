"""What happened to a claim's last attempt, understood from its rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from activities.claim.too_late import (
    correction_window_passed,
    exception_named,
    filing_limit_passed,
    why_first_is_late,
    why_not_reopened,
)
from activities.denial_context import Billed, Networks
from activities.denial_rules import change_reasons, denial_rules, resubmission_edges, rules_without_suspicion
from activities.remitted import remitted_claim
from domain.appeals.states import AppealState
from domain.claim.claim import ClaimContent
from domain.claim.correction import changed_fields
from domain.claim.resubmission import (
    EndedBy,
    NotAllowed,
    PreviousAttempt,
    ReopeningRequested,
    Terms,
    first_attempt,
    late_reason,
    next_attempt,
    void_attempt,
)
from domain.claim.submission import OPEN_STATES, AttemptState, NextAttempt
from domain.coverage.coverage import SEQUENCES, PayerKind
from domain.denials.classification import Adjudication, DenialGroup, Remedy, Verdict, classify
from domain.denials.context import ClaimType
from domain.ledger.decision import rank_of
from storage import appeals, claims
from storage.models import Claim, RemittanceClaim, Submission

RETURNED_CATEGORY = "A3"
"""277CA: returned as an unprocessable claim."""
_NEVER_TAKEN_UP = (AttemptState.REJECTED, AttemptState.WITHDRAWN, AttemptState.READY)
_APPEAL_WAITS = (AppealState.GATHERING, AppealState.FILED, AppealState.OVERTURNED)


@dataclass(frozen=True, kw_only=True)
class Decision:
    """One posted CLP loop and what it means."""

    row: RemittanceClaim
    meaning: Adjudication
    sequence: str = "P"
    """SBR01 of the payer that decided."""


def decisions(session: Session, claim: Claim) -> list[Decision]:
    """Every posted decision on a claim, in the order it came."""
    rows = session.scalars(
        select(RemittanceClaim)
        .where(RemittanceClaim.claim_number == claim.number, RemittanceClaim.state == "posted")
        .order_by(RemittanceClaim.id)
    )
    found = list(rows)
    deciders = _deciders(session, claim, found)
    payers = _payers(session, claim, deciders)
    networks = Networks(session)
    return [
        Decision(row=row, meaning=_meaning(row, claim, networks, *payers[decider]), sequence=decider)
        for row, decider in zip(found, deciders, strict=True)
    ]


def _meaning(
    row: RemittanceClaim, claim: Claim, networks: Networks, kind: PayerKind, payer_code: str
) -> Adjudication:
    context = networks.context(kind, payer_code, row.business_date, Billed.of(claim))
    return classify(remitted_claim(row), kind, denial_rules(), context)


def as_worked(session: Session, claim: Claim, decision: Decision) -> Decision:
    """A decision as those who work it read it: the codes beside a suspicion that compliance has released decide.

    So it lands in its own group with its own remedy, and nobody learns what had been suspected.
    """
    if decision.meaning.group is not DenialGroup.FRAUD:
        return decision
    kind, payer_code = _payers(session, claim, [decision.sequence])[decision.sequence]
    context = Networks(session).context(kind, payer_code, decision.row.business_date, Billed.of(claim))
    meaning = classify(remitted_claim(decision.row), kind, rules_without_suspicion(), context)
    return replace(decision, meaning=meaning)


def _deciders(session: Session, claim: Claim, rows: Sequence[RemittanceClaim]) -> list[str]:
    """SBR01 of the payer of each decision: of the attempt, or of the payer to which that attempt was sent on."""
    only_first = claim.sequence == SEQUENCES[0]
    attempts = () if only_first else claims.attempts(session, claim.number)
    sequences = {attempt.attempt: attempt.sequence for attempt in attempts}
    return [SEQUENCES[rank_of(row.status, sequences.get(row.attempt or 0, SEQUENCES[0])) - 1] for row in rows]


def _payers(session: Session, claim: Claim, deciders: Iterable[str]) -> dict[str, tuple[PayerKind, str]]:
    """Kind and code of each payer; one that the claim does not name counts as the one whose turn it is."""
    payers = dict.fromkeys(deciders, (PayerKind(claim.payer_kind), claim.payer_code))
    if not payers.keys() - {claim.sequence}:
        return payers
    coverages = claims.content(session, claim.number).coverages
    return payers | {
        sequence: (coverage.payer.kind, coverage.payer.code)
        for sequence, coverage in zip(SEQUENCES, coverages, strict=False)
        if sequence in payers
    }


def last_attempt(session: Session, claim: Claim) -> Submission | None:
    """The newest attempt of a claim."""
    attempts = claims.attempts(session, claim.number)
    return attempts[-1] if attempts else None


def what_may_follow(
    session: Session, claim: Claim, today: date, reason: str | None = None
) -> NextAttempt | ReopeningRequested | NotAllowed:
    """How the claim, with its present content, may go to its payer now.

    ``reason`` is that of the order being carried out; without one, the newest order's counts.
    """
    last = last_attempt(session, claim)
    if last is None or last.payer_code != claim.payer_code or last.sequence != claim.sequence:
        # Another payer has never seen this claim.
        return first_attempt(why_first_is_late(session, claim, today), _late(session, claim, reason))
    ended, remedy = _ended_by(session, claim, last)
    content = claims.content(session, claim.number)
    following = next_attempt(
        _previous(last, ended),
        PayerKind(claim.payer_kind),
        _terms(session, claim, last, today, reason),
        remedy,
        changed_fields(claims.content(session, claim.number, last.version), content),
    )
    return _saying_why(following, claim, content, today)


def what_void_follows(session: Session, claim: Claim, today: date) -> NextAttempt | ReopeningRequested | NotAllowed:
    """How the claim may be taken back at the payer that has it: by its newest attempt that was not refused."""
    taken_up = [one for one in claims.attempts(session, claim.number) if one.state not in _NEVER_TAKEN_UP]
    if not taken_up:
        return NotAllowed(why="no payer has this claim")
    last = taken_up[-1]
    ended, _ = _ended_by(session, claim, last)
    following = void_attempt(
        _previous(last, ended), PayerKind(claim.payer_kind), _terms(session, claim, last, today, "")
    )
    return _saying_why(following, claim, claims.content(session, claim.number), today)


def is_returned(claim: Claim, attempt: Submission) -> bool:
    """Whether an institution's rejected attempt was returned to it (RTP): by its category, or under the payer's own
    number, which nothing gets that was refused at the door."""
    if claim.claim_type != ClaimType.INSTITUTIONAL or attempt.state != AttemptState.REJECTED:
        return False
    return attempt.category == RETURNED_CATEGORY or bool(attempt.payer_control_number)


def _saying_why(
    following: NextAttempt | ReopeningRequested | NotAllowed, claim: Claim, content: ClaimContent, today: date
) -> NextAttempt | ReopeningRequested | NotAllowed:
    """A bill that changes another one says why by a condition code, where its payer asks for that."""
    if not isinstance(following, NextAttempt) or content.institution is None:
        return following
    missing = change_reasons().missing(
        PayerKind(claim.payer_kind), following.frequency, content.institution.condition_codes, today
    )
    return NotAllowed(why=missing) if missing else following


def no_payer_has_it(session: Session, claim: Claim) -> bool:
    """Whether every attempt stayed in the house, was rejected, or was found unprocessable."""
    taken_up = [one for one in claims.attempts(session, claim.number) if one.state not in _NEVER_TAKEN_UP]
    if not taken_up:
        return True
    known = decisions(session, claim) if taken_up[-1].state == AttemptState.ANSWERED else []
    return bool(known) and all(decision.meaning.unprocessable for decision in known)


def _previous(last: Submission, ended: EndedBy) -> PreviousAttempt:
    return PreviousAttempt(
        frequency=last.frequency,
        ended_by=ended,
        original_reference=last.original_reference,
        payer_control_number=last.payer_control_number,
    )


def _terms(session: Session, claim: Claim, last: Submission, today: date, reason: str | None) -> Terms:
    kind = PayerKind(claim.payer_kind)
    known = decisions(session, claim)
    late = _late(session, claim, reason)
    return Terms(
        edges=resubmission_edges(),
        context=Networks(session).context(kind, claim.payer_code, today, Billed.of(claim)),
        past_filing_limit=filing_limit_passed(session, claim, today),
        past_correction_window=bool(known) and correction_window_passed(session, claim, known[-1].row, today),
        past_reopening=why_not_reopened(session, claim, [one.row for one in known], today, late),
        late_reason=late,
        appeal_open=appeal_waits(session, claim, last),
    )


def _late(session: Session, claim: Claim, reason: str | None) -> str:
    return exception_named(session, claim) if reason is None else late_reason(reason)


def appeal_waits(session: Session, claim: Claim, last: Submission) -> bool:
    """Whether a level about this payer's decision is gathered for, filed, or won and not yet paid."""
    return any(
        row.payer_code == last.payer_code and row.state in _APPEAL_WAITS
        for row in appeals.of_claim(session, claim.number)
    )


def _ended_by(session: Session, claim: Claim, last: Submission) -> tuple[EndedBy, Remedy | None]:
    if last.state == AttemptState.REJECTED:
        return EndedBy.RETURNED if is_returned(claim, last) else EndedBy.REJECTED, None
    if last.state in OPEN_STATES or last.state == AttemptState.WITHDRAWN:
        return EndedBy.SILENT, None
    known = decisions(session, claim)
    if not known:
        return EndedBy.SILENT, None
    meaning = as_worked(session, claim, known[-1]).meaning
    if meaning.verdict is Verdict.REVERSAL:
        return EndedBy.REVERSED, None
    if meaning.unprocessable:
        return EndedBy.UNPROCESSABLE, meaning.remedy
    return EndedBy.DENIED, meaning.remedy
