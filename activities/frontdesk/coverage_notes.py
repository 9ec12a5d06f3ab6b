"""What follows from a payer's answer: kept in full, told in words, and asked of the person who can act on it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from domain.coverage.benefits import BenefitKind, OtherPayer, closest
from domain.coverage.coverage import Coverage
from domain.coverage.eligibility import CoverageStatus, EligibilityAnswer
from domain.coverage.rejections import RejectionAction, RejectionRule, worst
from domain.estimates.planned import PlannedService
from domain.remittance.balancing import dollars
from edi.eligibility_rejections import rejection_rules
from storage import work_items

FRONT_DESK, BILLER = "front_desk", "biller"
_OWNERS = {
    RejectionAction.FIX_PATIENT: FRONT_DESK,
    RejectionAction.FIX_PROVIDER: BILLER,
    RejectionAction.FIX_QUESTION: FRONT_DESK,
    RejectionAction.ASK_AGAIN: FRONT_DESK,
}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a question was about, and until when somebody must have acted on a bad answer."""

    session: Session
    organisation_id: int
    about: str
    """``claim:10000001:v1`` or ``appointment:20001``: the beginning of the work items' keys."""
    today: date
    due_on: date
    payer_code: str
    account_number: int
    claim_number: int | None = None

    def ask(self, key: str, kind: str, reason: str, remedy: str, owner: str = FRONT_DESK) -> bool:
        """Open a work item, once for each key."""
        return work_items.open_item(
            self.session,
            self.organisation_id,
            key=f"{self.about}:{key}",
            kind=kind,
            reason=reason,
            remedy=remedy,
            owner=owner,
            due_on=self.due_on,
            opened_on=self.today,
            claim_number=self.claim_number,
            account_number=None if self.claim_number is not None else self.account_number,
        )


def rejection_of(answer: EligibilityAnswer) -> RejectionRule | None:
    """What a person must act on first, where the payer rejected the question."""
    return worst(rejection_rules(), answer.rejections)


def in_words(answer: EligibilityAnswer) -> str:
    """The answer in one line for a timeline: no name and no number."""
    parts = [f"plan {answer.plan}"] if answer.plan else []
    if answer.copay_cents is not None:
        parts.append(f"copay ${dollars(answer.copay_cents)}")
    if answer.deductible_remaining_cents is not None:
        parts.append(f"deductible left ${dollars(answer.deductible_remaining_cents)}")
    if answer.coinsurance_percent is not None:
        parts.append(f"coinsurance {answer.coinsurance_percent}%")
    if answer.out_of_pocket_remaining_cents is not None:
        parts.append(f"out of pocket left ${dollars(answer.out_of_pocket_remaining_cents)}")
    rejection = rejection_of(answer)
    if rejection is not None:
        again = "; payer silent: we try again" if rejection.action is RejectionAction.ASK_AGAIN else ""
        parts.append(f"{rejection.what} (AAA {rejection.code}){again}")
    return ", ".join(parts)


def ask_about_rejection(asked: Asked, answer: EligibilityAnswer) -> None:
    """A rejection that a person can mend, of an answer that does not say whether the coverage is active."""
    rejection = rejection_of(answer)
    if answer.status is not CoverageStatus.UNKNOWN or rejection is None:
        return
    if rejection.action is RejectionAction.ASK_AGAIN:
        return
    asked.ask(
        f"rejected:{asked.payer_code}:{rejection.code}",
        "eligibility_rejected",
        f"{asked.payer_code} could not tell whether the coverage is active: {rejection.what} (AAA {rejection.code})",
        rejection.remedy,
        _OWNERS[rejection.action],
    )


def ask_about_coverage(asked: Asked, answer: EligibilityAnswer) -> None:
    """Coverage that is not active, or a patient whom the payer does not find: the front desk mends it."""
    if answer.status is CoverageStatus.INACTIVE:
        reason = f"{asked.payer_code} says that the coverage is not active on the day of the visit"
        remedy = "Ask the patient for the present card, correct the coverage, or agree self-pay with an estimate"
    elif answer.status is CoverageStatus.NOT_FOUND:
        rejection = rejection_of(answer)
        reason = f"{asked.payer_code} does not find the patient: {rejection.what if rejection else 'no reason given'}"
        remedy = rejection.remedy if rejection else "Check the insurance card"
    else:
        return
    asked.ask(f"coverage:{asked.payer_code}:{answer.status.value}", "coverage", reason, remedy)


def ask_about_other_payers(asked: Asked, answer: EligibilityAnswer, known: Sequence[Coverage], on: date) -> None:
    """Another payer that nobody told us of: whoever pays first must be asked first."""
    for other in unknown_payers(answer, known, on):
        place = f" as {other.rank} payer" if other.rank else ""
        asked.ask(
            f"other_payer:{asked.payer_code}:{other.identifier or other.name}",
            "other_coverage",
            f"{asked.payer_code} knows of another payer{place}: {other.name}",
            "Ask the patient, add the coverage and let the order of benefits be found anew before the claim goes",
        )


def unknown_payers(answer: EligibilityAnswer, known: Iterable[Coverage], on: date) -> list[OtherPayer]:
    """Other payers of the answer, in force on the day, that are not among the coverages."""
    codes = {coverage.payer.code.upper() for coverage in known}
    numbers = {coverage.member_id.upper() for coverage in known}
    return [
        other
        for other in answer.other_payers
        if (other.begins is None or other.begins <= on)
        and (other.ends is None or on <= other.ends)
        and other.identifier.upper() not in codes
        and (not other.member_id or other.member_id.upper() not in numbers)
    ]


def needs_authorization(answer: EligibilityAnswer, services: Iterable[PlannedService]) -> list[str]:
    """Procedures of a plan for which the payer says EB11 Y."""
    found = []
    for service in services:
        benefit = closest(answer.benefits, BenefitKind.ACTIVE, service.service_type, procedure=service.procedure)
        for_all = answer.authorization_required is True
        if for_all or (benefit is not None and benefit.procedure and benefit.authorization is True):
            found.append(service.procedure)
    return found


def moment_key(at: datetime) -> str:
    """A moment as part of a key."""
    return f"{at:%Y%m%dT%H%M%S}"
