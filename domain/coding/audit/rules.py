"""The tables of the audit: facts with their sources, read from rows that an operator can replace."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from domain.coding.audit.chart import Medication

Row = Mapping[str, str]
_COMPARISONS: Mapping[str, Callable[[Decimal, Decimal], bool]] = {
    ">=": operator.ge, ">": operator.gt, "<=": operator.le, "<": operator.lt,
}  # fmt: skip


class RulesInvalid(ValueError):
    """A table of the audit cannot be used; the text says which row and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Codes that say the same condition, more or less precisely."""

    name: str
    words: str
    """In a clinician's words, ours and not the code set's."""
    prefixes: tuple[str, ...]
    chronic: bool
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MedicationClass:
    """Medications that are given for the same few conditions."""

    name: str
    words: str
    rxnorm: frozenset[str]
    """Concept ids of the ingredients."""
    atc: tuple[str, ...]
    ingredients: frozenset[str]
    families: tuple[Family, ...]
    source: str

    def takes(self, medication: Medication) -> bool:
        """Whether a medication of a chart belongs here: by RxNorm ingredient, ATC class, or an ingredient's name."""
        if medication.rxnorm in self.rxnorm or (medication.atc and medication.atc.startswith(self.atc)):
            return True
        words = medication.name.lower().replace("/", " ").replace("-", " ").replace(",", " ").split()
        return not self.ingredients.isdisjoint(words)


@dataclass(frozen=True, slots=True, kw_only=True)
class LabIndicator:
    """Results that point to a condition, or against it, when they come often enough and far enough apart."""

    name: str
    family: Family
    points_to: bool
    loinc: frozenset[str]
    words: str
    comparison: str
    value: Decimal
    unit: str
    times: int
    apart_days: int
    unless_classes: tuple[str, ...]
    """Under these medications a result says nothing against the condition."""
    source: str

    def holds(self, value: Decimal) -> bool:
        """Whether one result meets it."""
        return _COMPARISONS[self.comparison](value, self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class LabStage:
    """The range of results that belongs to a coded stage: ``low`` included, ``high`` not."""

    family: Family
    prefix: str
    words: str
    loinc: frozenset[str]
    low: Decimal | None
    high: Decimal | None
    source: str

    def holds(self, value: Decimal) -> bool:
        """Whether a result lies in the stage."""
        return (self.low is None or value >= self.low) and (self.high is None or value < self.high)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opposed:
    """Two kinds of codes that exclude each other within so many days (0: on one claim)."""

    name: str
    first: str
    second: str
    first_words: str
    second_words: str
    within_days: int
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AcuteCode:
    """A code of an acute event, which later visits at these places carry only by mistake."""

    name: str
    prefixes: tuple[str, ...]
    words: str
    history_words: str
    places: frozenset[str]
    after_days: int
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unspecified:
    """A code that says less than the chart usually knows."""

    code: str
    more_specific: tuple[str, ...]
    words: str
    """What it leaves open."""
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitLevel:
    """The level of an office visit, and the least time it stands for."""

    measure: str
    level: int
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRules:
    """All tables together."""

    families: Mapping[str, Family]
    medications: tuple[MedicationClass, ...]
    labs: tuple[LabIndicator, ...]
    stages: tuple[LabStage, ...]
    opposed: tuple[Opposed, ...]
    acute: tuple[AcuteCode, ...]
    unspecified: Mapping[str, Unspecified]
    visit_levels: Mapping[str, VisitLevel]
    thresholds: Mapping[str, Decimal]

    def days(self, name: str) -> int:
        """A threshold that is a whole number."""
        return int(self.thresholds[name])

    @property
    def chronic(self) -> tuple[Family, ...]:
        """Families that do not go away."""
        return tuple(family for family in self.families.values() if family.chronic)


TABLES = (
    "condition_families", "medication_classes", "lab_indicators", "lab_stages", "opposed_codes", "acute_codes",
    "unspecified_codes", "visit_levels", "thresholds",
)  # fmt: skip
"""Names of the tables: each row names its source."""


def parse_audit_rules(tables: Mapping[str, Iterable[Row]]) -> AuditRules:
    """Make the rules of their tables, by the names of ``TABLES``.

    Raises:
        RulesInvalid: a table or a column is missing, a row has no source, or a value is none.
    """
    if missing := [name for name in TABLES if name not in tables]:
        raise RulesInvalid(f"tables of the audit are missing: {', '.join(missing)}")
    rows = {name: list(_sourced(name, tables[name])) for name in TABLES}
    try:
        return _rules(rows)
    except (KeyError, ArithmeticError, ValueError) as wrong:
        raise RulesInvalid(f"a table of the audit does not fit: {type(wrong).__name__} {wrong}") from None


def _rules(rows: Mapping[str, list[Row]]) -> AuditRules:
    families = {
        row["family"]: Family(
            name=row["family"], words=row["words"], prefixes=codes(row["codes"]), chronic=row["chronic"] == "yes",
            source=row["source"],
        )
        for row in rows["condition_families"]
    }  # fmt: skip
    return AuditRules(
        families=families,
        medications=tuple(
            MedicationClass(
                name=row["class"], words=row["words"], rxnorm=frozenset(row["rxnorm"].split()),
                atc=tuple(row["atc"].split()), ingredients=frozenset(row["ingredients"].split()),
                families=tuple(families[name] for name in row["families"].split()), source=row["source"],
            )
            for row in rows["medication_classes"]
        ),
        labs=tuple(
            LabIndicator(
                name=row["rule"], family=families[row["family"]], points_to=row["points"] == "to",
                loinc=frozenset(row["loinc"].split()), words=row["words"], comparison=_known(row["comparison"]),
                value=Decimal(row["value"]), unit=row["unit"], times=int(row["times"]),
                apart_days=int(row["apart_days"]), unless_classes=tuple(row["unless_classes"].split()),
                source=row["source"],
            )
            for row in rows["lab_indicators"]
        ),
        stages=tuple(
            LabStage(
                family=families[row["family"]], prefix=codes(row["codes"])[0], words=row["words"],
                loinc=frozenset(row["loinc"].split()), low=_optional(row["low"]), high=_optional(row["high"]),
                source=row["source"],
            )
            for row in rows["lab_stages"]
        ),
        opposed=tuple(
            Opposed(
                name=row["pair"], first=codes(row["first"])[0], second=codes(row["second"])[0],
                first_words=row["first_words"], second_words=row["second_words"],
                within_days=int(row["within_days"]), source=row["source"],
            )
            for row in rows["opposed_codes"]
        ),
        acute=tuple(
            AcuteCode(
                name=row["name"], prefixes=codes(row["codes"]), words=row["words"],
                history_words=row["history_words"], places=frozenset(row["places"].split()),
                after_days=int(row["after_days"]), source=row["source"],
            )
            for row in rows["acute_codes"]
        ),
        unspecified={
            codes(row["code"])[0]: Unspecified(
                code=codes(row["code"])[0], more_specific=codes(row["more_specific"]), words=row["words"],
                source=row["source"],
            )
            for row in rows["unspecified_codes"]
        },
        visit_levels={
            row["procedure"]: VisitLevel(measure=row["measure"], level=int(row["level"]), minutes=int(row["minutes"]))
            for row in rows["visit_levels"]
        },
        thresholds={row["name"]: Decimal(row["value"]) for row in rows["thresholds"]},
    )  # fmt: skip


def codes(text: str) -> tuple[str, ...]:
    """Codes as claims carry them: without the point."""
    return tuple(code.replace(".", "") for code in text.split())


def _sourced(name: str, rows: Iterable[Row]) -> Iterable[Row]:
    for place, row in enumerate(rows, start=2):
        if not (row.get("source") or "").strip():
            raise RulesInvalid(f"{name}, row {place}: no source; say where it is from")
        yield row


def _known(comparison: str) -> str:
    if comparison not in _COMPARISONS:
        raise ValueError(f"{comparison!r} is no comparison")
    return comparison


def _optional(text: str) -> Decimal | None:
    return Decimal(text) if text else None
