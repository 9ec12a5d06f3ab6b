"""The plain verdicts behind the command line, and the identifiers behind the warnings."""

from __future__ import annotations

import json
import re

import pytest

from tests.unit.x12 import examples
from x12.check import check_file, check_remittances
from x12.syntax.element_check import is_npi

CLAIMS = examples.interchange(examples.claims())
REMITTANCE = examples.interchange(examples.remittance())


def test_a_valid_file_is_said_to_be_valid() -> None:
    assert check_file(CLAIMS) == {
        "valid": True,
        "errors": [],
        "transactions": [{"type": "837P", "control_number": "0001", "claims": 1, "errors": []}],
    }


def test_an_error_says_severity_code_snip_segment_position_and_message() -> None:
    verdict = check_file(CLAIMS.replace(b"CLM*1001-1*165.5", b"CLM*1001-1*165"))
    assert verdict["valid"] is False
    assert verdict["transactions"][0]["errors"] == [{
        "severity": "error", "code": "claim-total", "snip": 3, "segment": "CLM", "position": 19,
        "message": "CLM02 is 165.00, its lines add up to 165.50",
    }]  # fmt: skip
    assert json.loads(json.dumps(verdict)) == verdict


def test_a_bad_npi_is_a_warning_and_the_file_stays_valid() -> None:
    verdict = check_file(CLAIMS.replace(b"*XX*1234567893", b"*XX*1234567890"))
    assert verdict["valid"] is True
    assert [one["severity"] for one in verdict["transactions"][0]["errors"]] == ["warning"]


def test_a_remittance_in_balance_is_said_to_balance() -> None:
    assert check_remittances(REMITTANCE) == {
        "balanced": True,
        "transactions": [{"control_number": "0001", "balanced": True, "problems": []}],
    }


@pytest.mark.parametrize(("was", "now", "levels"), [
    (b"SVC*HC:99213*125*80", b"SVC*HC:99213*125*81", [("line", "1001-1", "80.00", "81.00")]),
    (b"CLP*1001-1*1*125*80", b"CLP*1001-1*1*125*79", [("claim", "1001-1", "80.00", "79.00"),
                                                      ("transaction", "", "69.00", "70.00")]),
    (b"PLB*1234567893*20261231*WO:ICN50*10", b"PLB*1234567893*20261231*WO:ICN50*-10",
     [("transaction", "", "90.00", "70.00")]),
])  # fmt: skip
def test_what_does_not_balance_is_told_with_level_claim_and_amounts(
    was: bytes, now: bytes, levels: list[tuple[str, str, str, str]]
) -> None:
    assert was in REMITTANCE
    verdict = check_remittances(REMITTANCE.replace(was, now))
    (transaction,) = verdict["transactions"]
    assert not verdict["balanced"]
    assert [(one["level"], one["claim"], one["expected"], one["found"]) for one in transaction["problems"]] == levels


@pytest.mark.parametrize(("was", "now"), [
    (b"SVC*HC:99213*", b"SVC*HC*"), (b"*20260305~\nTRN", b"*20262316~\nTRN"), (b"DTM*405*20260304", b"DTM*405*LATER"),
    (b"LX*1", b"LX*A"),
])  # fmt: skip
def test_another_fault_is_no_imbalance_and_hides_none(was: bytes, now: bytes) -> None:
    faulty = REMITTANCE.replace(was, now)
    assert was in REMITTANCE
    assert not check_file(faulty)["valid"]
    assert check_remittances(faulty)["balanced"] is True
    (transaction,) = check_remittances(re.sub(rb"(SVC[^~]*\*125\*)80", rb"\g<1>81", faulty))["transactions"]
    assert [(one["level"], one["claim"], one["expected"], one["found"]) for one in transaction["problems"]] == [
        ("line", "1001-1", "80.00", "81.00")
    ]


def test_an_amount_that_cannot_be_read_is_named_and_no_sum_is_made_up_without_it() -> None:
    (transaction,) = check_remittances(REMITTANCE.replace(b"CAS*CO*45*25", b"CAS*CO*45*A"))["transactions"]
    assert [one["level"] for one in transaction["problems"]] == ["transaction"]
    assert "'A' is not an amount in whole cents" in transaction["problems"][0]["message"]


@pytest.mark.parametrize(
    "data", [b"", CLAIMS, REMITTANCE[:400], REMITTANCE.replace(b"CLP*1001-1*1*125", b"CLP*1001-1*1*X")]
)
def test_what_cannot_be_read_whole_is_not_balanced(data: bytes) -> None:
    assert check_remittances(data)["balanced"] is False


@pytest.mark.parametrize(("number", "valid"), [
    ("1234567893", True), ("1999999984", True), ("1558598797", True), ("1234567890", False), ("3234567893", False),
    ("123456789", False), ("12345678931", False), ("", False), ("12345678\u0669\u0663", False),
])  # fmt: skip
def test_an_npi_is_known_by_its_check_digit(number: str, valid: bool) -> None:
    assert is_npi(number) is valid
