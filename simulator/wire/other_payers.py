"""What an 837 says of the other payers of its claim: loops 2320, 2330 and 2430, alike in 837P and 837I."""

from __future__ import annotations

from collections.abc import Sequence

import x12
from simulator.claim import OtherPayer, OtherPayerLine

Coverage = x12.OtherCoverage | x12.InstitutionalCoverage
Line = x12.ServiceLine | x12.InstitutionalLine


def other_payer(other: Coverage, lines: Sequence[Line]) -> OtherPayer:
    """One loop 2320 with what the lines' loops 2430 say of the same payer; lines are numbered from 1."""
    payer = other.payer.identifier.upper() if other.payer else ""
    decided = tuple(
        OtherPayerLine(number=number, paid_cents=told.paid_cents, patient_cents=_patient_cents(told.adjustments))
        for number, line in enumerate(lines, start=1)
        for told in line.adjudications
        if payer and told.payer_id.upper() == payer
    )
    return OtherPayer(
        sequence=other.payer_responsibility,
        payer=payer,
        member_id=other.subscriber.identifier if other.subscriber else "",
        paid_cents=next((amount.amount_cents for amount in other.amounts if amount.qualifier == "D"), None),
        patient_cents=_patient_cents(other.adjustments) + sum(line.patient_cents for line in decided),
        lines=decided,
    )


def _patient_cents(adjustments: tuple[x12.Adjustment, ...]) -> int:
    return sum(one.amount_cents for one in adjustments if one.group == "PR")
