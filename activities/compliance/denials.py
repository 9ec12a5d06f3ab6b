"""A denial whose codes suggest fraud: compliance hears of it, and nobody else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from activities.cases.desk import Desk
from activities.claim.step import SYSTEM, Step
from activities.compliance.referring import refer
from domain.coding.audit.finding import Evidence
from domain.compliance.patterns import Suspected, Suspicion
from domain.denials.rules import DenialGroup


def shown_group(group: DenialGroup) -> str:
    """The group of a denial as claims carry it: suspicion of fraud is no group that anybody else sees."""
    return "" if group in (DenialGroup.FRAUD, DenialGroup.NONE) else group.value


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspectedDenial:
    """A decision that is being posted, whose codes suggest it."""

    claim_number: int
    row_id: int
    reasons: tuple[str, ...]


def refer_posted(desk: Desk, denials: Iterable[SuspectedDenial]) -> None:
    """Hold the claims in the transaction that posts these decisions: at no moment does anybody see what they say."""
    for denial in denials:
        refer(desk, _suspected(denial, desk.today), by=SYSTEM, ring_claims=False)


def refer_denial(step: Step, decision_row: int, reasons: tuple[str, ...]) -> bool:
    """The same at the claim's own step, for what an earlier release posted. False once they have decided."""
    denial = SuspectedDenial(claim_number=step.claim.number, row_id=decision_row, reasons=reasons)
    desk = Desk.at(step.session, step.ref.organisation_id, step.now)
    return refer(desk, _suspected(denial, step.today), by=SYSTEM, ring_claims=False)


def _suspected(denial: SuspectedDenial, today: date) -> Suspected:
    return Suspected(
        key=f"denial:{denial.row_id}",
        suspicion=Suspicion.DENIAL,
        claims=(denial.claim_number,),
        evidence=(
            Evidence(
                what=f"the payer's decision carries {', '.join(denial.reasons) or 'no codes'}",
                on=today,
                claim=denial.claim_number,
            ),
        ),
    )
