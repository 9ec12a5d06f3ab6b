"""The rules of care: the scale, the award, the clocks, flags, gates and limits."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.care.assistance import (
    Application,
    Document,
    Rules,
    award,
    clocks,
    missing_documents,
    parse_documents,
    parse_grounds,
    parse_scale,
    presumed,
    relief,
)
from domain.care.collection_gates import CollectionFacts, closed, gates
from domain.care.complaints import HandOver, may_carry, parse_categories
from domain.care.flags import RULES, Flag, FlagSet
from domain.care.letters import TemplateBroken, day, fill
from domain.care.policy import HOSPITAL_501R, PACKS, PRACTICE, parse_policy
from domain.care.sliding_scale import guideline_on, parse_guidelines, percent_of

_DATA = Path(__file__).parents[3] / "storage" / "reference_data"
_ON = date(2026, 6, 1)


def _rows(name: str) -> list[dict[str, str]]:
    with (_DATA / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


_GUIDELINES = parse_guidelines(_rows("care_poverty_guidelines.csv"))
_POLICY = {pack: parse_policy(_rows("care_policies.csv"), pack, _ON) for pack in PACKS}


def _rules(pack: str = PRACTICE) -> Rules:
    return Rules(
        policy=_POLICY[pack],
        guidelines=_GUIDELINES,
        scale=parse_scale(_rows("care_sliding_scale.csv"), pack, _ON),
        grounds=parse_grounds(_rows("care_presumptive.csv"), pack, _ON),
        documents=parse_documents(_rows("care_documents.csv"), pack),
    )


@pytest.mark.parametrize(
    ("state", "size", "on", "dollars"),
    [
        ("NY", 1, date(2026, 6, 1), 15_960),
        ("NY", 8, date(2026, 6, 1), 55_720),
        ("AK", 4, date(2026, 6, 1), 41_250),
        ("HI", 4, date(2026, 6, 1), 37_950),
        ("TX", 4, date(2025, 6, 1), 32_150),
        ("TX", 1, date(2024, 6, 1), 15_060),
        ("TX", 2, date(2023, 6, 1), 19_720),
        ("TX", 1, date(2026, 1, 10), 15_650),
    ],
)
def test_the_guideline_is_that_of_the_day_the_state_and_the_household(
    state: str, size: int, on: date, dollars: int
) -> None:
    assert guideline_on(_GUIDELINES, state, on).for_household(size) == dollars * 100


def test_every_row_of_the_data_names_its_source() -> None:
    for file in sorted(_DATA.glob("care_*.csv")):
        assert all(row["source"].strip() for row in _rows(file.name)), file.name


@pytest.mark.parametrize(
    ("income", "given"), [(0, 100), (31_920, 100), (31_921, 75), (39_900, 75), (47_880, 50), (63_840, 25), (63_841, 0)]
)
def test_the_practices_scale_steps_down_at_its_percentages(income: int, given: int) -> None:
    application = Application(household=1, income_cents=income * 100, state="NY", applied_on=_ON)
    assert award(application, _rules()).discount_percent == given


def test_a_percentage_is_rounded_up_so_that_a_cent_over_the_line_is_over_it() -> None:
    assert percent_of(200, 100) == 200
    assert percent_of(20_001, 10_000) == 201


def test_an_unknown_ground_names_those_that_the_policy_knows() -> None:
    assert presumed("snap", _rules().grounds).discount_percent == 100
    with pytest.raises(LookupError, match="homeless"):
        presumed("sympathy", _rules().grounds)


def test_one_document_of_each_need_is_enough() -> None:
    documents = _rules().documents
    assert {need[0].need for need in missing_documents(documents, ())} == {"income", "household"}
    assert missing_documents(documents, ("tax_return", "household_statement")) == ()
    assert [d.name for d in missing_documents(documents, ("tax_return",))[0]] == ["household_statement"]
    assert isinstance(documents[0], Document)


def test_what_was_paid_above_the_award_goes_back_from_five_dollars_on() -> None:
    policy = _POLICY[PRACTICE]
    full = relief(open_cents=10_000, paid_cents=2_000, charge_cents=50_000, discount=100, policy=policy)
    assert (full.patient_part_cents, full.write_down_cents, full.refund_cents) == (0, 12_000, 2_000)
    small = relief(open_cents=10_000, paid_cents=499, charge_cents=50_000, discount=100, policy=policy)
    assert (small.patient_part_cents, small.write_down_cents, small.refund_cents) == (499, 10_000, 0)


def test_whoever_is_eligible_pays_a_hospital_no_more_than_the_amounts_generally_billed() -> None:
    policy = _POLICY[HOSPITAL_501R]
    half = relief(open_cents=100_000, paid_cents=0, charge_cents=100_000, discount=50, policy=policy)
    assert half.patient_part_cents == 45_000
    none = relief(open_cents=100_000, paid_cents=0, charge_cents=100_000, discount=0, policy=policy)
    assert none.write_down_cents == 0


@given(
    opened=st.integers(0, 10**7), paid=st.integers(0, 10**7), charge=st.integers(0, 10**8), discount=st.integers(0, 100)
)
def test_relief_adds_up_for_every_account(opened: int, paid: int, charge: int, discount: int) -> None:
    for policy in _POLICY.values():
        found = relief(open_cents=opened, paid_cents=paid, charge_cents=charge, discount=discount, policy=policy)
        assert found.patient_part_cents + found.write_down_cents == opened + paid
        assert 0 <= found.refund_cents <= paid
        assert found.refund_cents == 0 or found.refund_cents >= policy.refund_from_cents
        assert opened - found.write_down_cents >= -paid
        assert paid - found.refund_cents <= found.patient_part_cents


def test_two_people_decide_on_assistance_unless_the_pack_says_otherwise() -> None:
    rows = _rows("care_policies.csv")
    assert all(parse_policy(rows, pack, _ON).assistance_two_people == 1 for pack in PACKS)
    said = [{**row, "value": "0"} if row["name"] == "assistance_two_people" else row for row in rows]
    assert parse_policy(said, PRACTICE, _ON).assistance_two_people == 0
    without = [row for row in rows if row["name"] != "assistance_two_people"]
    assert parse_policy(without, PRACTICE, _ON).assistance_two_people == 1, "an operator's older file: yes"


def test_the_three_clocks_of_501r_run_from_the_first_statement_and_the_notice() -> None:
    first = date(2026, 1, 1)
    policy = _POLICY[HOSPITAL_501R]
    assert clocks(first, None, policy).collection_from == first + timedelta(days=120)
    assert clocks(first, None, policy).application_until == first + timedelta(days=240)
    late = first + timedelta(days=230)
    assert clocks(first, late, policy).application_until == late + timedelta(days=30)


def test_every_flag_has_its_rule_with_a_source() -> None:
    assert set(RULES) == set(Flag)
    assert all(rule.billed and rule.remedy and rule.source and rule.stops for rule in RULES.values())


@pytest.mark.parametrize(
    ("flag", "service", "kinds", "covered"),
    [
        (Flag.QMB, date(2026, 2, 1), {"medicare"}, True),
        (Flag.QMB, date(2026, 2, 1), {"commercial"}, False),
        (Flag.QMB, date(2025, 12, 31), {"medicare"}, False),
        (Flag.BANKRUPT, date(2025, 12, 31), {"commercial"}, True),
        (Flag.BANKRUPT, date(2026, 1, 1), {"commercial"}, False),
        (Flag.PRISONER, date(2026, 7, 1), {"commercial"}, False),
        (Flag.MINOR, date(2026, 2, 1), {"commercial"}, False),
        (Flag.DECEASED, date(2020, 1, 1), {"commercial"}, True),
    ],
)
def test_a_flag_covers_the_services_that_its_rule_is_about(
    flag: Flag, service: date, kinds: set[str], covered: bool
) -> None:
    stands = FlagSet(flag=flag, began_on=date(2026, 1, 1), ends_on=date(2026, 6, 30), patient_id=1)
    assert covered == stands.covers(claim_number=1, patient_id=1, service_date=service, payer_kinds=frozenset(kinds))
    assert not stands.covers(claim_number=1, patient_id=2, service_date=service, payer_kinds=frozenset(kinds))


_FIRST = date(2026, 1, 1)
_READY = CollectionFacts(
    balance_cents=10_000,
    statements=(_FIRST, date(2026, 1, 31), date(2026, 3, 2), date(2026, 4, 1)),
    first_statements={1: _FIRST},
    notice_on=date(2026, 4, 1),
    assistance_offered_on=_FIRST,
    plan_offered_on=_FIRST,
    final_notice_sent=True,
)
_DAY_120 = _FIRST + timedelta(days=120)


def test_an_account_passes_on_day_120_and_not_a_day_before() -> None:
    assert closed(gates(_READY, _POLICY[HOSPITAL_501R], _DAY_120)) == ()
    before = closed(gates(_READY, _POLICY[HOSPITAL_501R], _DAY_120 - timedelta(days=1)))
    assert [(gate.id, gate.until) for gate in before] == [
        ("waited", _DAY_120),
        ("notice", date(2026, 5, 1)),
    ]


@pytest.mark.parametrize(
    ("change", "gate"),
    [
        ({"balance_cents": 100}, "balance"),
        ({"statements": (_FIRST,)}, "statements"),
        ({"final_notice_sent": False}, "statements"),
        ({"first_statements": {1: _FIRST, 2: None}}, "waited"),
        ({"plan_offered_on": None}, "plan_offered"),
        ({"assistance_offered_on": None}, "assistance_offered"),
        ({"notice_on": None}, "notice"),
        ({"assistance_open": (5,)}, "no_application"),
        ({"assistance_awarded_until": date(2027, 1, 1)}, "not_awarded"),
        ({"plan_kept": True}, "no_plan"),
        ({"complaints_open": (6,)}, "no_complaint"),
        ({"estimates_exceeded": ("claim 7: $550.00 over",)}, "no_estimate_dispute"),
        ({"insurance_open": (1,)}, "no_insurance"),
        ({"flags": ("bankrupt",)}, "no_flag"),
        ({"holds": ("somebody looks",)}, "no_hold"),
        ({"address_good": False}, "address"),
    ],
)
def test_one_condition_that_is_not_met_keeps_the_account_and_is_named(change: dict[str, object], gate: str) -> None:
    facts = replace(_READY, **change)  # type: ignore[arg-type]
    assert [one.id for one in closed(gates(facts, _POLICY[PRACTICE], _DAY_120))] == [gate]


def test_a_new_visit_starts_the_clock_and_the_notice_anew() -> None:
    facts = replace(_READY, first_statements={1: _FIRST, 2: date(2026, 4, 20)})
    found = {one.id: one for one in closed(gates(facts, _POLICY[HOSPITAL_501R], date(2026, 6, 1)))}
    assert found["waited"].until == date(2026, 8, 18)
    assert found["notice"].until is None


def test_a_person_carries_no_more_hard_conversations_than_the_days_limit() -> None:
    may_carry("ana", 2, 3, {})
    with pytest.raises(HandOver, match="hand it to ben"):
        may_carry("ana", 3, 3, {"ben": 1, "cleo": 2, "ana": 0})
    with pytest.raises(HandOver, match="pause it until tomorrow"):
        may_carry("ana", 3, 3, {"ben": 3})


def test_every_category_is_acknowledged_before_it_is_answered_and_a_bill_in_dispute_is_not_collected() -> None:
    known = parse_categories(_rows("care_complaint_categories.csv"))
    assert all(one.acknowledge_days <= one.answer_days for one in known.values())
    for name in ("paid_already", "estimate_exceeded", "not_my_bill", "billing_error"):
        assert known[name].stops == {"statement", "contact", "collection"}


def test_every_letter_is_there_in_both_languages_with_the_same_places() -> None:
    letters = {path.name for path in (_DATA / "care_letters").iterdir()}
    english = {name for name in letters if name.endswith(".en.txt")}
    for name in english - {one for one in english if one.startswith("agency_")}:
        other = name.replace(".en.", ".es.")
        texts = [(_DATA / "care_letters" / one).read_text(encoding="utf-8") for one in (name, other)]
        places = [{word.strip(".,:;") for word in text.split() if word.startswith("$")} for text in texts]
        assert places[0] == places[1], name


def test_a_letter_with_a_place_that_nobody_fills_is_refused() -> None:
    with pytest.raises(TemplateBroken, match="phone"):
        fill("Heading\n\ncall $phone", "en", {})
    assert fill("Heading\n\nOne $a\n\n$b\n\nTwo", "en", {"a": "1", "b": ""}).paragraphs == ("One 1", "Two")


def test_dates_are_written_as_the_reader_does() -> None:
    assert day(date(2026, 3, 4), "en") == "March 4, 2026"
    assert day(date(2026, 3, 4), "es") == "4 de marzo de 2026"
