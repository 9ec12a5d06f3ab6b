"""What an allowed line is worth: contract, then the patient's share, then what the law takes off."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from simulator.adjudication.case import Case
from simulator.adjudication.verdict import CasTriplet, LineVerdict
from simulator.claim import SubmittedClaim, SubmittedLine
from simulator.derivation import derived_choice
from simulator.persona import Fee, Persona


def deductible_remaining_cents(persona: Persona, member_id: str) -> int:
    """What is still open of a member's deductible: a fact of the member id alone, so that the order in which
    claims arrive never changes an amount."""
    return derived_choice(persona.share.deductible_remaining_cents, persona.code, member_id, "deductible")


def percent_of(amount_cents: int, percent: int | Decimal) -> int:
    """A percentage of an amount, rounded half up to the cent."""
    exact = Decimal(amount_cents) * Decimal(percent) / 100
    return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def allowed_cents(persona: Persona, fees: dict[str, Fee], line: SubmittedLine) -> int:
    """The contract's amount for a line, never more than its charge."""
    fee = fees.get(line.procedure)
    if fee is None or line.unit != "UN":
        return percent_of(line.charge_cents, persona.contract.percent_of_charge_when_unlisted)
    worth = percent_of(fee.fee_cents, persona.contract.percent_of_fee * line.quantity)
    return min(line.charge_cents, worth)


class PatientPurse:
    """The patient's share of one claim: one copay, the rest of the deductible, then coinsurance."""

    def __init__(self, persona: Persona, claim: SubmittedClaim) -> None:
        self._share = persona.share
        self._copay_due = persona.share.copay_cents
        self._deductible_left = deductible_remaining_cents(persona, claim.member_id)

    def takes(self, kind: str, allowed: int) -> tuple[CasTriplet, ...]:
        """What of an allowed amount the patient owes: PR-3, PR-1, PR-2."""
        copay = min(allowed, self._copay_due) if kind in self._share.copay_kinds else 0
        self._copay_due -= copay
        rest = allowed - copay
        deductible = min(rest, self._deductible_left)
        self._deductible_left -= deductible
        coinsurance = percent_of(rest - deductible, self._share.coinsurance_percent)
        owed = (("3", copay), ("1", deductible), ("2", coinsurance))
        return tuple(CasTriplet(group="PR", reason=why, amount_cents=cents) for why, cents in owed if cents)


CUT_BY_THE_PAYER = "45"
"""With group PI: the payer prices the service as a lesser one, which no contract supports."""


def priced_as_lesser(case: Case, line: SubmittedLine) -> str:
    """The lesser service at whose fee this payer prices a line by habit; empty where it does not, or where an
    appeal has set the cut aside."""
    return "" if CUT_BY_THE_PAYER in case.set_aside else case.persona.policy.priced_as.get(line.procedure, "")


def price_line(
    persona: Persona, fees: dict[str, Fee], purse: PatientPurse, line: SubmittedLine, lesser: str = ""
) -> LineVerdict:
    """One paid line: charge = CO-45 + PI-45 + patient's share + CO-253 + payment."""
    contracted = allowed_cents(persona, fees, line)
    allowed = min(contracted, allowed_cents(persona, fees, replace(line, procedure=lesser or line.procedure)))
    kind = fees[line.procedure].kind if line.procedure in fees else ""
    adjustments: list[CasTriplet] = []
    if contracted < line.charge_cents:
        over = line.charge_cents - contracted
        adjustments.append(CasTriplet(group="CO", reason="45", amount_cents=over))
    if allowed < contracted:
        adjustments.append(CasTriplet(group="PI", reason=CUT_BY_THE_PAYER, amount_cents=contracted - allowed))
    patient = purse.takes(kind, allowed)
    paid = allowed - sum(triplet.amount_cents for triplet in patient)
    sequestered = percent_of(paid, persona.contract.sequestration_percent)
    if sequestered:
        adjustments.append(CasTriplet(group="CO", reason="253", amount_cents=sequestered))
    return LineVerdict(
        number=line.number,
        charge_cents=line.charge_cents,
        allowed_cents=allowed,
        paid_cents=paid - sequestered,
        adjustments=(*adjustments, *patient),
    )


def withheld_cents(persona: Persona, claim: SubmittedClaim, lines: tuple[LineVerdict, ...]) -> int:
    """The contract's withhold on some procedures, taken in the PLB and not from the claim."""
    contract = persona.contract
    procedures = {line.number: line.procedure for line in claim.lines}
    subject = sum(line.paid_cents for line in lines if procedures[line.number] in contract.withhold_procedures)
    return percent_of(subject, contract.withhold_percent)
