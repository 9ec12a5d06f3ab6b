"""Code lists by day for the X12 package: our own effective-dated tables, and ICD-10-CM from its library.

`data/code_lists/editions.csv` says for which days each list is known; outside of them nobody can tell. Kinds without
an edition (CPT and HCPCS, modifiers, revenue codes, taxonomies, claim status codes) are believed by their shape.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from edi.diagnosis_library import diagnosis_library
from edi.status_categories import status_categories

ICD10_FROM = date(2015, 10, 1)
"""ICD-10-CM binds services on and after this date, ICD-9-CM those before: 45 CFR 162.1002(c)."""

_FIRST, _LAST = date.min, date.max
_RANGE = re.compile(r"([A-Z]*)([0-9]+)-([A-Z]*)([0-9]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """The days for which a list is known, and where it is from."""

    start: date
    end: date
    source: str


class CodeLists:
    """The lists of the product as the lookup of `x12.check_file` and `x12.read_file`."""

    def is_valid(self, kind: str, code: str, on: date) -> bool | None:
        """Whether a code was valid on a day; None where no edition of its list holds on that day."""
        if kind == "icd9cm":
            return False if on >= ICD10_FROM else None
        if kind == "icd10cm" and on < ICD10_FROM:
            return False
        edition = editions().get(kind)
        if edition is None:
            return True
        if not edition.start <= on <= edition.end:
            return None
        if kind == "icd10cm":
            return code in _billable_diagnoses()
        if kind == "claim_status_category":
            return code in status_categories()
        return any(start <= on <= end for start, end in _table(kind).get(code, ()))


CODE_LISTS = CodeLists()


@cache
def editions() -> dict[str, Edition]:
    """The edition at hand of each kind of code."""
    return {
        row["kind"]: Edition(
            start=date.fromisoformat(row["from"]), end=date.fromisoformat(row["to"]), source=row["source"]
        )
        for row in _rows("editions")
    }


def place_periods() -> dict[str, list[tuple[date, date]]]:
    """Each place of service with the periods in which it was valid."""
    return _table("place_of_service")


@cache
def _table(kind: str) -> dict[str, list[tuple[date, date]]]:
    """Each code of a list with the periods in which it was valid."""
    known: dict[str, list[tuple[date, date]]] = {}
    for row in _rows(kind):
        start = date.fromisoformat(row["from"]) if row["from"] else _FIRST
        end = date.fromisoformat(row["to"]) if row["to"] else _LAST
        for code in _codes(row["codes"]):
            known.setdefault(code, []).append((start, end))
    return known


def _codes(text: str) -> Iterator[str]:
    """`1-3 A1 N905-N911` as single codes; zeros in front are kept."""
    for token in text.split():
        match = _RANGE.fullmatch(token)
        if match is None:
            yield token
            continue
        prefix, first, _, last = match.groups()
        for number in range(int(first), int(last) + 1):
            yield f"{prefix}{number:0{len(first)}}"


def _rows(name: str) -> list[dict[str, str]]:
    text = files("edi").joinpath(f"data/code_lists/{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def _billable_diagnoses() -> frozenset[str]:
    """Every ICD-10-CM code that nothing subdivides, without its point."""
    icd = diagnosis_library()
    return frozenset(code for code in icd.get_all_codes(with_dots=False) if icd.is_leaf(code))
