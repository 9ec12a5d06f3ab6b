"""A denial whose codes suggest fraud: compliance hears of it, and nobody else."""

from __future__ import annotations

from activities.cases.desk import Desk
from activities.claim.step import SYSTEM, Step
from activities.compliance.referring import refer
from domain.coding.audit.finding import Evidence
from domain.compliance.patterns import Suspected, Suspicion
from domain.denials.rules import DenialGroup


def shown_group(group: DenialGroup) -> str:
    """The group of a denial as claims carry it: suspicion of fraud is no group that anybody else sees."""
    return "" if group in (DenialGroup.FRAUD, DenialGroup.NONE) else group.value


def refer_denial(step: Step, decision_row: int, reasons: tuple[str, ...]) -> bool:
    """A payer's own words suggest fraud: hold the claim, and tell compliance alone. False once they have decided."""
    return refer(
        Desk.at(step.session, step.ref.organisation_id, step.now),
        Suspected(
            key=f"denial:{decision_row}",
            suspicion=Suspicion.DENIAL,
            claims=(step.claim.number,),
            evidence=(
                Evidence(
                    what=f"the payer's decision carries {', '.join(reasons) or 'no codes'}", on=step.today,
                    claim=step.claim.number,
                ),
            ),
        ),
        by=SYSTEM,
        ring_claims=False,
    )  # fmt: skip


