"""Domain dataclasses go to JSON and come back the same, across versions of the program."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.claim.claim import ClaimContent
from storage.serialise import from_json, to_json
from tests.integration.storage.samples import encounter


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    name: str
    weight: Decimal = Decimal(1)
    made: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    number: int
    colour: Colour
    parts: tuple[Part, ...] = ()
    spare: Part | None = None
    pair: tuple[str, int] = ("", 0)
    seen: datetime | None = None
    counts: dict[str, Decimal] | None = None


_PARTS = st.builds(
    Part,
    name=st.text(),
    weight=st.decimals(allow_nan=False, allow_infinity=False),
    made=st.none() | st.dates(),
)
_WHOLES = st.builds(
    Whole,
    number=st.integers(),
    colour=st.sampled_from(Colour),
    parts=st.lists(_PARTS).map(tuple),
    spare=st.none() | _PARTS,
    pair=st.tuples(st.text(), st.integers()),
    seen=st.none() | st.datetimes(timezones=st.just(UTC)),
    counts=st.none() | st.dictionaries(st.text(), st.decimals(allow_nan=False, allow_infinity=False)),
)


@given(_WHOLES)
def test_whatever_is_written_is_read_back_equal_through_real_json(whole: Whole) -> None:
    assert from_json(Whole, json.loads(json.dumps(to_json(whole)))) == whole


def test_an_encounter_survives() -> None:
    one = encounter(reference="26463774")
    assert from_json(type(one), json.loads(json.dumps(to_json(one)))) == one
    assert to_json(one)["content"]["lines"][0]["units"] == "1.5"
    assert to_json(one)["content"]["lines"][0]["service_from"] == "2026-02-27"


def test_missing_fields_take_their_defaults_and_unknown_ones_are_ignored() -> None:
    read = from_json(Whole, {"number": 1, "colour": "red", "from_a_newer_program": [1, 2]})
    assert read == Whole(number=1, colour=Colour.RED)


def test_a_missing_field_without_default_is_named() -> None:
    with pytest.raises(ValueError, match="Whole: missing colour, number"):
        from_json(Whole, {})


def test_a_value_of_the_wrong_shape_is_refused() -> None:
    with pytest.raises(ValueError, match="Part: expected an object, found str"):
        from_json(Whole, {"number": 1, "colour": "red", "spare": "wheel"})
    with pytest.raises(ValueError, match="green"):
        from_json(Whole, {"number": 1, "colour": "green"})


def test_what_is_no_dataclass_is_refused() -> None:
    with pytest.raises(TypeError, match="str is not a dataclass"):
        to_json("text")
    with pytest.raises(TypeError, match="object has no JSON form"):
        to_json(object())


def test_content_kept_by_an_older_program_is_read() -> None:
    data = to_json(encounter().content)
    for newer in ("onset_date", "referring", "referral_number"):
        del data[newer]
    assert from_json(ClaimContent, data) == encounter().content
