"""What tables say of a code as one short text, as it is kept, and back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from domain.coding.tables import Diagnosis, Indicators, PairEdit, TableKind, UnitLimit

_FIELDS = ("status", "components", "global_days", "bilateral", "assistant", "co_surgeon", "team")


def says_diagnosis(found: Diagnosis) -> str:
    """``1R``: billable, right side."""
    return f"{int(found.billable)}{found.side}"


def says_limit(found: UnitLimit) -> str:
    """``3 2``: three units, adjudication indicator 2."""
    return f"{found.units} {found.kind}"


def says_indicators(found: Indicators) -> str:
    """``A/1/010/...`` in the order of ``_FIELDS``."""
    return "/".join(getattr(found, name) for name in _FIELDS)


def entries_of_codes(
    kind: TableKind, rows: Iterable[tuple[str, str, date | None, date | None]]
) -> dict[str, Any]:
    """Entries of an ``Edition`` from kept rows: code, what is said, first and last day."""
    if kind is TableKind.ICD10CM:
        return {code: Diagnosis(billable=says[:1] == "1", side=says[1:]) for code, says, _, _ in rows}
    if kind in (TableKind.MUE, TableKind.MUE_HOSPITAL):
        return {code: _limit(says) for code, says, _, _ in rows}
    if kind is TableKind.MPFS:
        return {code: Indicators(**dict(zip(_FIELDS, says.split("/"), strict=True))) for code, says, _, _ in rows}
    found: dict[str, list[tuple[date, date | None]]] = {}
    for code, _, start, end in rows:
        found.setdefault(code, []).append((start or date.min, end))
    return found


def entries_of_pairs(
    kind: TableKind, rows: Iterable[tuple[str, str, str, date, date | None]]
) -> dict[Any, Any]:
    """Entries of an ``Edition`` from kept rows: first, second, what is said, first and last day."""
    if kind is TableKind.COVERAGE:
        policies: dict[str, dict[str, dict[str, list[tuple[date, date | None]]]]] = {}
        for procedure, diagnosis, policy, start, end in rows:
            policies.setdefault(procedure, {}).setdefault(policy, {}).setdefault(diagnosis, []).append((start, end))
        return policies
    edits: dict[tuple[str, str], list[PairEdit]] = {}
    for first, second, says, start, end in rows:
        edit = PairEdit(indicator=says, effective_from=start, effective_to=end)
        edits.setdefault((first, second), []).append(edit)
    return edits


def _limit(says: str) -> UnitLimit:
    units, kind = says.split()
    return UnitLimit(units=int(units), kind=kind)
