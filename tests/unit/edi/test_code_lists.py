"""Code lists by day: what is valid, what is not, and where nobody can tell."""

from __future__ import annotations

import csv
from datetime import date
from importlib.resources import files

import pytest

from edi.code_lists import CODE_LISTS, editions
from x12.validation.codes import SHAPES

SPRING = date(2026, 5, 4)
KINDS = ["place_of_service", "state", "carc", "rarc"]


@pytest.mark.parametrize(("kind", "code", "on", "valid"), [
    ("icd10cm", "J029", SPRING, True),
    ("icd10cm", "S93401A", SPRING, True),
    ("icd10cm", "J02", SPRING, False),  # subdivided: not billable
    ("icd10cm", "S93401", SPRING, False),  # wants a seventh character
    ("icd10cm", "J029", date(2026, 10, 1), None),  # the next fiscal year's list is not loaded
    ("icd10cm", "J029", date(2015, 9, 30), False),
    ("icd9cm", "4619", date(2015, 9, 30), None),
    ("icd9cm", "4619", date(2015, 10, 1), False),
    ("place_of_service", "10", date(2021, 12, 31), False),
    ("place_of_service", "10", date(2022, 1, 1), True),
    ("place_of_service", "30", SPRING, False),
    ("place_of_service", "11", date(2001, 5, 23), None),
    ("carc", "45", SPRING, True),
    ("carc", "15", SPRING, False),
    ("carc", "308", date(2025, 10, 31), False),
    ("carc", "308", date(2025, 11, 1), True),
    ("carc", "45", date(2014, 3, 31), None),
    ("rarc", "MA130", SPRING, True),
    ("rarc", "MA1", SPRING, False),
    ("rarc", "N923", SPRING, False),
    ("rarc", "N923", date(2026, 7, 1), True),
    ("state", "PR", SPRING, True),
    ("state", "ON", SPRING, True),
    ("state", "XX", SPRING, False),
    ("claim_status_category", "A7", SPRING, True),
    ("claim_status_category", "A9", SPRING, False),
    ("procedure", "99213", SPRING, True),  # no list of our own: the shape was looked at
])  # fmt: skip
def test_a_code_is_valid_on_a_day_or_not_or_nobody_can_tell(
    kind: str, code: str, on: date, valid: bool | None
) -> None:
    assert CODE_LISTS.is_valid(kind, code, on) is valid


@pytest.mark.parametrize("kind", KINDS)
def test_every_row_of_a_list_names_its_source_and_holds_codes_of_its_shape(kind: str) -> None:
    text = files("edi").joinpath(f"data/code_lists/{kind}.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    assert rows
    assert all(row["source"] and row["codes"] for row in rows)
    start = editions()[kind].start
    shape = SHAPES[kind][1]
    for row in rows:
        for token in row["codes"].split():
            ends = token.split("-")
            assert all(shape.fullmatch(end) for end in ends), token
            since = date.fromisoformat(row["from"]) if row["from"] else start
            assert CODE_LISTS.is_valid(kind, ends[0], max(start, since)) is True


def test_an_edition_says_which_days_it_holds_and_where_it_is_from() -> None:
    assert editions().keys() <= SHAPES.keys()
    assert all(edition.start < edition.end and edition.source for edition in editions().values())


def test_every_code_that_an_old_one_is_mapped_to_can_be_billed() -> None:
    text = files("edi").joinpath("data/icd9_to_icd10.csv").read_text(encoding="utf-8")
    newer = {row["code10"] for row in csv.DictReader(text.splitlines())}
    assert {code for code in newer if not CODE_LISTS.is_valid("icd10cm", code, SPRING)} == set()
