"""A CLP loop as plain rows in a fixed form: what the posting key's hash is taken of.

Amounts in cents, dates CCYYMMDD, order kept; cutting and letter case are ``normalised_hash``'s.
Where the loop stood in its file (LX, positions) is no part of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from x12.transactions.parts import Adjustment, Amount, DateOrPeriod, Party, Procedure, Quantity, Reference
from x12.transactions.remittance import ClaimPayment, RemittanceLine

Row = tuple[str, ...]


def rows(claim: ClaimPayment) -> Iterator[Row]:
    """The rows of one CLP loop, in the guide's order."""
    yield (
        "CLP",
        claim.claim_id,
        claim.status,
        _cents(claim.charge_cents),
        _cents(claim.paid_cents),
        _cents(claim.patient_responsibility_cents),
        claim.filing_indicator,
        claim.payer_claim_number,
        claim.facility_code,
        claim.frequency_code,
        claim.patient_status,
        claim.drg,
        _number(claim.drg_weight),
        _number(claim.discharge_fraction),
    )
    yield from _adjustments(claim.adjustments)
    for party in claim.names:
        yield from _party(party)
    if claim.inpatient is not None:
        yield claim.inpatient
    if claim.outpatient is not None:
        moa = claim.outpatient
        yield (
            "MOA",
            _number(moa.reimbursement_rate),
            _cents(moa.payable_cents),
            *moa.remark_codes,
            _cents(moa.esrd_payment_cents),
            _cents(moa.nonpayable_professional_cents),
        )
    yield from _references(claim.references)
    yield from _dates(claim.dates)
    for contact in claim.contacts:
        numbers = (cell for number in contact.numbers for cell in (number.qualifier, number.value))
        yield ("PER", contact.function, contact.name, *numbers)
    yield from _amounts(claim.amounts, claim.quantities)
    for line in claim.lines:
        yield from _line(line)


def _line(line: RemittanceLine) -> Iterator[Row]:
    yield (
        "SVC",
        *_procedure(line.procedure),
        _cents(line.charge_cents),
        _cents(line.paid_cents),
        line.revenue_code,
        _number(line.paid_units),
        _number(line.submitted_units),
    )
    if line.submitted_procedure is not None:
        yield ("SVC06", *_procedure(line.submitted_procedure))
    yield from _dates(line.dates)
    yield from _adjustments(line.adjustments)
    yield from _references(line.references)
    yield from _amounts(line.amounts, line.quantities)
    for code in line.remark_codes:
        yield ("LQ", "HE", code)
    for code in line.pharmacy_reject_codes:
        yield ("LQ", "RX", code)


def _adjustments(adjustments: Iterable[Adjustment]) -> Iterator[Row]:
    for adjustment in adjustments:
        yield (
            "CAS",
            adjustment.group,
            adjustment.reason,
            _cents(adjustment.amount_cents),
            _number(adjustment.quantity),
        )


def _party(party: Party) -> Iterator[Row]:
    yield (
        "NM1",
        party.entity,
        party.entity_type,
        party.last_name,
        party.first_name,
        party.middle_name,
        party.prefix,
        party.suffix,
        party.id_qualifier,
        party.identifier,
    )
    yield from _references(party.references)


def _references(references: Iterable[Reference]) -> Iterator[Row]:
    for reference in references:
        yield ("REF", reference.qualifier, reference.value, reference.description, reference.other_payer_id)


def _dates(dates: Iterable[DateOrPeriod]) -> Iterator[Row]:
    for when in dates:
        yield ("DTM", when.qualifier, _day(when.start), _day(when.end), when.time)


def _amounts(amounts: Iterable[Amount], quantities: Iterable[Quantity]) -> Iterator[Row]:
    for amount in amounts:
        yield ("AMT", amount.qualifier, _cents(amount.amount_cents))
    for quantity in quantities:
        yield ("QTY", quantity.qualifier, _number(quantity.quantity))


def _procedure(procedure: Procedure) -> Row:
    return (procedure.qualifier, procedure.code, ":".join(procedure.modifiers), procedure.description)


def _cents(amount: int | None) -> str:
    return "" if amount is None else str(amount)


def _number(value: Decimal | None) -> str:
    """``1``, ``1.0`` and ``1.00`` are one value."""
    if value is None:
        return ""
    return f"{value.normalize():f}"


def _day(day: date | None) -> str:
    return "" if day is None else day.strftime("%Y%m%d")
