"""The small tables about codes that come with the product (`data/coding`), read once for each process."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from functools import cache
from importlib.resources import files

from domain.coding.facts import (
    CodeRange,
    CodingFacts,
    Modifier,
    ModifierConflict,
    PatientEdit,
    PlaceFit,
)
from domain.coverage.coverage import PayerKind
from domain.scrubbing.context import ClaimType, RequiredField
from domain.scrubbing.finding import Severity
from domain.scrubbing.learning import LessonRow, parse_lessons


@cache
def coding_facts() -> CodingFacts:
    """Modifiers, their conflicts, places of procedures, sex and age of codes."""
    edits: dict[tuple[str, str], list[PatientEdit]] = {}
    for row in _rows("patient_edits"):
        edit = PatientEdit(
            kind=row["kind"],
            codes=_range(row["codes"]),
            sex=row["sex"],
            least_days=_number(row["least_days"]),
            most_days=_number(row["most_days"]),
            least_years=_number(row["least_years"]),
            most_years=_number(row["most_years"]),
            source=row["source"],
        )
        # No range spans first characters: each is found by the one it begins with.
        edits.setdefault((edit.kind, edit.codes.first[0]), []).append(edit)
    return CodingFacts(
        modifiers={
            row["code"]: Modifier(
                code=row["code"],
                rank=int(row["rank"]),
                fits=tuple(_range(codes) for codes in row["fits"].split()),
                apart=row["apart"] == "yes",
                bypass=row["bypass"] == "yes",
                repeats=row["repeats"] == "yes",
                source=row["source"],
            )
            for row in _rows("modifiers")
        },
        conflicts=tuple(ModifierConflict(**row) for row in _rows("modifier_conflicts")),
        places=tuple(
            PlaceFit(
                procedures=_range(row["procedures"]),
                places=frozenset(row["places"].lstrip("!").split()),
                elsewhere=row["places"].startswith("!"),
                why=row["why"],
                source=row["source"],
            )
            for row in _rows("place_fits")
        ),
        patient_edits={key: tuple(found) for key, found in edits.items()},
    )


@cache
def required_fields() -> tuple[RequiredField, ...]:
    """What payers demand beyond the guide, as far as public rules say so."""
    return tuple(
        RequiredField(
            field=row["field"],
            why=row["why"],
            source=row["source"],
            severity=Severity(row["severity"]),
            procedures=tuple(row["procedures"].split()),
            payer_kind=PayerKind(row["payer_kind"]) if row["payer_kind"] else None,
            payer_code=row["payer_code"],
            claim_type=ClaimType(row["claim_type"]) if row["claim_type"] else None,
            effective_from=date.fromisoformat(row["effective_from"]) if row["effective_from"] else date.min,
            effective_to=date.fromisoformat(row["effective_to"]) if row["effective_to"] else None,
        )
        for row in _rows("required_data")
    )


@cache
def lessons() -> tuple[LessonRow, ...]:
    """Which denials the scrubber could have caught, and what they teach."""
    return parse_lessons(_rows("avoidable_denials"))


def _range(text: str) -> CodeRange:
    first, _, last = text.partition("-")
    return CodeRange(first=first, last=last or first)


def _number(text: str) -> int | None:
    return int(text) if text else None


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = files("edi").joinpath(f"data/coding/{name}.csv").read_text(encoding="utf-8")
    return csv.DictReader(text.splitlines())
