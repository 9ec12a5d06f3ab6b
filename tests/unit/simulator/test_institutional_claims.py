"""An institution's claims (837I) at the payers: paid by line, returned, adjusted, reopened."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import x12
from tests.unit.edi.institutional_files import BENEFICIARY
from tests.unit.simulator.practice_for_tests import (
    LATER,
    Practice,
    acknowledged_claims,
    check_balance,
    icn_of,
    told_by,
)
from tests.unit.x12 import institutional_examples as made

FIRST, LAST = date(2026, 1, 2), date(2026, 1, 6)
MEDICARE = x12.Party(entity="PR", last_name="MEDICARE", id_qualifier="PI", identifier="MCARE")
PERIOD = x12.DateOrPeriod(qualifier="434", start=FIRST, end=LAST)
DONE = (x12.DateOrPeriod(qualifier="472", start=FIRST),)


def visit(number: str = "1001-1", **more: Any) -> x12.InstitutionalClaim:
    lines = more.pop("lines", (made.line(dates=DONE), made.line("0300", 2_550, "2", procedure=None, dates=DONE)))
    facts = {"subscriber": BENEFICIARY, "payer": MEDICARE, "dates": (PERIOD,), "lines": lines, **more}
    return made.claim(number, **facts)


def changed(practice: Practice, number: str, frequency: str, of: str, *conditions: str) -> x12.InstitutionalClaim:
    reference = x12.Reference(qualifier="F8", value=icn_of(practice, of))
    return visit(number, frequency_code=frequency, references=(reference,), condition_codes=conditions)


def told(practice: Practice, day: date) -> dict[str, list[tuple[str, int, list[str]]]]:
    practice.waits_until(day)
    found = practice.remittances()
    for remittance in found:
        check_balance(remittance)
    return told_by(found)


def test_lines_are_paid_by_procedure_or_by_revenue_code_alone(practice: Practice) -> None:
    practice.sends_institutional(visit())
    practice.waits_until(LATER)
    (remittance,) = practice.remittances()
    check_balance(remittance)
    (claim,) = remittance.claims
    assert (claim.facility_code, claim.frequency_code, claim.filing_indicator) == ("13", "1", "MA")
    assert [(line.procedure.qualifier, line.procedure.code, line.revenue_code) for line in claim.lines] == [
        ("HC", "99283", "0450"), ("NU", "0300", ""),
    ]  # fmt: skip
    assert claim.paid_cents > 0


def test_a_changed_bill_without_its_reason_is_returned_and_with_it_replaces(practice: Practice) -> None:
    practice.sends_institutional(visit())
    paid = told(practice, LATER)["1001-1"][0][1]
    practice.sends_institutional(changed(practice, "1001-2", "7", "1001-1"))
    practice.waits_until(LATER + timedelta(days=3))
    assert acknowledged_claims(practice) == {"1001-2": "A3:460"}
    practice.sends_institutional(changed(practice, "1001-3", "7", "1001-1", "D1"))
    answers = told(practice, LATER + timedelta(days=60))
    assert answers["1001-1"][0][:2] == ("22", -paid)
    assert answers["1001-3"][0][1] == paid


def test_a_request_to_reopen_has_no_filing_limit_and_a_cancelled_bill_is_taken_back(practice: Practice) -> None:
    practice.sends_institutional(visit())
    paid = told(practice, LATER)["1001-1"][0][1]
    late = LATER + timedelta(days=500)
    practice.waits_until(late)
    practice.sends_institutional(changed(practice, "1001-2", "Q", "1001-1", "R1"))
    answers = told(practice, late + timedelta(days=60))
    assert (answers["1001-1"][0][:2], answers["1001-2"][0][1]) == (("22", -paid), paid)
    practice.sends_institutional(changed(practice, "1001-3", "8", "1001-2", "D5"))
    assert told(practice, late + timedelta(days=120))["1001-2"][0][:2] == ("22", -paid)
