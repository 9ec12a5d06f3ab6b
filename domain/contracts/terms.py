"""The terms of a contract beside its fee schedule, by name, each with the days it holds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

PERCENT_OF_SCHEDULE = "percent_of_schedule"
PERCENT_OF_CHARGE = "percent_of_charge"
LESSER_OF_CHARGE = "lesser_of_charge"
MULTIPLE_PROCEDURES = "multiple_procedure_reduction"
THRESHOLD_CENTS = "variance_threshold_cents"
THRESHOLD_PERCENT = "variance_threshold_percent"
MODIFIER_PERCENT = "modifier_percent_"
NAMES = (
    PERCENT_OF_SCHEDULE,
    PERCENT_OF_CHARGE,
    LESSER_OF_CHARGE,
    MULTIPLE_PROCEDURES,
    THRESHOLD_CENTS,
    THRESHOLD_PERCENT,
    f"{MODIFIER_PERCENT}XX",
)
_MODIFIER = re.compile(rf"{MODIFIER_PERCENT}([0-9A-Z]{{2}})")
_REDUCTION = re.compile(r"(?P<percents>[0-9.]+(?:,[0-9.]+)+) for (?P<codes>[0-9A-Z]{5}(?:-[0-9A-Z]{5})?(?: .+)?)")
_CODES = re.compile(r"(?P<first>[0-9A-Z]{5})(?:-(?P<last>[0-9A-Z]{5}))?")
HUNDRED = Decimal(100)
ROUNDING_CENTS = 1
"""Where a contract names no threshold: payers round each product in their own way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One term as it was written."""

    name: str
    value: str
    effective_from: date
    effective_to: date | None = None
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MultipleProcedures:
    """Percents of the first, second and later procedures of a day, highest price first; the last one repeats."""

    percents: tuple[Decimal, ...]
    codes: tuple[tuple[str, str], ...]
    """Ranges of procedures, both ends in them."""

    def covers(self, procedure: str) -> bool:
        """Whether the reduction speaks of a procedure."""
        return any(first <= procedure <= last for first, last in self.codes)

    def percent(self, rank: int) -> Decimal:
        """Percent of the procedure of a rank, from 0."""
        return self.percents[min(rank, len(self.percents) - 1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What holds on one day."""

    percent_of_schedule: Decimal = HUNDRED
    percent_of_charge: Decimal | None = None
    """Of the charge of a line that no row prices."""
    lesser_of_charge: bool = False
    multiple_procedures: MultipleProcedures | None = None
    threshold_cents: int = ROUNDING_CENTS
    threshold_percent: Decimal = Decimal(0)
    modifier_percents: tuple[tuple[str, Decimal], ...] = ()

    def modifier_percent(self, modifier: str) -> Decimal | None:
        """Percent of the price under a modifier, None where no term says."""
        return dict(self.modifier_percents).get(modifier)


def check_term(name: str, value: str) -> None:
    """See whether a term can be read.

    Raises:
        ValueError: in words, without naming the row.
    """
    if name not in NAMES[:-1] and not _MODIFIER.fullmatch(name):
        raise ValueError(f"no term has the name {name}: write one of {', '.join(NAMES)}")
    _terms({name: value})


def terms_on(terms: Iterable[Term], on: date) -> Terms:
    """The terms that hold on a day: of each name the one that began last, unless it has ended."""
    begun: dict[str, Term] = {}
    for term in sorted(terms, key=lambda term: term.effective_from):
        if term.effective_from <= on:
            begun[term.name] = term
    return _terms({t.name: t.value for t in begun.values() if t.effective_to is None or on <= t.effective_to})


def _terms(values: Mapping[str, str]) -> Terms:
    def percent(name: str) -> Decimal | None:
        return _percent(values[name]) if name in values else None

    reduction = values.get(MULTIPLE_PROCEDURES)
    schedule = percent(PERCENT_OF_SCHEDULE)
    return Terms(
        percent_of_schedule=HUNDRED if schedule is None else schedule,
        percent_of_charge=percent(PERCENT_OF_CHARGE),
        lesser_of_charge=_yes(values.get(LESSER_OF_CHARGE, "no")),
        multiple_procedures=_reduction(reduction) if reduction is not None else None,
        threshold_cents=_cents(values.get(THRESHOLD_CENTS, str(ROUNDING_CENTS))),
        threshold_percent=percent(THRESHOLD_PERCENT) or Decimal(0),
        modifier_percents=tuple(
            (found[1], _percent(value)) for name, value in values.items() if (found := _MODIFIER.fullmatch(name))
        ),
    )


def _percent(value: str) -> Decimal:
    try:
        found = Decimal(value.strip().removesuffix("%").strip())
    except InvalidOperation:
        found = Decimal("NaN")
    if not (found.is_finite() and 0 <= found <= 1000):
        raise ValueError("must be a percent from 0 to 1000, such as 112.5")
    return found


def _cents(value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) <= 9):
        raise ValueError("must be whole cents, such as 100 for a dollar")
    return int(value)


def _yes(value: str) -> bool:
    if value not in ("yes", "no"):
        raise ValueError("must be yes or no")
    return value == "yes"


def _reduction(value: str) -> MultipleProcedures:
    found = _REDUCTION.fullmatch(value)
    codes = [_CODES.fullmatch(code) for code in found["codes"].split()] if found else []
    if found is None or None in codes:
        raise ValueError("must be percents and the procedures they are for, such as 100,50,50,25 for 10004-69990 92920")
    return MultipleProcedures(
        percents=tuple(_percent(one) for one in found["percents"].split(",")),
        codes=tuple((code["first"], code["last"] or code["first"]) for code in codes if code is not None),
    )
