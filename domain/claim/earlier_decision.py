"""What an earlier payer decided on a claim, as the next payer is told it (837P loops 2320 and 2430)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from domain.remittance.remittance import Adjustment


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierLine:
    """What it decided on one of our service lines (2430)."""

    number: int
    """Our line."""
    paid_cents: int
    adjustments: tuple[Adjustment, ...] = ()
    procedure: str = ""
    """As it was decided, where the payer recoded it; empty: as it was billed."""

    @property
    def patient_cents(self) -> int:
        """What it left to the patient, or to the next payer on the patient's behalf."""
        return _patient(self.adjustments)


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierDecision:
    """The decision of one payer that stands, from its posted remittance."""

    sequence: str
    """SBR01 of the payer that decided."""
    payer_control_number: str
    """CLP07: the other payer's claim control number (2330B REF*F8)."""
    paid_cents: int
    """CLP04."""
    decided_on: date
    """BPR16 of the remittance."""
    adjustments: tuple[Adjustment, ...] = ()
    """At claim level (CAS of 2100)."""
    remarks: tuple[str, ...] = ()
    """MOA03 to MOA07."""
    lines: tuple[EarlierLine, ...] = ()
    """By line number; empty where the payer decided the claim as a whole."""

    @property
    def patient_cents(self) -> int:
        """AMT*EAF: what it left to the patient."""
        return _patient(self.adjustments) + sum(line.patient_cents for line in self.lines)


def grouped(adjustments: Iterable[Adjustment]) -> tuple[Adjustment, ...]:
    """One entry for each group and reason, the groups together: one CAS per group (837P TR3, 2320 and 2430 CAS).

    What adds up to nothing is left out.
    """
    sums: dict[tuple[str, str], int] = {}
    for entry in adjustments:
        key = (entry.group, entry.reason)
        sums[key] = sums.get(key, 0) + entry.amount_cents
    order = list(dict.fromkeys(group for group, _ in sums))
    return tuple(
        Adjustment(group=group, reason=reason, amount_cents=cents)
        for (group, reason), cents in sorted(sums.items(), key=lambda item: order.index(item[0][0]))
        if cents
    )


def why_not_passed_on(decision: EarlierDecision, charges: Mapping[int, int]) -> str | None:
    """Why this decision cannot be told to the next payer; None when its amounts account for every charge.

    ``charges`` holds our lines' charges in cents. SVD02 and the CAS of 2430 are the line's charge; AMT*D with the
    CAS of 2320 and of all 2430 is CLM02 (837P TR3 section 1.4.1.1).
    """
    for line in decision.lines:
        charge = charges.get(line.number)
        if charge is None:
            return f"the earlier payer decided on a line {line.number} that the claim does not have"
        if line.paid_cents + _sum(line.adjustments) != charge:
            return f"the earlier payer's payment and adjustments of line {line.number} are not its charge"
    total = decision.paid_cents + _sum(decision.adjustments) + sum(_sum(line.adjustments) for line in decision.lines)
    if total != sum(charges.values()):
        return "the earlier payer's payment and adjustments are not the claim's charge"
    if decision.lines and {line.number for line in decision.lines} != charges.keys():
        return "the earlier payer did not decide on every line"
    return None


def _patient(adjustments: tuple[Adjustment, ...]) -> int:
    return _sum(tuple(entry for entry in adjustments if entry.group == "PR"))


def _sum(adjustments: tuple[Adjustment, ...]) -> int:
    return sum(entry.amount_cents for entry in adjustments)
