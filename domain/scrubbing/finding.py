"""What a rule says about a claim, and what it may look at."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.claim.claim import ClaimContent
from domain.people.parties import BillingProvider, Person


class Severity(StrEnum):
    """An error keeps the claim in the house; a warning only tells."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing wrong: where, what, and what to do. It repeats no protected value."""

    rule: str
    severity: Severity
    place: str
    """Loop and element of the 837P, such as ``2400/SV107``."""
    message: str
    remedy: str
    line: int | None = None
    """Number of the service line; None for the whole claim."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequiredField:
    """Data that a payer demands: a row of the operator's table."""

    field: str
    """authorization_number, referral_number, onset_date, rendering.npi or referring.npi."""
    why: str
    source: str
    procedures: frozenset[str] = frozenset()
    """Only for these; empty: for every claim."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScrubContext:
    """A claim, and the facts and tables a rule may ask. The payer is the coverage's."""

    content: ClaimContent
    patient: Person
    provider: BillingProvider
    today: date
    filing_deadline: date | None = None
    filing_warning_days: int = 30
    required: tuple[RequiredField, ...] = ()
    diagnosis_known: Callable[[str, date], bool] | None = None
    """Whether an ICD-10-CM code may be billed on a date; None: no table is loaded."""
    procedure_known: Callable[[str, date], bool] | None = None
    """Whether a CPT or HCPCS code may be billed on a date; None: no table is loaded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule: its id and the function that looks."""

    id: str
    check: Callable[[ScrubContext], Iterable[Finding]]


def error(rule: str, place: str, message: str, remedy: str, line: int | None = None) -> Finding:
    """A finding that keeps the claim in the house."""
    return Finding(rule=rule, severity=Severity.ERROR, place=place, message=message, remedy=remedy, line=line)


def warning(rule: str, place: str, message: str, remedy: str, line: int | None = None) -> Finding:
    """A finding that only tells."""
    return Finding(rule=rule, severity=Severity.WARNING, place=place, message=message, remedy=remedy, line=line)
