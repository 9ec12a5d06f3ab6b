"""What becomes the patient's without a payer's posting: an earlier payer's share, and self-pay by a named person."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import func, select

from activities.claim.history import Decision, decisions
from activities.claim.next_payer import PLACES
from activities.claim.refusal import Refused
from activities.claim.step import SYSTEM, Step
from activities.protected_patients import protecting_rule
from contracts.claim import CommandBody
from domain.care.flags import FlagSet
from domain.claim.patients_part import PatientsPart, insured_by_medicaid, why_no_self_pay
from domain.coverage.coverage import SEQUENCES, rank_of_sequence
from domain.denials.classification import Verdict
from domain.ledger.chart import LedgerAccount, Leg
from domain.ledger.planning import plan_earlier_share, plan_kept_from_patient, plan_to_patient
from domain.remittance.balancing import dollars
from storage import account_holds, claims, ledger
from storage.earlier_decisions import standing_decisions
from storage.handed_over import EARLIER_SHARE, SELF_PAY, moved_to_patient_cents
from storage.models import Entry, Posting

_UNSETTLED = frozenset({Verdict.REVIEW, Verdict.REVERSAL})


def leave_to_patient(step: Step, *, given_up: bool = False) -> int:
    """After the last payer: move to the patient what an earlier payer left them (PR) and the last one neither paid
    nor took off. Returns the cents moved. Its CO and PI stay open for a person, and so does everything where a
    further payer, Medicaid, a remark that protects the patient or a code for a person stands in the way.

    ``given_up``: a biller gives up what the last payer refused; its OA then stands in nobody's way.
    """
    open_cents = step.balance(LedgerAccount.PAYER_RECEIVABLE)
    if open_cents <= 0 or flag_that_keeps(step) is not None:
        return 0
    content = claims.content(step.session, step.claim.number)
    standing = standing_decisions(step.session, {step.claim.number}).get(step.claim.number, {})
    answered = max(standing, default=0)
    if answered < rank_of_sequence(step.claim.sequence):
        return 0
    last = SEQUENCES[answered - 1]
    if content.next_sequence(last) is not None or insured_by_medicaid(content):
        return 0
    newest = {one.sequence: one for one in decisions(step.session, step.claim)}
    if any(one.meaning.verdict in _UNSETTLED for one in newest.values()) or _protected(newest.values()):
        return 0
    if last in newest and newest[last].meaning.forwarded:
        return 0
    part = PatientsPart(decisions=tuple(standing[rank] for rank in sorted(standing)))
    left = part.left_cents(given_up=given_up) - moved_to_patient_cents(step.session, step.claim.number)
    cents = min(open_cents, left)
    if cents <= 0 or part.forbidden:
        return 0
    _post(
        step,
        f"{EARLIER_SHARE}:{step.claim.number}:{step.claim.remittances_seen}:{int(given_up)}",
        EARLIER_SHARE,
        "left by an earlier payer, after the last one",
        SYSTEM,
        plan_earlier_share(cents, step.claim.number, step.claim.account_number),
    )
    step.note(
        f"share:{step.claim.remittances_seen}:{int(given_up)}",
        f"Patient's share of ${dollars(cents)} stands",
        f"an earlier payer left it to the patient, and the {PLACES[last]} one did not take it over",
    )
    return cents


def flag_that_keeps(step: Step) -> FlagSet | None:
    """The flag by whose rule the patient's share never becomes the patient's (QMB, hospice, custody, an accident)."""
    return account_holds.kept_from_patient(step.session, {step.claim.number}, step.today).get(step.claim.number)


def keep_from_patient(step: Step) -> FlagSet | None:
    """The flag that keeps the share from the patient; what stands as theirs and is not paid goes back to the payers'
    side, also where the flag came after the posting."""
    flag = flag_that_keeps(step)
    unpaid = step.balance(LedgerAccount.PATIENT_RECEIVABLE) if flag is not None else 0
    if flag is None or unpaid <= 0:
        return flag
    words = flag.flag.value.replace("_", " ")
    times = step.session.scalar(
        select(func.count(Posting.id.distinct()))
        .join(Entry, Entry.posting_id == Posting.id)
        .where(Entry.claim_number == step.claim.number, Posting.key.startswith(f"kept:{step.claim.number}:"))
    )
    _post(
        step,
        f"kept:{step.claim.number}:{times}",
        EARLIER_SHARE,
        f"flag {words}: billed is {flag.rule.billed} ({flag.rule.source})",
        SYSTEM,
        plan_kept_from_patient(unpaid, words, step.claim.number, step.claim.account_number),
    )
    step.note(f"kept:{times}", f"${dollars(unpaid)} is not the patient's: {words}", f"billed is {flag.rule.billed}")
    step.ring_account()
    return flag


def make_self_pay(step: Step, body: CommandBody) -> int:
    """Make what is open the patient's by order of a named person; the cents that were moved.

    Raises:
        Refused: with the reason: another denial, a coverage that was not asked, a patient who may not be asked.
    """
    known = decisions(step.session, step.claim)
    if len(known) > step.claim.remittances_seen:
        raise Refused("the payer has just decided anew: look at the claim again, then repeat the command")
    content = claims.content(step.session, step.claim.number)
    standing = standing_decisions(step.session, {step.claim.number}).get(step.claim.number, {})
    part = PatientsPart(decisions=tuple(standing[rank] for rank in sorted(standing)))
    if why := why_no_self_pay(part, content, sorted(standing), _protected(known) or _flagged(step)):
        raise Refused(why)
    left = part.left_cents(self_pay=True) - moved_to_patient_cents(step.session, step.claim.number)
    cents = min(step.balance(LedgerAccount.PAYER_RECEIVABLE), left)
    if cents <= 0:
        raise Refused("nothing is open that could be made the patient's")
    _post(
        step,
        f"{SELF_PAY}:{step.claim.number}:{body.id}",
        SELF_PAY,
        f"made self-pay by {body.by}: {body.reason}",
        body.by,
        plan_to_patient(cents, body.by, step.claim.number, step.claim.account_number, part.want_of_coverage),
    )
    return cents


def _post(step: Step, key: str, kind: str, cites: str, by: str, legs: tuple[Leg, ...]) -> None:
    ledger.post(
        step.session,
        step.ref.organisation_id,
        key=key,
        kind=kind,
        cites=cites,
        by=by,
        business_date=step.today,
        legs=legs,
    )


def _protected(known: Iterable[Decision]) -> str:
    """The rule by which a remark of any decision keeps even a plain share from the patient; empty for none."""
    rules = (protecting_rule([e["code"] for e in decision.row.remarks if "code" in e]) for decision in known)
    return next(filter(None, rules), "")


def _flagged(step: Step) -> str:
    """Who is billed by the rule of a flag (``domain.care.flags``) in place of the patient; empty for the patient."""
    claim = step.claim
    holds = account_holds.open_holds(step.session, step.ref.organisation_id, claim.account_number, step.today)
    flags = (one for one in account_holds.stopped(holds, account_holds.STATEMENT, claim.number) if one.is_flag)
    return next((one.reason for one in flags), "")
