"""ICD-9-CM codes of old claims, and what they became on 1 October 2015."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from functools import cache
from importlib.resources import files

from domain.claim.claim import ClaimContent

ICD10_FROM = date(2015, 10, 1)
"""Services from this day on are coded in ICD-10-CM (45 CFR 162.1002(c))."""


def unmapped(codes: Iterable[str]) -> tuple[str, ...]:
    """The codes for which the table has no ICD-10-CM code."""
    return tuple(code for code in codes if code not in _table())


def in_icd10(content: ClaimContent) -> ClaimContent:
    """The content with its ICD-9-CM codes replaced by the table's; two that become one are one diagnosis, and
    the lines point to it.

    Raises:
        KeyError: the table lacks a code; ask ``unmapped`` first.
    """
    if content.icd_version == 10:
        return content
    new = [_table()[code] for code in content.diagnoses]
    kept = list(dict.fromkeys(new))
    place = {old + 1: kept.index(code) + 1 for old, code in enumerate(new)}
    lines = tuple(
        replace(
            line,
            diagnosis_pointers=tuple(dict.fromkeys(place.get(pointer, pointer) for pointer in line.diagnosis_pointers)),
        )
        for line in content.lines
    )
    return replace(content, diagnoses=tuple(kept), lines=lines, icd_version=10)


@cache
def _table() -> dict[str, str]:
    text = files("edi").joinpath("data/icd9_to_icd10.csv").read_text(encoding="utf-8")
    return {row["code"]: row["code10"] for row in csv.DictReader(text.splitlines())}
