"""What a named person decides about a variance: accept what was allowed, or appeal on paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from activities.claim.history import Decision, decisions
from activities.claim.mail_room import corrections_since, facts, in_words, mail, remitted_on, sent_papers
from activities.claim.step import BILLER, Step
from activities.contracts.questions import variance_key
from activities.deciding import Decider, NotDecidable
from contracts.claim import ClaimRef
from domain.claim.papers import Paper, PaperKind
from domain.claim.review import last_day_to_appeal
from domain.claim.stages import Stage
from domain.contracts.variance import LineVariance
from domain.coverage.coverage import Coverage
from domain.coverage.policy import PayerPolicy
from gateways.papers import appeal as letters
from storage import claims, variances, work_items
from storage.models import Submission, Variance
from storage.reference import policy
from storage.variances import ACCEPTED, APPEALED, OPEN


def accept(decider: Decider, number: int) -> dict[str, Any]:
    """Keep what the payer allowed; an appealed variance may be accepted when the payer keeps to it.

    Raises:
        UnknownVariance: no such variance.
        NotDecidable: it was accepted or settled before.
    """
    step, row = _waiting(decider, number, (OPEN, APPEALED))
    variances.decide([row], state=ACCEPTED, by=decider.by, reason=decider.reason)
    step.note(
        f"variance:{row.id}:accepted",
        f"Accepted what {row.payer_code} allowed: {_words(row)}",
        decider.reason,
        decider.by,
    )
    _close_questions(decider, step, row.remittance_claim_id)
    return variances.shown(row)


def appeal(decider: Decider, number: int) -> dict[str, Any]:
    """Ask the payer on paper to pay the contract's price for every underpaid line of the decision.

    The claim's stage stays: the patient owes their share meanwhile, and the payer's new 835 moves the money.

    Raises:
        UnknownVariance: no such variance.
        NotDecidable: it does not wait, was allowed more than agreed, or cannot be appealed any more.
    """
    step, asked = _waiting(decider, number, (OPEN,))
    if asked.expected_cents <= asked.allowed_cents:
        raise NotDecidable(f"variance {number} is more than the contract allows: there is nothing to appeal; accept it")
    if Stage(step.claim.stage) is Stage.UNDER_REVIEW:
        raise NotDecidable(f"a review of claim {step.claim.number} is open: wait for the payer's letter, then appeal")
    place, decision = _decision(step, asked.remittance_claim_id)
    coverage = _coverage(step, asked.payer_code)
    expected = policy(step.session, coverage.payer.kind.value, coverage.payer.code, step.today)
    paper = Paper(
        kind=PaperKind.APPEAL, claim_number=step.claim.number, version=step.claim.version, denial=place
    )  # fmt: skip
    _require_possible(step, decision, paper, expected)
    lines = [
        row for row in variances.of_decision(step.session, asked.remittance_claim_id, (OPEN,))
        if row.expected_cents > row.allowed_cents
    ]  # fmt: skip
    _mail(step, decider, decision, paper, coverage, lines)
    variances.decide(lines, state=APPEALED, by=decider.by, reason=decider.reason)
    step.note(paper.entry_key, "Underpayment appealed on paper", decider.reason, by=decider.by)
    step.session.flush()
    _close_questions(decider, step, asked.remittance_claim_id)
    due_on = step.today + timedelta(days=expected.appeal_decision_days)
    work_items.open_item(
        step.session,
        decider.organisation_id,
        key=variance_key(asked.remittance_claim_id, "appeal"),
        kind=work_items.UNDERPAYMENT_APPEALED,
        reason=f"{asked.payer_code} should have decided on {paper.reference}, the appeal of an underpayment",
        remedy="Ask the payer; its new remittance settles it, `claimflow variance accept` keeps what was allowed",
        owner=BILLER,
        due_on=due_on,
        opened_on=step.today,
        claim_number=step.claim.number,
    )
    return {
        "claim": step.claim.number,
        "paper": paper.reference,
        "answer_due_on": due_on.isoformat(),
        "variances": [variances.shown(row) for row in lines],
    }


def _waiting(decider: Decider, number: int, states: Sequence[str]) -> tuple[Step, Variance]:
    step = _step(decider, variances.claim_of(decider.session, number))
    row = variances.get(decider.session, number)
    if row.state not in states:
        raise NotDecidable(f"variance {number} does not wait for that: it is {row.state} by {row.decided_by}")
    return step, row


def _decision(step: Step, remittance_claim_id: int) -> tuple[int, Decision]:
    """The decision, and which of the claim's decisions it is, from 1."""
    known = decisions(step.session, step.claim)
    return next((place, one) for place, one in enumerate(known, start=1) if one.row.id == remittance_claim_id)


def _coverage(step: Step, payer_code: str) -> Coverage:
    content = claims.content(step.session, step.claim.number)
    for coverage in content.coverages:
        if coverage.payer.code == payer_code:
            return coverage
    raise NotDecidable(f"the claim does not name {payer_code} as its payer any more: appeal by hand, or accept it")


def _require_possible(step: Step, decision: Decision, paper: Paper, expected: PayerPolicy) -> None:
    for entry, sent in sent_papers(step):
        if sent.kind is PaperKind.APPEAL and sent.denial == paper.denial:
            raise NotDecidable(
                f"this decision was appealed on {entry.at:%Y-%m-%d} by {sent.reference} already: file the next level "
                "by hand, or accept it"
            )
    last_day = last_day_to_appeal(remitted_on(step, decision), expected)
    if step.today > last_day:
        raise NotDecidable(f"the time to appeal this decision ended on {last_day}: accept it")


def _mail(
    step: Step, decider: Decider, decision: Decision, paper: Paper, coverage: Coverage, lines: Sequence[Variance]
) -> None:
    attempt = _attempt(step, decision)
    known = facts(step, paper, attempt, decision, decision.row.payer_control_number, decider.by)
    claim = replace(known, payer_name=coverage.payer.name, member_id=coverage.member_id)
    corrections = corrections_since(step, attempt.version)
    letter = letters.AppealLetter(
        claim=claim,
        refused=tuple(
            letters.RefusedPart(
                codes="allowed less than the contract", line=row.line, cents=row.expected_cents - row.allowed_cents
            )
            for row in lines
        ),
        meaning=f"our contract sets what is allowed: {'; '.join(_words(row) for row in lines)}",
        argument=decider.reason,
        corrections=in_words(step, corrections),
    )
    mail(step, paper, letters.render(letter), claim, corrections, payer_code=coverage.payer.code)


def _attempt(step: Step, decision: Decision) -> Submission:
    return next(a for a in claims.attempts(step.session, step.claim.number) if a.attempt == decision.row.attempt)


def _words(row: Variance) -> str:
    return LineVariance(
        line=row.line,
        procedure=row.procedure,
        expected_cents=row.expected_cents,
        allowed_cents=row.allowed_cents,
        why=row.terms,
    ).words


def _close_questions(decider: Decider, step: Step, remittance_claim_id: int) -> None:
    """A question ends with the last line that it asks about."""
    step.session.flush()
    for state, what in ((OPEN, "contract"), (APPEALED, "appeal")):
        if not variances.of_decision(step.session, remittance_claim_id, (state,)):
            work_items.close_by_key(
                step.session, [variance_key(remittance_claim_id, what)], by=decider.by, on=step.today
            )  # fmt: skip


def _step(decider: Decider, claim_number: int) -> Step:
    """A step of the claim, which is locked: posting locks it before it settles a variance."""
    return Step.begin(
        decider.session, ClaimRef(organisation_id=decider.organisation_id, claim_number=claim_number, today=decider.at)
    )
