"""A later payer's price: what it adds to what the payers before it have decided."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from simulator.adjudication.verdict import CasTriplet, LineVerdict
from simulator.claim import OtherPayer, SubmittedClaim, SubmittedLine
from simulator.persona import Coordination, Persona

STATUS = {"P": "1", "S": "2", "T": "3"}
"""CLP02 by SBR01."""
_FORWARDED = {"1": "19", "2": "20", "3": "21"}
SENT_ON_REMARK = "MA18"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What one line has got so far."""

    paid_cents: int
    left_cents: int
    """What the last payer left to the patient: all that a later one may pay."""


def standing_of(claim: SubmittedClaim, line: SubmittedLine) -> Standing | None:
    """None on a claim to the first payer, or where no earlier payer told anything."""
    decided = [payer for payer in claim.other_payers if payer.paid_cents is not None]
    if claim.sequence == "P" or not decided:
        return None
    parts = [_part_of(payer, claim, line.number) for payer in decided]
    return Standing(paid_cents=sum(paid for paid, _ in parts), left_cents=parts[-1][1])


def _part_of(payer: OtherPayer, claim: SubmittedClaim, number: int) -> tuple[int, int]:
    """Paid and left to the patient on one line; a decision on the whole claim fills the lines in their order."""
    for told in payer.lines:
        if told.number == number:
            return told.paid_cents, told.patient_cents
    if payer.lines:
        return 0, 0
    paid, left = payer.paid_cents or 0, payer.patient_cents
    for line in claim.lines:
        of_paid = min(paid, line.charge_cents)
        of_left = min(left, line.charge_cents - of_paid)
        if line.number == number:
            return of_paid, of_left
        paid, left = paid - of_paid, left - of_left
    return 0, 0


def after_others(persona: Persona, own: LineVerdict, standing: Standing) -> LineVerdict:
    """The line as this payer decides it behind the others; `own` is what it would decide as the first.

    A supplement pays what was left. A lesser-of plan (Medicaid) pays up to its own allowed amount less what was
    paid, and writes off the rest of the charge. Others pay up to their own benefit, and tell what the payers
    before them did as OA-23.
    """
    left = standing.left_cents
    if own.denied:
        denial = own.adjustments[0]
        own_part = (replace(denial, amount_cents=left),) if left else ()
        return replace(own, adjustments=(*_before(own, left), *own_part), denied=bool(left))
    match persona.coordination:
        case Coordination.SUPPLEMENT:
            return _paid(own, left, _before(own, left))
        case Coordination.LESSER_OF:
            paid = min(left, max(0, own.allowed_cents - standing.paid_cents))
            return _paid(own, paid, _triplets(("CO", "45", own.charge_cents - paid)))
        case Coordination.ORDINARY:
            paid = min(left, own.paid_cents)
            over = min(left - paid, max(0, standing.paid_cents + left - own.allowed_cents))
            rest = left - paid - over
            return _paid(own, paid, (*_before(own, left), *_triplets(("CO", "45", over), ("PR", "2", rest))))


def _paid(own: LineVerdict, paid_cents: int, adjustments: Iterable[CasTriplet]) -> LineVerdict:
    return replace(own, paid_cents=paid_cents, adjustments=tuple(adjustments))


def _before(own: LineVerdict, left_cents: int) -> tuple[CasTriplet, ...]:
    return _triplets(("OA", "23", own.charge_cents - left_cents))


def _triplets(*wanted: tuple[str, str, int]) -> tuple[CasTriplet, ...]:
    return tuple(CasTriplet(group=group, reason=why, amount_cents=cents) for group, why, cents in wanted if cents)


def sent_on_status(status: str) -> str:
    """CLP02 of a decision that was also sent on to the next payer."""
    return _FORWARDED.get(status, status)
