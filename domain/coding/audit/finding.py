"""What the audit found: which way it points, on what evidence, and what the treating provider is asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.coding.audit.query import Query


class Kind(StrEnum):
    """Which pattern was seen."""

    MEDICATION_WITHOUT_CONDITION = "medication_without_condition"
    LAB_WITHOUT_CONDITION = "lab_without_condition"
    PROBLEM_NOT_CODED = "problem_not_coded"
    CHRONIC_VANISHED = "chronic_vanished"
    LAB_CONTRADICTS_CODE = "lab_contradicts_code"
    STAGE_CONFLICTS_WITH_LABS = "stage_conflicts_with_labs"
    OPPOSED_CODES = "opposed_codes"
    ACUTE_REPEATED = "acute_repeated"
    UNSPECIFIED_PATIENT = "unspecified_patient"
    UNSPECIFIED_PROVIDER = "unspecified_provider"
    LATERALITY = "laterality"
    ENCOUNTER_CHARACTER = "encounter_character"
    RARE_PAIR = "rare_pair"
    PROVIDER_DISTRIBUTION = "provider_distribution"


class Direction(StrEnum):
    """Which way a finding points: the audit looks for both."""

    MISSING = "missing"
    """Something seems not to be coded, or not as precisely as it is known."""
    UNSUPPORTED = "unsupported"
    """Something is coded that the chart does not bear out."""
    CONFLICT = "conflict"
    """Two things that are coded do not go together."""


class Basis(StrEnum):
    """What a finding rests on."""

    CHART = "chart"
    """Diagnoses that somebody recorded: on the problem list, or on claims."""
    INDICATOR = "indicator"
    """Laboratory results or medications alone: they support no code, only a question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One thing that was seen, in words without a name or an amount of money."""

    what: str
    on: date | None = None
    claim: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One pattern in one chart, or in one provider's claims."""

    key: str
    """The same pattern found again has the same key."""
    kind: Kind
    direction: Direction
    basis: Basis
    evidence: tuple[Evidence, ...]
    query: Query
    source: str
    """Where the rule behind it is from."""
    patient: int | None = None
    provider: str = ""
    claims: tuple[int, ...] = ()
    codes: tuple[str, ...] = ()
    """The codes in question, as they stand; never one to be added."""
    own_codes: bool = False
    """The codes of one claim contradict each other: nobody but a coder can say which is right."""
