"""A payer's letter as its manifest tells it."""

from __future__ import annotations

import json
from datetime import date

import pytest

from edi import letter
from edi.errors import UnexpectedContent

MANIFEST = {
    "letter": "reopening",
    "reference": "R-17",
    "payer": "MCARE",
    "claim_control_number": "10000001-1",
    "decision": "favourable",
    "date": "2026-03-04",
}


def test_a_letter_is_read_as_it_stands() -> None:
    found = letter.read(json.dumps(MANIFEST).encode())
    assert (found.letter, found.reference, found.payer) == ("reopening", "R-17", "MCARE")
    assert (found.claim_control_number, found.decision, found.date) == (
        "10000001-1",
        "favourable",
        date(2026, 3, 4),
    )


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"decision": None}, "decision is missing"),
        ({"decision": " "}, "decision is empty"),
        ({"payer": 7}, "payer must be a text"),
        ({"date": "04.03.2026"}, "date must be a date"),
        ({"claim_control_number": "x" * 81}, "claim_control_number must be a text of at most 80"),
    ],
)
def test_a_field_that_is_missing_or_wrong_is_named(change: dict[str, object], problem: str) -> None:
    with pytest.raises(UnexpectedContent, match=problem):
        letter.read(json.dumps({**MANIFEST, **change}).encode())


def test_every_problem_of_a_letter_is_told_at_once() -> None:
    with pytest.raises(UnexpectedContent, match=r"payer is missing; .*date is missing"):
        letter.read(b'{"letter": "reopening"}')


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"other": 1}', b"ISA*00*"])
def test_other_content_is_no_letter(content: bytes) -> None:
    assert not letter.is_letter(content)
