"""SNIP 5: codes by shape, by a lookup that the caller brings, and what nobody can tell."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

import x12
from tests.unit.x12 import examples
from x12.validation.codes import SHAPES
from x12.validation.identifiers import is_mbi


class Listed:
    """Knows nothing before 2026, and afterwards all but `never`."""

    def __init__(self, *never: str) -> None:
        self.never = never
        self.asked: list[tuple[str, str, date]] = []

    def is_valid(self, kind: str, code: str, on: date) -> bool | None:
        self.asked.append((kind, code, on))
        return None if on.year < 2026 else code not in self.never


def told(content: Any, codes: x12.CodeLookup = x12.SHAPES_ONLY) -> list[tuple[str, str, str]]:
    data = x12.write_interchange(
        examples.HEADER,
        [x12.FunctionalGroup(
            header=x12.GroupHeader(sender_code="A1", receiver_code="B2", date=examples.DAY, time=examples.NOON,
                                   control_number=1),
            transactions=(x12.TransactionSet(control_number="0001", content=content),),
        )],
        codes=None,
    )  # fmt: skip
    (transaction,) = x12.read_file(data, codes=codes).transactions()
    segments = data.decode().replace("\n", "").split("~")[2:]
    assert all(segments[one.position - 1].split("*")[0] == one.segment for one in transaction.errors)
    return [(one.code, one.severity, one.place) for one in transaction.errors]


def billed(**more: Any) -> x12.ProfessionalClaims:
    return examples.claims(examples.claim(**more))


def served(on: date, claim_id: str) -> x12.ProfessionalClaim:
    return examples.claim(
        claim_id, lines=(replace(examples.line(), dates=(x12.DateOrPeriod(qualifier="472", start=on),)),)
    )


@pytest.mark.parametrize(("content", "place", "severity"), [
    (billed(diagnoses=(x12.Diagnosis(qualifier="ABK", code="J02.9"),
                       x12.Diagnosis(qualifier="ABF", code="R509"))), "HI01-2", "error"),
    (billed(diagnoses=(x12.Diagnosis(qualifier="ABK", code="J029"),
                       x12.Diagnosis(qualifier="ABF", code="5099"))), "HI02-2", "error"),
    (billed(place_of_service="1"), "CLM05-1", "error"),
    (billed(lines=(replace(examples.line(), procedure=x12.Procedure(code="9921")),)), "SV101-2", "error"),
    (billed(lines=(replace(examples.line(), procedure=x12.Procedure(code="99213", modifiers=("2.", )),),)),
     "SV101-3", "error"),
    (billed(lines=(replace(examples.line(), place_of_service="9"),)), "SV105", "error"),
    (billed(lines=(replace(examples.line(), drug=x12.Drug(code="123", quantity=Decimal(1), unit="ML")),)),
     "LIN03", "error"),
    (billed(billing_provider=replace(examples.BILLING, taxonomy="207Q")), "PRV03", "warning"),
])  # fmt: skip
def test_a_code_without_the_shape_of_its_kind_is_told_with_its_place(
    content: x12.ProfessionalClaims, place: str, severity: str
) -> None:
    assert ("code-shape", severity, place) in told(content)


def test_the_lookup_is_asked_once_for_each_code_and_day() -> None:
    lookup = Listed()
    assert told(examples.claims(examples.claim(), examples.claim("1002-1")), lookup) == []
    assert len(lookup.asked) == len(set(lookup.asked))
    assert {kind for kind, _, _ in lookup.asked} == {
        "icd10cm", "place_of_service", "procedure", "modifier", "state", "taxonomy"
    }  # fmt: skip
    assert {on for _, _, on in lookup.asked} == {date(2026, 2, 27)}


def test_a_code_that_is_not_valid_on_the_day_of_service_is_an_error_at_each_of_its_places() -> None:
    found = told(examples.claims(examples.claim(), examples.claim("1002-1")), Listed("J029", "11"))
    assert found == [("code-unknown", "error", "CLM05-1"), ("code-unknown", "error", "HI01-2")] * 2


def test_a_day_outside_of_the_editions_is_said_once_for_each_kind_of_a_set() -> None:
    earlier = date(2025, 12, 31)
    found = told(examples.claims(served(earlier, "1-1"), served(earlier, "2-1"), examples.claim("3-1")), Listed())
    assert {severity for _, severity, _ in found} == {"warning"}
    assert [code for code, _, _ in found] == ["code-not-checked"] * len(found)
    assert len(found) == len({place for _, _, place in found}) == 6


def test_a_code_of_a_remittance_is_a_warning_for_the_money_has_moved() -> None:
    assert told(examples.remittance(), Listed("45", "N130", "MA01")) == [
        ("code-unknown", "warning", "MOA"), ("code-unknown", "warning", "CAS02"), ("code-unknown", "warning", "LQ02"),
    ]  # fmt: skip


def test_status_categories_are_looked_up_on_their_own_date() -> None:
    lookup = Listed("A7")
    found = told(examples.acknowledgement(), lookup)
    assert {(code, severity) for code, severity, _ in found} == {("code-unknown", "warning")}
    assert ("claim_status_category", "A7", examples.DAY) in lookup.asked


def test_without_a_lookup_situations_and_codes_are_left_out() -> None:
    data = examples.interchange(billed()).replace(b"HI*ABK:J029", b"HI*ABK:XX")
    assert [one.code for one in x12.read_file(data).all_errors()] == ["code-shape"]
    assert x12.read_file(data, codes=None).all_errors() == ()


def test_a_code_that_is_not_valid_is_refused_by_the_writer() -> None:
    broken = examples.claims(examples.claim(diagnoses=(x12.Diagnosis(qualifier="ABK", code="J02.9"),)))
    with pytest.raises(x12.X12Invalid, match=r"HI01-2: claim 1001-1: J02.9 has not the shape"):
        examples.interchange(broken)


@pytest.mark.parametrize(("kind", "good", "bad"), [
    ("icd10cm", "A000 J029 S93401A U071 O9A111 M1A0110 C7A00", "J02.9 1234 J0 J0299999"),
    ("icd9cm", "460 4619 V700 E8490", "46 J029 V7"),
    ("procedure", "99213 0001U 0042T J3490 G0439", "9921 99213A ABCDE 992 1"),
    ("modifier", "25 XU A1", "2 255 a1"),
    ("ndc", "00409123401", "0409123401 00409-1234-01"),
    ("taxonomy", "207Q00000X 261QM1300X", "207Q 203BF0100Y"),
    ("carc", "1 45 253 A1 B20 P32", "045 0 1000 AA1"),
    ("rarc", "M1 MA130 N4 N940", "M MA X12 130"),
    ("claim_status_category", "A1 F3F R17 P0 DR01", "X1 A 1A"),
    ("state", "MA ON", "M MASS 11"),
])  # fmt: skip
def test_a_shape_takes_what_its_list_holds(kind: str, good: str, bad: str) -> None:
    shape = SHAPES[kind][1]
    assert [code for code in good.split() if not shape.fullmatch(code)] == []
    assert [code for code in bad.split() if shape.fullmatch(code)] == []


@pytest.mark.parametrize(("text", "valid"), [
    ("1EG4TE5MK73", True), ("9AA9AA9AA99", True), ("1EG4-TE5-MK73", False), ("0EG4TE5MK73", False),
    ("1SG4TE5MK73", False), ("1EG4TE5MK7", False), ("", False), ("123456789A", False),
])  # fmt: skip
def test_a_medicare_number_is_known_by_its_shape(text: str, valid: bool) -> None:
    assert is_mbi(text) is valid
