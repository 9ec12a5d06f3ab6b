"""Good faith estimates: their days, their contents in two languages, and the $400."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from importlib.resources import files

import pytest

from domain.estimates import good_faith
from domain.estimates.good_faith import exceeded, good_faith_estimate
from domain.estimates.planned import PlannedService
from domain.people.parties import Address, BillingProvider, Person
from gateways.papers.good_faith import GoodFaithPaper, as_text, render
from tests.integration.gateways.test_papers import words

PROVIDER = BillingProvider(
    name="Elm Street Family Practice",
    npi="1234567893",
    tax_id="123456789",
    taxonomy="207Q00000X",
    address=Address(street="12 Elm Street", city="Albany", state="NY", zip_code="122071234"),
    submitter_id="ELM01",
    contact_name="Front Desk",
    contact_phone="5185550100",
)
SERVICES = (
    PlannedService(procedure="99213", charge_cents=15_000, words="Office visit", diagnoses=("E119",)),
    PlannedService(procedure="80053", charge_cents=6_000, words="Blood test"),
)
ESTIMATE = good_faith_estimate(date(2026, 3, 20), SERVICES, PROVIDER)
JULY_4 = frozenset({date(2026, 7, 3)})


@pytest.mark.parametrize(
    ("scheduled", "service", "due"),
    [
        ((2026, 3, 2), (2026, 3, 16), (2026, 3, 5)),  # exactly ten business days ahead
        ((2026, 3, 2), (2026, 3, 13), (2026, 3, 3)),  # nine
        ((2026, 3, 2), (2026, 3, 5), (2026, 3, 3)),  # exactly three
        ((2026, 3, 2), (2026, 3, 4), None),
        ((2026, 3, 6), (2026, 3, 11), (2026, 3, 9)),  # over a weekend
        ((2026, 7, 2), (2026, 7, 8), (2026, 7, 6)),  # the holiday is no business day
    ],
)
def test_an_estimate_is_due_by_how_far_ahead_the_visit_was_scheduled(
    scheduled: tuple[int, int, int], service: tuple[int, int, int], due: tuple[int, int, int] | None
) -> None:
    found = good_faith.due_after_scheduling(date(*scheduled), date(*service), JULY_4)
    assert found.on == (date(*due) if due else None)


def test_an_estimate_that_was_asked_for_is_due_in_three_business_days() -> None:
    assert good_faith.due_after_request(date(2026, 3, 5), frozenset()).on == date(2026, 3, 10)


@pytest.mark.parametrize(("billed", "alarms"), [(60_999, 0), (61_000, 1)])
def test_four_hundred_dollars_over_is_an_alarm_and_a_cent_less_is_none(billed: int, alarms: int) -> None:
    assert ESTIMATE.total_cents == 21_000
    assert len(exceeded(ESTIMATE, {PROVIDER.npi: billed})) == alarms


def test_the_four_hundred_dollars_are_counted_for_each_provider() -> None:
    assert exceeded(ESTIMATE, {PROVIDER.npi: 50_000, "1999999984": 39_999}) == ()
    (one,) = exceeded(ESTIMATE, {PROVIDER.npi: 50_000, "1999999984": 40_000})
    assert (one.npi, one.over_cents) == ("1999999984", 40_000)


def paper(language: str) -> GoodFaithPaper:
    patient = Person(
        last_name="Testpatient", first_name="Ann", birth_date=date(1970, 5, 4), sex="F", address=PROVIDER.address
    )
    return GoodFaithPaper(
        number=40001,
        dated=date(2026, 3, 3),
        language=language,
        practice_name=PROVIDER.name,
        practice_address=("12 Elm Street", "Albany, NY 12207"),
        practice_phone="518-555-0100",
        patient=patient,
        estimate=ESTIMATE,
    )


@pytest.mark.parametrize(
    ("language", "said"), [("en", "$400 or more above this estimate"), ("es", "$400 o más por encima")]
)
def test_the_paper_says_what_the_rule_asks_for_in_the_patients_language(language: str, said: str) -> None:
    flat = words(render(paper(language)))
    for fact in ("99213", "80053", "E119", "1234567893", "123456789", "$210.00", "$150.00", "Albany", "120", said):
        assert fact in flat, fact


def test_the_text_twin_says_the_same_sums() -> None:
    text = as_text(paper("en"))
    assert "$210.00" in text
    assert "May 4, 1970" in text
    assert as_text(replace(paper("en"), language="fr")) == text


def test_both_languages_have_every_text() -> None:
    texts = [
        json.loads(files("gateways").joinpath(f"papers/texts/good_faith.{code}.json").read_text(encoding="utf-8"))
        for code in ("en", "es")
    ]
    assert texts[0].keys() == texts[1].keys()


def test_nothing_planned_is_no_estimate() -> None:
    with pytest.raises(ValueError, match="nothing is planned"):
        good_faith_estimate(date(2026, 3, 20), (), PROVIDER)
