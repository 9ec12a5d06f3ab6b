"""Corrections of what only an institution's claim says: ``institution.FIELD``."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from domain.claim.claim import ClaimContent
from domain.claim.correction_values import CorrectionRefused, read_date, read_date_or_none
from domain.claim.institutional import PresentOnAdmission

INSTITUTION = "institution"
"""Head of these fields' names."""
INSTITUTION_FIELDS = {
    "facility": "type of bill, its two digits before the frequency, such as 11 or 13",
    "statement_from": "first day of the statement as YYYY-MM-DD",
    "statement_through": "last day of the statement as YYYY-MM-DD",
    "admission_date": "day of admission as YYYY-MM-DD; empty removes it",
    "admission_type": "one digit",
    "admission_source": "point of origin, one character",
    "patient_status": "two digits: how the patient left",
    "admitting_diagnosis": "diagnosis code; empty removes it",
    "condition_codes": "two-character codes separated by commas, such as the reason of a change (D0 to D9, E0)",
    "present_on_admission": "CODE:Y, N, U or W, separated by commas",
}
MOST_DIAGNOSES = 25
"""The principal one, and two HI*BF of twelve."""
MOST_CONDITIONS = 24
"""HI*BG: two segments of twelve."""


def with_institution(content: ClaimContent, name: str, attribute: str, value: str) -> ClaimContent:
    """The content with one of these fields set.

    Raises:
        CorrectionRefused: the claim is a professional one, or the value has the wrong shape.
    """
    facts = content.institution
    if facts is None:
        raise CorrectionRefused(name, "this is a professional claim: it has no type of bill and no statement dates")
    change: dict[str, Any] = {attribute: _READ[attribute](name, value)}
    changed = replace(facts, **change)
    if changed.statement_through < changed.statement_from:
        raise CorrectionRefused(name, "the statement would end before it begins; set the other date first")
    if changed.statement_from != facts.statement_from:
        lines = tuple(
            line if line.dated else replace(line, service_from=changed.statement_from) for line in content.lines
        )
        return replace(content, institution=changed, lines=lines)
    return replace(content, institution=changed)


def _matching(pattern: str, why: str) -> Callable[[str, str], str]:
    def read(name: str, value: str) -> str:
        if not re.fullmatch(pattern, value.upper()):
            raise CorrectionRefused(name, why)
        return value.upper()

    return read


def _conditions(name: str, value: str) -> tuple[str, ...]:
    codes = tuple(dict.fromkeys(part.strip().upper() for part in value.split(",") if part.strip()))
    if len(codes) > MOST_CONDITIONS or not all(re.fullmatch(r"[A-Z0-9]{2}", code) for code in codes):
        raise CorrectionRefused(name, f"give at most {MOST_CONDITIONS} codes of two characters, separated by commas")
    return codes


def _present(name: str, value: str) -> tuple[PresentOnAdmission, ...]:
    found = []
    for part in filter(None, (part.strip().upper() for part in value.split(","))):
        code, _, indicator = part.replace(".", "").partition(":")
        if not code or indicator not in ("Y", "N", "U", "W"):
            raise CorrectionRefused(name, "write CODE:Y, with Y, N, U or W, separated by commas")
        found.append(PresentOnAdmission(code=code, indicator=indicator))
    return tuple(found)


def _code_or_none(name: str, value: str) -> str:
    code = value.replace(".", "").upper()
    if code and not re.fullmatch(r"[A-Z0-9]{3,7}", code):
        raise CorrectionRefused(name, "a diagnosis code has three to seven letters and digits")
    return code


_READ: dict[str, Callable[[str, str], object]] = {
    "facility": _matching(r"[0-9]{2}", "two digits, such as 11 or 13: the frequency is the attempt's"),
    "statement_from": read_date,
    "statement_through": read_date,
    "admission_date": read_date_or_none,
    "admission_type": _matching(r"[0-9]", "one digit"),
    "admission_source": _matching(r"[A-Z0-9]", "one character"),
    "patient_status": _matching(r"[0-9]{2}", "two digits"),
    "admitting_diagnosis": _code_or_none,
    "condition_codes": _conditions,
    "present_on_admission": _present,
}
