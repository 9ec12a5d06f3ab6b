"""Which rules bind an organisation is data: its kind's packs, each row with its source."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, time
from pathlib import Path

import pytest

from domain.billing.contact_policy import strictest
from storage import operator_files
from storage.billing_rules import COLLECTOR, HOUSE, contact_rows, contact_rules, contact_rules_of
from storage.care_rules import care_rows, contact_pack_of, pack_of
from storage.operator_files import FOLDER

TODAY = date(2026, 11, 24)
AGENCY, PRACTICE = 7, 8
Tell = Callable[[str], None]


@pytest.fixture
def packs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tell]:
    """Write the operator's own file of packs."""

    def tell(text: str) -> None:
        (tmp_path / "care_packs.csv").write_text(text, encoding="utf-8")
        monkeypatch.setenv(FOLDER, str(tmp_path))
        operator_files.forget()

    yield tell
    operator_files.forget()


def test_an_organisation_that_collects_for_others_is_bound_by_the_collectors_pack_from_its_day(packs: Tell) -> None:
    packs(
        "organisation,pack,contact_pack,effective_from,source\n"
        "*,practice,house,2020-01-01,x\n"
        f"{AGENCY},practice,house,2020-01-01,x\n"
        f"{AGENCY},practice,collector,2026-07-01,x\n"
    )
    assert contact_pack_of(AGENCY, date(2026, 6, 30)) == HOUSE
    assert contact_pack_of(AGENCY, TODAY) == COLLECTOR
    assert contact_pack_of(PRACTICE, TODAY) == HOUSE
    assert contact_rules_of(AGENCY, TODAY) == strictest(contact_rules(TODAY), contact_rules(TODAY, COLLECTOR))


def test_a_hospital_keeps_its_care_pack_whoever_does_its_calling(packs: Tell) -> None:
    packs(
        "organisation,pack,contact_pack,effective_from,source\n"
        "*,practice,house,2020-01-01,x\n"
        f"{AGENCY},hospital_501r,collector,2020-01-01,x\n"
    )
    assert (pack_of(AGENCY, TODAY), contact_pack_of(AGENCY, TODAY)) == ("hospital_501r", COLLECTOR)
    wait = next(row for row in care_rows(AGENCY, TODAY) if row["name"] == "collection_wait_days")
    assert (wait["value"], wait["source"].split(":")[0]) == ("120", "26 CFR 1.501(r)-6(c)(3)")


def test_an_operators_older_file_without_the_column_knows_no_collector(packs: Tell) -> None:
    packs("organisation,pack,effective_from,source\n*,practice,2020-01-01,x\n")
    assert contact_pack_of(AGENCY, TODAY) == HOUSE


def test_a_pack_that_there_is_not_is_named_with_those_there_are(packs: Tell) -> None:
    packs("organisation,pack,contact_pack,effective_from,source\n*,practice,colector,2020-01-01,x\n")
    with pytest.raises(LookupError, match="colector is no contact pack: house, collector"):
        contact_pack_of(AGENCY, TODAY)


def test_before_the_first_day_of_regulation_f_a_collector_goes_by_the_houses_rules(packs: Tell) -> None:
    packs("organisation,pack,contact_pack,effective_from,source\n*,practice,collector,2020-01-01,x\n")
    day = date(2021, 11, 29)
    assert contact_rows(day, COLLECTOR) == []
    assert contact_rules_of(AGENCY, day) == contact_rules(day)


def test_a_house_that_is_stricter_than_the_law_stays_so_and_a_laxer_one_does_not() -> None:
    law = contact_rules(TODAY, COLLECTOR)
    lax = replace(law, quiet_from=time(23), quiet_until=time(6), calls_in_window=20, days_after_conversation=0)
    assert strictest(lax, law) == law
    kind = replace(law, quiet_from=time(19), calls_in_window=2, stop_words=law.stop_words | {"BASTA YA"})
    assert strictest(kind, law) == kind


def test_every_rule_of_the_collectors_pack_that_is_law_names_its_section() -> None:
    rows = {row["name"]: row["source"] for row in contact_rows(TODAY, COLLECTOR)}
    assert rows["calls_in_window"] == "12 CFR 1006.14(b)(2)(i)(A)"
    assert {name for name, source in rows.items() if "CFR" not in source} == {"days_between_contacts"}
