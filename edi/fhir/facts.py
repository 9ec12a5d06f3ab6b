"""One fact of a chart, as the books keep it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class FactKind(StrEnum):
    """What a fact is."""

    CONDITION = "condition"
    MEDICATION = "medication"
    LAB = "lab"
    ENCOUNTER = "encounter"
    DEATH = "death"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClinicalFact:
    """One condition, medication, result, encounter or death."""

    kind: FactKind
    source_id: str
    """Type and id of the resource, or a hash of it: the same again is the same fact."""
    began_on: date
    ended_on: date | None = None
    system: str = ""
    """``icd10cm``, ``rxnorm``, ``atc`` or ``loinc``."""
    code: str = ""
    name: str = ""
    value: str = ""
    unit: str = ""
