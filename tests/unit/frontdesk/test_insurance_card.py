"""A card beside the coverage kept and the payer's answer: what differs is said, what nobody told is no difference."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from domain.checkin.insurance_card import Difference, InsuranceCard, Source, differences, in_words, not_seen
from domain.coverage.eligibility import CoverageStatus, EligibilityAnswer
from tests.integration.frontdesk.conftest import coverage

ON = date(2026, 3, 9)
KEPT = replace(coverage("SUM100200300").coverage, group_number="G-77")
CARD = InsuranceCard(
    payer_code="PPO01", payer_name="SIMULATED SUMMIT", member_id="sum 100-200-300", group_number="G77",
    plan_name="Summit Gold PPO", effective_on=date(2026, 1, 1),
)  # fmt: skip
SAID = EligibilityAnswer(
    status=CoverageStatus.ACTIVE, plan="SUMMIT GOLD", member_id="SUM100200300", group_number="G77"
)


def test_spelling_is_no_difference() -> None:
    assert differences(CARD, KEPT, SAID, ON) == ()


def test_what_nobody_told_is_no_difference() -> None:
    silent = EligibilityAnswer(status=CoverageStatus.UNKNOWN, member_id="OTHER")
    assert differences(replace(CARD, group_number="", plan_name=""), KEPT, None, ON) == ()
    assert differences(CARD, replace(KEPT, group_number=""), silent, ON) == ()


def test_a_new_number_on_the_card_differs_from_both() -> None:
    found = differences(replace(CARD, member_id="SUM999"), KEPT, SAID, ON)
    assert found == (
        Difference(field="member id", source=Source.COVERAGE, card="SUM999", told="SUM100200300"),
        Difference(field="member id", source=Source.PAYER, card="SUM999", told="SUM100200300"),
    )
    assert in_words(found) == (
        "member id differs from the coverage of the visit; member id differs from what the payer says"
    )
    assert "SUM" not in in_words(found), "no number stands in a work item's words"


def test_another_plan_and_another_group_are_the_payers_word_against_the_card() -> None:
    found = differences(replace(CARD, plan_name="Bronze HMO 6000"), KEPT, replace(SAID, group_number="X1"), ON)
    assert [(one.field, one.source) for one in found] == [
        ("group number", Source.PAYER),
        ("plan", Source.PAYER),
    ]


def test_a_card_of_another_payer_and_one_of_no_coverage_are_said() -> None:
    other = replace(CARD, payer_name="Granite Mutual Health")
    assert [one.field for one in differences(other, KEPT, None, ON)] == ["payer"]
    assert [one.field for one in differences(CARD, None, None, ON)] == ["payer"]


def test_a_card_that_is_not_in_force_on_the_day_is_said() -> None:
    later = replace(CARD, effective_on=date(2026, 4, 1))
    assert [one.field for one in differences(later, KEPT, None, ON)] == ["effective date"]


def test_a_side_that_nobody_looked_at_is_named() -> None:
    assert not_seen(CARD) == ("back",)
    assert not_seen(replace(CARD, back_seen=True)) == ()
