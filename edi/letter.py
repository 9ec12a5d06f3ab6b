"""The manifest of a payer's letter: one JSON object."""

from __future__ import annotations

import json
import re
from datetime import date

from domain.claim.letter import PayerLetter
from edi.errors import UnexpectedContent

FIELDS = ("letter", "reference", "payer", "claim_control_number", "decision", "date")
_MAY_BE_EMPTY = frozenset({"reference"})
_LIMIT = 80
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def is_letter(content: bytes) -> bool:
    """Whether it is a JSON object that calls itself a letter."""
    try:
        value = json.loads(content)
    except ValueError:
        return False
    return isinstance(value, dict) and "letter" in value


def read(content: bytes) -> PayerLetter:
    """Read one manifest. Fields that are not known are left alone.

    Raises:
        UnexpectedContent: naming every field that is missing or wrong.
    """
    try:
        value = json.loads(content)
    except ValueError as error:
        raise UnexpectedContent("the letter's manifest is not JSON") from error
    if not isinstance(value, dict):
        raise UnexpectedContent("the letter's manifest must be one JSON object")
    problems = [problem for name in FIELDS if (problem := _problem(name, value.get(name)))]
    if problems:
        raise UnexpectedContent(f"the letter's manifest: {'; '.join(problems)}")
    return PayerLetter(
        letter=value["letter"],
        reference=value["reference"],
        payer=value["payer"],
        claim_control_number=value["claim_control_number"],
        decision=value["decision"],
        date=date.fromisoformat(value["date"]),
    )


def _problem(name: str, value: object) -> str:
    if value is None:
        return f"{name} is missing"
    if not isinstance(value, str) or len(value) > _LIMIT:
        return f"{name} must be a text of at most {_LIMIT} characters"
    if not value.strip() and name not in _MAY_BE_EMPTY:
        return f"{name} is empty"
    if name == "date" and not _is_day(value):
        return "date must be a date as CCYY-MM-DD"
    return ""


def _is_day(text: str) -> bool:
    try:
        return _DAY.fullmatch(text) is not None and date.fromisoformat(text) is not None
    except ValueError:
        return False
