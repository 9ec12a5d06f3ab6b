"""Who is at the desk: likeness in points with its reasons, and who pays before Medicare."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.checkin.medicare_secondary import Answers, ordered, unanswered
from domain.coverage.coverage import Coverage, Payer, PayerKind
from domain.coverage.order_of_benefits import Entitlement
from domain.people.matching import Grade, Known, candidates
from domain.people.parties import Address, Person

ADDRESS = Address(street="12 Elm Street", city="Albany", state="NY", zip_code="122071234")
ANN = Person(
    last_name="Testpatient", first_name="Ann", birth_date=date(1970, 5, 4), sex="F", address=ADDRESS
)
ELSEWHERE = Address(street="9 Far Road", city="Utica", state="NY", zip_code="13501")


def grade(at_desk: Person, *, phone: str = "", member_ids: tuple[str, ...] = (), **known: object) -> Grade | None:
    one = Known(patient_id=1, person=ANN, **known)  # type: ignore[arg-type]
    found = candidates(at_desk, [one], phone=phone, member_ids=member_ids)
    return found[0].grade if found else None


@pytest.mark.parametrize(
    ("at_desk", "expected"),
    [
        (ANN, Grade.EXACT),
        (replace(ANN, last_name="TESTPATIENT", first_name="ann", address=ELSEWHERE), Grade.EXACT),
        (replace(ANN, first_name="Anne"), Grade.LIKELY),
        (replace(ANN, last_name="Testpatientt", address=ELSEWHERE), Grade.LIKELY),
        (replace(ANN, birth_date=date(1970, 4, 5)), Grade.LIKELY),
        (replace(ANN, last_name="Married", address=ELSEWHERE), Grade.POSSIBLE),
        (replace(ANN, birth_date=date(1999, 1, 1), first_name="Bob", sex="M"), None),
        (replace(ANN, last_name="Other", first_name="Bob", address=ELSEWHERE, sex="M"), None),
    ],
)
def test_a_likeness_is_graded(at_desk: Person, expected: Grade | None) -> None:
    assert grade(at_desk) is expected


def test_a_member_id_and_a_telephone_count_and_are_told() -> None:
    stranger = replace(ANN, last_name="Married", first_name="A", birth_date=date(1970, 5, 14), address=ELSEWHERE)
    assert grade(stranger) is None
    known = Known(patient_id=1, person=ANN, phone="(518) 555-0100", member_ids=frozenset({"W1"}))
    (found,) = candidates(stranger, [known], phone="1-518-555-0100", member_ids=("w1",))
    assert found.grade is Grade.POSSIBLE
    assert {"same telephone", "same member id"} <= set(found.why)


def test_twins_are_never_the_same_person() -> None:
    assert grade(replace(ANN, first_name="Zoe")) is not Grade.EXACT


def test_the_best_likeness_comes_first() -> None:
    known = [Known(patient_id=1, person=replace(ANN, first_name="Anne")), Known(patient_id=2, person=ANN)]
    assert [one.patient_id for one in candidates(ANN, known)] == [2, 1]


def covered(code: str, kind: PayerKind) -> Coverage:
    payer = Payer(code=code, name=code, kind=kind, filing_indicator="CI")
    return Coverage(payer=payer, member_id="1", relationship="18", subscriber=ANN)


MEDICARE, GROUP = covered("MCARE", PayerKind.MEDICARE), covered("PPO01", PayerKind.COMMERCIAL)
ASKED = Answers(asked_on=date(2026, 3, 9))
ON = date(2026, 3, 9)


@pytest.mark.parametrize(
    ("answers", "first", "insurance_type"),
    [
        (ASKED, "MCARE", ""),
        (replace(ASKED, works=True, employees=20), "PPO01", "12"),
        (replace(ASKED, works=True, employees=19), "MCARE", ""),
        (replace(ASKED, works=True, employees=100, entitlement=Entitlement.DISABILITY), "PPO01", "43"),
        (replace(ASKED, works=True, employees=99, entitlement=Entitlement.DISABILITY), "MCARE", ""),
        (replace(ASKED, workers_compensation=True), "PPO01", "15"),
        (replace(ASKED, no_fault=True), "PPO01", "14"),
        (replace(ASKED, liability=True), "PPO01", "47"),
        (replace(ASKED, black_lung=True), "PPO01", "41"),
        (replace(ASKED, veterans=True), "PPO01", "42"),
        (
            replace(ASKED, retired_plan=True, entitlement=Entitlement.RENAL_DISEASE, renal_coordination_ends=ON),
            "PPO01",
            "13",
        ),
        (replace(ASKED, retired_plan=True), "MCARE", ""),
    ],
)
def test_the_answers_say_who_pays_before_medicare_and_why(answers: Answers, first: str, insurance_type: str) -> None:
    placed = ordered([MEDICARE, GROUP], answers, ON)
    assert placed[0].coverage.payer.code == first
    medicare = next(one for one in placed if one.coverage.payer.code == "MCARE")
    assert medicare.insurance_type == insurance_type


def test_only_a_medicare_patient_must_be_asked() -> None:
    assert unanswered([MEDICARE, GROUP], None)
    assert not unanswered([GROUP], None)
    assert not unanswered([MEDICARE], ASKED)
