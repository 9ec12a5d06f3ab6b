"""From which day to which a file holds, as the publishers' names of files tell it."""

from __future__ import annotations

import re
from datetime import date, timedelta

from domain.coding.tables import TableKind
from edi.reference_files.rows import CUMULATIVE

BEGINNING = date(1996, 1, 1)
"""NCCI's first edits; files that hold all rows ever are the word from here on."""
_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: number for number, name in enumerate(_NAMES, start=1)}
_FISCAL_YEAR = re.compile(r"order[-_ ]?(\d{4})", re.IGNORECASE)
_APRIL = re.compile(r"april[-_ ]?(\d{4})|(\d{4})[-_ ]?april", re.IGNORECASE)
_HCPCS = re.compile(r"hcpc(?:s)?[-_]?(\d{4})[-_]([a-z]{3})", re.IGNORECASE)
_MPFS = re.compile(r"pprrvu[-_]?(\d{2,4})[-_]([a-z]{3})", re.IGNORECASE)
_MUE = re.compile(r"eff[-_](\d{2})-(\d{2})-(\d{4})", re.IGNORECASE)


def days_of(kind: TableKind, name: str) -> tuple[date, date | None] | None:
    """First and last day (None: until the next edition) by the file's name; None where it does not tell."""
    if kind in CUMULATIVE or kind is TableKind.REQUIREMENTS:
        return BEGINNING, None
    if kind is TableKind.ICD10CM:
        if found := _APRIL.search(name):
            year = int(found[1] or found[2])
            return date(year, 4, 1), date(year, 9, 30)
        if found := _FISCAL_YEAR.search(name):
            return date(int(found[1]) - 1, 10, 1), date(int(found[1]), 9, 30)
    if kind is TableKind.HCPCS and (found := _HCPCS.search(name)) and found[2].lower() in _MONTHS:
        start = date(int(found[1]), _MONTHS[found[2].lower()], 1)
        return start, last_day(kind, start)
    if kind is TableKind.MPFS and (found := _MPFS.search(name)) and found[2].lower() in _MONTHS:
        start = date(2000 + int(found[1]) % 100, _MONTHS[found[2].lower()], 1)
        return start, last_day(kind, start)
    if kind in (TableKind.MUE, TableKind.MUE_HOSPITAL) and (found := _MUE.search(name)):
        return date(int(found[3]), int(found[1]), int(found[2])), None
    return None


def last_day(kind: TableKind, start: date) -> date | None:
    """Until when an edition is the word where nobody says: codes that come later are unknown to it."""
    if kind is TableKind.ICD10CM:
        return date(start.year + (start.month >= 10), 9, 30)
    if kind is TableKind.HCPCS:
        quarter_ends = (start.month - 1) // 3 * 3 + 4
        return date(start.year + quarter_ends // 13, (quarter_ends - 1) % 12 + 1, 1) - timedelta(days=1)
    if kind in (TableKind.CPT, TableKind.MPFS):
        return date(start.year, 12, 31)
    return None
