"""The Medicare Secondary Payer answers about each coverage beside Medicare: the order that follows, and SBR05."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.checkin.desk_order import as_at_desk
from domain.checkin.medicare_secondary import AboutCoverage, Answers, open_questions, ordered
from domain.coverage.coverage import Coverage, Payer, PayerKind
from domain.coverage.order_of_benefits import Basis, Entitlement
from tests.integration.storage.samples import encounter, person

ON = date(2026, 3, 9)
SPOUSE = replace(person(), first_name="Otto", sex="M")


def covered(code: str, kind: PayerKind = PayerKind.COMMERCIAL, relationship: str = "18") -> Coverage:
    payer = Payer(code=code, name=code, kind=kind, filing_indicator="CI")
    return Coverage(
        payer=payer, member_id=f"{code}-1", relationship=relationship,
        subscriber=person() if relationship == "18" else SPOUSE,
    )  # fmt: skip


MEDICARE = covered("MCARE", PayerKind.MEDICARE)
MEDICAID = covered("MCAID", PayerKind.MEDICAID)
WORK = covered("WORK")
SPOUSES = covered("SPOUSE", relationship="01")
RETIRED = covered("RETIRED")
GAP = covered("GAP")
INJURY = covered("INJURY")
ASKED = Answers(asked_on=ON)


def about(code: str, basis: Basis, employees: int | None = None) -> AboutCoverage:
    return AboutCoverage(payer_code=code, basis=basis, employees=employees)


WORKING = about("WORK", Basis.CURRENT_EMPLOYMENT, 50)
BY_SPOUSE = about("SPOUSE", Basis.CURRENT_EMPLOYMENT, 50)
SMALL = about("SPOUSE", Basis.CURRENT_EMPLOYMENT, 12)
FORMER = about("RETIRED", Basis.FORMER_EMPLOYMENT, 900)
MEDIGAP = about("GAP", Basis.SUPPLEMENT)
HURT = about("INJURY", Basis.WORKERS_COMPENSATION)


@pytest.mark.parametrize(
    ("told", "said", "order", "medicare_type"),
    [
        ([GAP, SPOUSES, MEDICARE], (MEDIGAP, BY_SPOUSE), ["SPOUSE", "MCARE", "GAP"], "12"),
        ([GAP, SPOUSES, MEDICARE], (MEDIGAP, SMALL), ["MCARE", "GAP", "SPOUSE"], ""),
        ([RETIRED, WORK, MEDICARE], (FORMER, WORKING), ["WORK", "MCARE", "RETIRED"], "12"),
        ([SPOUSES, WORK, MEDICARE], (BY_SPOUSE, WORKING), ["WORK", "SPOUSE", "MCARE"], "12"),
        ([GAP, MEDICARE, INJURY], (MEDIGAP, HURT), ["INJURY", "MCARE", "GAP"], "15"),
        ([WORK, MEDICARE, INJURY], (WORKING, HURT), ["INJURY", "WORK", "MCARE"], "12"),
        ([MEDICAID, GAP, WORK, MEDICARE], (MEDIGAP, WORKING), ["WORK", "MCARE", "GAP", "MCAID"], "12"),
    ],
)
def test_each_coverage_stands_where_its_own_answer_puts_it(
    told: list[Coverage], said: tuple[AboutCoverage, ...], order: list[str], medicare_type: str
) -> None:
    placed = ordered(told, replace(ASKED, about=said), ON)
    assert [one.coverage.payer.code for one in placed] == order
    types = {one.coverage.payer.code: one.insurance_type for one in placed}
    assert types.pop("MCARE") == medicare_type
    assert set(types.values()) == {""}, "SBR05 is Medicare's alone"


def test_a_disability_counts_each_employer_by_itself() -> None:
    said = replace(
        ASKED,
        entitlement=Entitlement.DISABILITY,
        about=(about("WORK", Basis.CURRENT_EMPLOYMENT, 99), about("SPOUSE", Basis.CURRENT_EMPLOYMENT, 100)),
    )
    placed = ordered([WORK, SPOUSES, MEDICARE], said, ON)
    assert [one.coverage.payer.code for one in placed] == ["SPOUSE", "MCARE", "WORK"]
    assert placed[1].insurance_type == "43"


def test_two_coverages_of_one_payer_are_told_apart_by_their_numbers() -> None:
    other = replace(WORK, member_id="WORK-2")
    said = replace(
        ASKED,
        about=(
            AboutCoverage(payer_code="WORK", member_id="WORK-1", basis=Basis.FORMER_EMPLOYMENT),
            AboutCoverage(payer_code="WORK", member_id="WORK-2", basis=Basis.CURRENT_EMPLOYMENT, employees=30),
        ),
    )
    placed = ordered([WORK, MEDICARE, other], said, ON)
    assert [one.coverage.member_id for one in placed] == ["WORK-2", "MCARE-1", "WORK-1"]


def test_with_several_coverages_each_must_be_asked_about() -> None:
    assert open_questions([MEDICARE, WORK], ASKED) == ()
    (one, two) = open_questions([MEDICARE, WORK, GAP], ASKED)
    assert ("WORK" in one, "GAP" in two) == (True, True)
    (left,) = open_questions([MEDICARE, WORK, GAP], replace(ASKED, about=(WORKING,)))
    assert "GAP" in left
    assert open_questions([MEDICARE, WORK, GAP], replace(ASKED, about=(WORKING, MEDIGAP))) == ()
    assert open_questions([WORK, GAP], ASKED) == (), "only a Medicare patient is asked"


def test_an_answer_about_nobodys_coverage_and_a_liable_insurer_nobody_entered_are_said() -> None:
    said = replace(ASKED, no_fault=True, about=(WORKING, MEDIGAP))
    stray, uncovered = open_questions([MEDICARE, WORK], said)
    assert "GAP" in stray
    assert "no fault was answered with yes" in uncovered
    (works,) = open_questions([MEDICARE, GAP], replace(ASKED, works=True, about=(MEDIGAP,)))
    assert "works was answered with yes" in works


def test_the_claim_of_the_visit_takes_the_desks_order_with_the_reason_of_a_medicare_that_comes_second() -> None:
    content = replace(encounter().content, coverage=MEDICARE)
    placed = ordered([MEDICARE, WORK], replace(ASKED, works=True, employees=50), ON)
    after = as_at_desk(content, placed)
    assert [one.payer.code for one in after.coverages] == ["WORK", "MCARE"]
    assert after.other_coverages[0].insurance_type == "12"
    assert as_at_desk(after, placed) is after, "a claim in that order is left alone"


def test_a_claim_that_names_a_coverage_the_desk_does_not_know_stands_as_it_came() -> None:
    content = replace(encounter().content, coverage=INJURY)
    assert as_at_desk(content, ordered([MEDICARE, WORK], ASKED, ON)) is content
    assert as_at_desk(content, ()) is content


def test_what_the_claim_says_of_a_coverage_itself_is_kept() -> None:
    content = replace(encounter().content, coverage=replace(MEDICARE, member_id="mcare 1", group_number="G9"))
    after = as_at_desk(content, ordered([MEDICARE, WORK], replace(ASKED, works=True, employees=50), ON))
    assert after.coverages[1].group_number == "G9"
