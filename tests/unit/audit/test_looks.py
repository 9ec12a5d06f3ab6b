"""What the audit sees in one chart, and what it leaves alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.coding.audit.chart import Chart, Condition, Medication, Service
from domain.coding.audit.finding import Basis, Direction, Finding, Kind
from domain.coding.audit.query import OTHER, UNABLE, Query, ask, leading_in
from domain.coding.audit.registry import audit_chart
from tests.unit.audit.charts import chart, claim, context, lab

THYROID = Medication(rxnorm="10582", started_on=date(2026, 1, 10))
VISITS = (claim(1, "2026-03-02", "J069"), claim(2, "2026-09-02", "R42"))


def kinds(seen: Chart) -> list[Kind]:
    return [finding.kind for finding in audit_chart(seen, context())]


def only(seen: Chart) -> Finding:
    (finding,) = audit_chart(seen, context())
    return finding


def test_a_medication_for_which_nothing_is_coded_is_asked_about_and_supports_no_code() -> None:
    finding = only(chart(*VISITS, medications=(THYROID,)))
    assert (finding.kind, finding.direction) == (Kind.MEDICATION_WITHOUT_CONDITION, Direction.MISSING)
    assert finding.basis is Basis.INDICATOR
    assert finding.codes == (), "no code is proposed"
    assert finding.claims == (1, 2)
    assert finding.query.options[-2:] == (OTHER, UNABLE)


@pytest.mark.parametrize(
    "answered",
    [
        {"conditions": (Condition(code="C73", recorded_on=date(2020, 1, 1)),)},
        {"claims": (*VISITS, claim(3, "2025-05-02", "E063"))},
        {"claims": (*VISITS, claim(3, "2025-05-02", "Z85850"))},
        {"claims": (claim(1, "2025-12-02", "J069"),)},
        {"medications": (replace(THYROID, ended_on=date(2025, 3, 1), started_on=date(2024, 1, 1)),)},
    ],
    ids=["on the problem list", "coded last year", "another use is coded", "not seen since", "ended long ago"],
)
def test_a_medication_is_left_alone_where_its_use_is_known_or_nobody_could_have_coded_it(
    answered: dict[str, object],
) -> None:
    given = {"claims": VISITS, "medications": (THYROID,)} | answered
    assert kinds(Chart(patient=1, **given)) == []  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("written", "known"),
    [({"rxnorm": "6809"}, True), ({"atc": "A10BA02"}, True), ({"name": "Metformin/sitagliptin 50"}, True),
     ({"name": "ibuprofen"}, False), ({"rxnorm": "1"}, False)],
)  # fmt: skip
def test_a_medication_is_known_by_ingredient_class_or_name(written: dict[str, str], known: bool) -> None:
    medication = Medication(started_on=date(2026, 1, 10), **written)  # type: ignore[arg-type]
    assert bool(kinds(chart(*VISITS, medications=(medication,)))) is known


def test_sustained_results_are_asked_about_and_a_single_one_is_not() -> None:
    high, again, normal = (
        lab("4548-4", "2026-02-01", "7.1"),
        lab("4548-4", "2026-08-01", "6.9"),
        lab("4548-4", "2026-10-01", "5.4"),
    )
    assert kinds(chart(*VISITS, labs=(high, again))) == [Kind.LAB_WITHOUT_CONDITION]
    assert kinds(chart(*VISITS, labs=(high,))) == []
    assert kinds(chart(*VISITS, labs=(high, again, normal))) == [], "the last one is normal again"
    assert kinds(chart(*VISITS, claim(3, "2026-08-05", "R7303", "E119"), labs=(high, again))) == []


def test_normal_results_speak_against_a_coded_condition_unless_it_is_treated() -> None:
    labs = (lab("4548-4", "2026-02-01", "5.1"), lab("4548-4", "2026-08-01", "5.2"))
    coded = claim(2, "2026-05-02", "E119")
    finding = only(chart(coded, labs=labs))
    assert (finding.kind, finding.direction) == (Kind.LAB_CONTRADICTS_CODE, Direction.UNSUPPORTED)
    treated = (Medication(rxnorm="6809", started_on=date(2025, 1, 1)),)
    assert kinds(chart(coded, labs=labs, medications=treated)) == []


@pytest.mark.parametrize(
    ("coded", "value", "way"), [("N184", "51", Direction.UNSUPPORTED), ("N1831", "21", Direction.MISSING)]
)
def test_a_stage_that_results_do_not_show_is_asked_about_both_ways(coded: str, value: str, way: Direction) -> None:
    labs = (lab("33914-3", "2026-02-01", value), lab("33914-3", "2026-08-01", value))
    finding = only(chart(claim(1, "2026-05-02", coded), labs=labs))
    assert (finding.kind, finding.direction) == (Kind.STAGE_CONFLICTS_WITH_LABS, way)
    assert "Stage 3" in finding.query.options
    assert "Stage 4" in finding.query.options


def test_a_chronic_condition_that_is_gone_this_year_is_asked_about_once_the_year_is_half_over() -> None:
    seen = chart(
        claim(1, "2024-03-02", "J449"),
        claim(2, "2025-05-02", "J449"),
        *(replace(v, number=v.number + 5) for v in VISITS),
    )
    finding = only(seen)
    assert (finding.kind, finding.codes) == (Kind.CHRONIC_VANISHED, ("J449",))
    assert audit_chart(seen, context(date(2026, 5, 1))) == ()
    over = (Condition(code="J449", recorded_on=date(2023, 1, 1), ended_on=date(2025, 12, 1)),)
    assert kinds(replace(seen, conditions=over)) == []


def test_a_listed_chronic_condition_that_no_claim_carries_is_asked_about() -> None:
    listed = (Condition(code="I5032", recorded_on=date(2025, 10, 1)),)
    assert kinds(chart(*VISITS, conditions=listed)) == [Kind.PROBLEM_NOT_CODED]
    assert kinds(chart(*VISITS, claim(3, "2026-04-01", "I5022"), conditions=listed)) == []


def test_codes_that_exclude_each_other_conflict_on_a_claim_and_near_in_time() -> None:
    near = only(chart(claim(1, "2026-02-02", "E109"), claim(2, "2026-08-02", "E119")))
    assert (near.kind, near.own_codes) == (Kind.OPPOSED_CODES, False)
    same = only(chart(claim(1, "2026-02-02", "E109", "E119")))
    assert same.own_codes


def test_an_acute_event_reported_at_an_office_later_is_asked_about() -> None:
    assert kinds(chart(claim(1, "2026-02-02", "I639"))) == [Kind.ACUTE_REPEATED]
    assert kinds(chart(claim(1, "2026-02-02", "I639", place="23"))) == []
    assert kinds(chart(claim(1, "2026-02-02", "I214", place="21"), claim(2, "2026-02-20", "I214"))) == []
    assert kinds(chart(claim(1, "2026-02-02", "I214", place="21"), claim(2, "2026-04-20", "I214"))) == [
        Kind.ACUTE_REPEATED
    ]


@pytest.mark.parametrize(("code", "precise"), [("J45909", "J4530"), ("M25569", "M25561")])
def test_an_unspecified_code_again_and_again_is_asked_about_where_nothing_more_precise_stands(
    code: str, precise: str
) -> None:
    days = ("2026-01-10", "2026-04-10", "2026-08-10")
    visits = [claim(place, day, code) for place, day in enumerate(days, start=1)]
    assert kinds(chart(*visits)) == [Kind.UNSPECIFIED_PATIENT]
    assert kinds(chart(*visits[:2])) == []
    assert kinds(chart(*visits[:2], claim(3, days[2], code, precise))) == []


def test_a_line_for_the_other_side_contradicts_its_own_claim() -> None:
    left = Service(procedure="20610", modifiers=("LT",), pointers=(1,))
    finding = only(chart(claim(1, "2026-02-02", "M1711", services=(left,))))
    assert (finding.kind, finding.own_codes) == (Kind.LATERALITY, True)
    assert kinds(chart(claim(1, "2026-02-02", "M1712", services=(left,)))) == []
    assert kinds(chart(claim(1, "2026-02-02", "M1711", "M1712", services=(replace(left, pointers=(1, 2)),)))) == []


def test_a_side_that_changes_once_and_back_is_asked_about_and_a_second_side_that_stays_is_not() -> None:
    days = ("2026-02-02", "2026-04-02", "2026-06-02")
    there_and_back = [
        claim(n, day, code) for n, (day, code) in enumerate(zip(days, ("M1711", "M1712", "M1711"), strict=True))
    ]
    stays = [claim(n, day, code) for n, (day, code) in enumerate(zip(days, ("M1711", "M1712", "M1712"), strict=True))]
    assert kinds(chart(*there_and_back)) == [Kind.LATERALITY]
    assert kinds(chart(*stays)) == []
    follow_up = chart(claim(1, "2026-02-02", "S52501A"), claim(2, "2026-03-02", "S52502D"))
    assert kinds(follow_up) == [Kind.LATERALITY]


@pytest.mark.parametrize(
    ("first", "then", "found"),
    [("A", "D", 0), ("D", "S", 0), ("A", "A", 0), ("D", "A", 1), ("S", "D", 1), ("S", "A", 1)],
)
def test_the_course_of_an_injury_goes_forward(first: str, then: str, found: int) -> None:
    seen = chart(claim(1, "2026-02-02", f"S93401{first}"), claim(2, "2026-03-02", f"S93401{then}"))
    assert kinds(seen) == [Kind.ENCOUNTER_CHARACTER] * found


def test_two_parts_of_a_course_on_one_claim_contradict_each_other() -> None:
    assert only(chart(claim(1, "2026-02-02", "S93401A", "S93401D"))).own_codes


@pytest.mark.parametrize(
    ("query", "why"),
    [
        (ask("Does the patient have diabetes?", "Diabetes", "Prediabetes"), "yes or no"),
        (Query(question="What is it?", options=("Yes", "No", OTHER, UNABLE)), "yes or no"),
        (ask("Which condition raises the payment?", "A", "B"), "payment"),
        (ask("Which?", "A (higher HCC)", "B"), "payment"),
        (ask("What is it? Please code E11.9", "A", "B"), "what to write"),
        (Query(question="Which?", options=("A", "B")), "not offered"),
        (ask("Which?", "A"), "one clinical answer"),
    ],
)
def test_a_question_that_leads_is_recognised(query: Query, why: str) -> None:
    assert any(why in found for found in leading_in(query))


def test_a_question_of_clinical_choices_leads_nowhere() -> None:
    assert list(leading_in(ask("Which stage describes it?", "Stage 3", "Stage 4"))) == []
