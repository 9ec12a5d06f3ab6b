"""An 835 transaction set in the domain's terms, and the hash that makes it post once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from edi import remittance
from edi.envelope import seal
from edi.errors import UnexpectedContent
from tests.unit.edi.samples import AT, control_numbers
from x12.envelope.model import TransactionSet
from x12.reading import read_file
from x12.transactions.parts import (
    Address,
    Adjustment,
    Contact,
    ContactNumber,
    DateOrPeriod,
    OutpatientAdjudication,
    Party,
    Procedure,
    Reference,
    Trace,
)
from x12.transactions.remittance import (
    ClaimPayment,
    Payment,
    ProviderAdjustment,
    Remittance,
    RemittanceGroup,
    RemittanceLine,
)

LINE = RemittanceLine(
    procedure=Procedure(code="99212"),
    submitted_procedure=Procedure(code="99213", modifiers=("25",)),
    charge_cents=12_500,
    paid_cents=8_000,
    paid_units=Decimal(1),
    dates=(DateOrPeriod(qualifier="472", start=date(2026, 3, 2)),),
    adjustments=(
        Adjustment(group="CO", reason="45", amount_cents=2_500),
        Adjustment(group="PR", reason="3", amount_cents=2_000),
    ),
    references=(Reference(qualifier="6R", value="1"),),
    remark_codes=("N657",),
)
CLAIM = ClaimPayment(
    claim_id="10000001-1",
    status="1",
    charge_cents=12_500,
    paid_cents=8_000,
    patient_responsibility_cents=2_000,
    filing_indicator="12",
    payer_claim_number="ICN1",
    names=(Party(entity="QC", entity_type="1", last_name="MEADOW", first_name="IRIS"),),
    outpatient=OutpatientAdjudication(remark_codes=("MA01", "MA18")),
    lines=(LINE,),
)


def transaction(*claims: ClaimPayment) -> TransactionSet:
    return TransactionSet(
        control_number="0001",
        kind="835",
        content=Remittance(
            payment=Payment(amount_cents=7_500, method="ACH", effective_date=date(2026, 3, 20)),
            trace=Trace(number="EFT77", originator="1999999999"),
            payer=Party(
                entity="PR",
                last_name="SUMMIT PPO",
                address=Address(line1="1 HILL ROAD", city="SPRINGFIELD", state="IL", postal_code="62701"),
                contacts=(Contact(function="BL", numbers=(ContactNumber(qualifier="TE", value="2175550100"),)),),
            ),
            payee=Party(entity="PE", last_name="LAKESIDE", id_qualifier="XX", identifier="1234567893"),
            groups=(RemittanceGroup(claims=claims),),
            provider_adjustments=(
                ProviderAdjustment(
                    provider="1234567893",
                    fiscal_period_end=date(2026, 12, 31),
                    reason="WO",
                    reference="OLD1",
                    amount_cents=500,
                ),
            ),
        ),
    )


def test_a_remittance_keeps_what_posting_needs() -> None:
    found = remittance.read(transaction(CLAIM))
    assert (found.trace_number, found.payer_identifier, found.payee_npi) == (
        "EFT77",
        "1999999999",
        "1234567893",
    )
    assert (found.payment_cents, found.payment_method, found.payment_date) == (
        7_500,
        "ACH",
        date(2026, 3, 20),
    )
    assert [(entry.reason, entry.amount_cents) for entry in found.provider_adjustments] == [("WO", 500)]
    (claim,) = found.claims
    assert (claim.control_number, claim.payer_control_number, claim.remarks) == (
        "10000001-1",
        "ICN1",
        ("MA01", "MA18"),
    )
    (line,) = claim.lines
    assert [(a.group, a.reason, a.amount_cents) for a in line.adjustments] == [
        ("CO", "45", 2_500),
        ("PR", "3", 2_000),
    ]
    assert (line.line_control_number, line.remarks, line.service_date) == ("1", ("N657",), date(2026, 3, 2))


def test_a_line_is_known_by_what_was_billed_where_the_payer_paid_another_code() -> None:
    (line,) = remittance.read(transaction(CLAIM)).claims[0].lines
    assert (line.procedure, line.modifiers) == ("99213", ("25",))


def test_a_line_without_a_date_takes_the_claims() -> None:
    undated = replace(
        CLAIM,
        lines=(replace(LINE, dates=()),),
        dates=(DateOrPeriod(qualifier="232", start=date(2026, 3, 1)),),
    )
    assert remittance.read(transaction(undated)).claims[0].lines[0].service_date == date(2026, 3, 1)


def test_equal_loops_of_one_trace_are_counted_and_others_are_not() -> None:
    other = replace(CLAIM, paid_cents=7_999)
    first, second, third = remittance.read(transaction(CLAIM, other, CLAIM)).claims
    assert (first.ordinal, second.ordinal, third.ordinal) == (1, 1, 2)
    assert first.content_hash == third.content_hash != second.content_hash


@pytest.mark.parametrize(
    "same",
    [
        replace(CLAIM, position=99),
        replace(CLAIM, payer_claim_number="icn1 "),
        replace(CLAIM, lines=(replace(LINE, paid_units=Decimal("1.00"), position=5),)),
    ],
)
def test_the_hash_does_not_see_where_a_loop_stood_or_how_it_was_padded(same: ClaimPayment) -> None:
    assert hash_of(same) == hash_of(CLAIM)


@pytest.mark.parametrize(
    "other",
    [
        replace(CLAIM, status="22"),
        replace(CLAIM, lines=(replace(LINE, adjustments=LINE.adjustments[::-1]),)),
        replace(CLAIM, lines=(replace(LINE, remark_codes=()),)),
        replace(CLAIM, lines=(LINE, LINE)),
        replace(CLAIM, outpatient=None),
        replace(CLAIM, references=(Reference(qualifier="EA", value="7"),)),
        replace(CLAIM, dates=(DateOrPeriod(qualifier="050", start=date(2026, 3, 4)),)),
    ],
)
def test_the_hash_sees_every_change_of_content(other: ClaimPayment) -> None:
    assert hash_of(other) != hash_of(CLAIM)


def test_another_transaction_is_refused_by_its_kind() -> None:
    with pytest.raises(UnexpectedContent, match="ST 0007 is 999"):
        remittance.read(TransactionSet(control_number="0007", content=None, kind="999"))


def hash_of(claim: ClaimPayment) -> str:
    return remittance.read(transaction(claim)).claims[0].content_hash


def test_the_hash_is_the_same_before_and_after_the_wire() -> None:
    content = transaction(CLAIM, CLAIM).content
    assert content is not None
    written = seal([content], sender="PPO01", receiver="LAKESIDE1", control_numbers=control_numbers(), at=AT, usage="T")
    (read,) = read_file(written).transactions()
    assert remittance.read(read) == remittance.read(transaction(CLAIM, CLAIM))
