"""The writer refuses what cannot be written and names the element."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

import x12
from tests.unit.x12 import examples


def refusal(content: Any, **options: Any) -> list[str]:
    with pytest.raises(x12.X12Invalid) as refused:
        examples.interchange(content, **options)
    return [error.place for error in refused.value.errors]


def with_claim(**more: Any) -> x12.ProfessionalClaims:
    return examples.claims(examples.claim(**more))


def day(qualifier: str) -> x12.DateOrPeriod:
    return x12.DateOrPeriod(qualifier=qualifier, start=date(2026, 1, 5))


@pytest.mark.parametrize(("content", "place"), [
    (with_claim(claim_id=""), "CLM01"),
    (with_claim(claim_id="X" * 39), "CLM01"),
    (with_claim(claim_id="A*B"), "CLM01"),
    (with_claim(claim_id="A~B"), "CLM01"),
    (with_claim(claim_id="A:B"), "CLM01"),
    (with_claim(claim_id="CAF\u00c9"), "CLM01"),
    (with_claim(claim_id="A@B"), "CLM01"),
    (with_claim(frequency_code=""), "CLM05-3"),
    (with_claim(assignment="Q"), "CLM07"),
    (with_claim(place_of_service="1:1"), "CLM"),
    (with_claim(diagnoses=()), "HI"),
    (with_claim(lines=()), "LX"),
    (with_claim(notes=(x12.Note(text="X" * 81),)), "NTE02"),
    (with_claim(claim_id="A\u0663"), "CLM01"),
    (with_claim(diagnoses=(x12.Diagnosis(qualifier="ABK", code="J:029"),)), "HI"),
    (with_claim(dates=(day("999"),)), "DTP01"),
    (with_claim(dates=(day("431"), day("431"))), "DTP"),
    (with_claim(conditions=(x12.Condition(category="QQ", answer="Y", codes=("01",)),)), "CRC01"),
    (with_claim(payer=replace(examples.claim().payer, birth_date=date(1990, 1, 1))), "NM1"),
    (with_claim(supplements=(("ZZZ", "1"),)), "CR1"),
    (with_claim(references=tuple(x12.Reference(qualifier="D9", value=value) for value in "12")), "REF"),
    (examples.claims(*()), None),
    (replace(examples.claims(), claims=()), "ST"),
    (examples.remittance(dates=(x12.DateOrPeriod(qualifier="999", start=date(2026, 1, 1)),)), "DTM01"),
])  # fmt: skip
def test_a_value_that_cannot_be_written_is_refused_by_its_element(content: Any, place: str | None) -> None:
    if place is None:
        examples.interchange(content)
    else:
        assert place in refusal(content)


@pytest.mark.parametrize(("change", "place"), [
    ({"control_number": 0}, "ISA13"),
    ({"control_number": 1_000_000_000}, "ISA13"),
    ({"usage": "X"}, "ISA15"),
    ({"sender_id": ""}, "ISA06"),
    ({"sender_id": "X" * 16}, "ISA06"),
    ({"receiver_id": "A*B"}, "ISA08"),
])  # fmt: skip
def test_a_bad_interchange_header_is_refused_by_its_element(change: dict[str, Any], place: str) -> None:
    answer = x12.InterchangeAcknowledgement(control_number=7, date=examples.DAY, time=examples.NOON, status="A")
    with pytest.raises(x12.X12Invalid) as refused:
        x12.write_interchange(replace(examples.HEADER, **change), [], [answer])
    assert [error.place for error in refused.value.errors] == [place]


def test_lower_case_is_written_as_upper_case() -> None:
    data = examples.interchange(with_claim(claim_id="abc-1"))
    assert b"CLM*ABC-1*" in data
    assert data == data.upper()


def test_claims_of_one_provider_and_subscriber_share_their_levels() -> None:
    data = examples.interchange(examples.claims(examples.claim("1"), examples.claim("2")))
    assert data.count(b"HL*") == 2
    assert b"HL*1**20*1~" in data
    assert b"HL*2*1*22*0~" in data


def test_a_patient_who_is_not_the_subscriber_gets_a_level_of_his_own() -> None:
    dependent = examples.claim(subscriber=examples.FAMILY, patient=examples.DEPENDENT)
    data = examples.interchange(examples.claims(dependent, examples.claim("9-1")))
    assert b"HL*2*1*22*1~" in data
    assert b"HL*3*2*23*0~" in data
    assert b"HL*4*1*22*0~" in data


def test_adjustments_of_one_group_share_a_segment_of_at_most_six() -> None:
    eight = tuple(x12.Adjustment(group="CO", reason=str(n), amount_cents=n) for n in range(1, 9))
    line = replace(examples.remittance().claims[0].lines[0], adjustments=eight)
    claim = replace(examples.remittance().claims[0], lines=(line,))
    data = examples.interchange(examples.remittance(groups=(x12.RemittanceGroup(claims=(claim,)),)))
    cas = [segment for segment in data.decode().split("~\n") if segment.startswith("CAS")]
    assert [segment.count("*") for segment in cas] == [18, 6]


@pytest.mark.parametrize(("cents", "text"), [
    (0, "0"), (5, ".05"), (50, ".5"), (100, "100"[:1]), (12_550, "125.5"), (-12_555, "-125.55"), (-5, "-.05"),
])  # fmt: skip
def test_money_is_written_short_and_read_back(cents: int, text: str) -> None:
    from x12.syntax.values import read_money, write_money

    assert write_money(cents) == text
    assert read_money(text) == cents


@pytest.mark.parametrize("text", ["1.005", "1,5", "1e5", "--5", "5-", ".", "", "1.2.3", "\u0663"])
def test_what_is_no_amount_in_cents_is_refused(text: str) -> None:
    from x12.syntax.values import read_money

    with pytest.raises(ValueError, match=r"."):
        read_money(text)
