"""Which field of a claim a denial points to."""

from __future__ import annotations

import pytest

from domain.denials.suggestions import Denied, parse_suggestions, suggested
from storage.appeal_rules import suggestions

ROW = {"carc": "", "rarc": "M76", "field": "diagnoses", "what": "the codes", "source": "X12 RARC list"}


@pytest.mark.parametrize(
    ("carc", "remarks", "line", "fields"),
    [
        ("16", ("M76", "MA130"), 0, ["diagnoses"]),
        ("16", ("M77",), 2, ["lines.2.place_of_service"]),
        ("16", ("N290",), 1, ["rendering.npi"]),
        ("16", ("N286", "N285"), 0, ["referring.last_name", "referring.npi"]),
        ("16", ("MA130",), 0, []),
        ("4", (), 1, ["lines.1.modifiers"]),
        ("11", (), 3, ["lines.3.diagnosis_pointers"]),
        ("11", (), 0, ["lines.N.diagnosis_pointers"]),
        ("197", (), 0, ["authorization_number"]),
        ("31", ("N382",), 0, ["member_id"]),
        ("50", (), 1, []),
        ("97", (), 1, []),
    ],
)
def test_codes_point_to_the_field_that_a_correction_takes(
    carc: str, remarks: tuple[str, ...], line: int, fields: list[str]
) -> None:
    found = suggested(suggestions(), [Denied(carc=carc, remarks=frozenset(remarks), line=line)])
    assert [one.field for one in found] == fields
    assert all(one.source and one.what for one in found)


def test_two_lines_denied_alike_are_named_each_and_one_field_only_once() -> None:
    both = [Denied(carc="4", line=1), Denied(carc="4", line=2), Denied(carc="15", line=1), Denied(carc="15", line=2)]
    assert {one.field for one in suggested(suggestions(), both)} == {
        "lines.1.modifiers", "lines.2.modifiers", "authorization_number",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("change", "what"),
    [({"field": "diagnosis"}, "no field"), ({"source": ""}, "source"), ({"rarc": ""}, "a code")],
)
def test_a_row_without_source_or_with_a_field_that_nobody_can_set_is_refused(change: dict[str, str], what: str) -> None:
    with pytest.raises(ValueError, match=f"row 1: .*{what}"):
        parse_suggestions([ROW | change])
