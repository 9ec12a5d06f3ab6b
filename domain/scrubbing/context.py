"""What a rule may look at: a claim, and the facts and tables around it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.claim.claim import ClaimContent
from domain.coding.editions import EditionTables
from domain.coding.facts import NO_FACTS, CodingFacts
from domain.coding.tables import ReferenceTables, TableKind
from domain.coverage.coverage import PayerKind
from domain.people.parties import BillingProvider, Person
from domain.scrubbing.finding import Finding, Severity

if TYPE_CHECKING:
    from domain.scrubbing.operator.rule import OperatorRule


class ClaimType(StrEnum):
    """Which form a claim takes: 837P or 837I."""

    PROFESSIONAL = "professional"
    INSTITUTIONAL = "institutional"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequiredField:
    """Data that a payer demands: a row of a table."""

    field: str
    """authorization_number, referral_number, onset_date, rendering.npi, referring.npi, admission_date."""
    why: str
    source: str
    severity: Severity = Severity.ERROR
    procedures: tuple[str, ...] = ()
    """Only for these codes, or ranges such as ``70010-79999``; empty: for every claim."""
    payer_kind: PayerKind | None = None
    payer_code: str = ""
    claim_type: ClaimType | None = None
    effective_from: date = date.min
    effective_to: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierService:
    """A service of the same patient that stands on another claim."""

    claim: str
    """The other claim's number."""
    procedure: str
    service_from: date
    modifiers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CoveragePeriod:
    """Days on which the payer said that the patient was, or was not, covered."""

    start: date
    end: date | None = None
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ScrubContext:
    """A claim, and the facts and tables a rule may ask. The payer is the coverage's."""

    content: ClaimContent
    patient: Person
    provider: BillingProvider
    today: date
    claim_type: ClaimType = ClaimType.PROFESSIONAL
    tables: ReferenceTables = EditionTables(())
    facts: CodingFacts = NO_FACTS
    required: tuple[RequiredField, ...] = ()
    operator_rules: tuple[OperatorRule, ...] = ()
    filing_deadline: date | None = None
    filing_warning_days: int = 30
    admission_date: date | None = None
    discharge_date: date | None = None
    death_date: date | None = None
    earlier_services: tuple[EarlierService, ...] = ()
    coverage: tuple[CoveragePeriod, ...] = ()
    """What the payer answered about the coverage; empty: nothing is known."""

    @property
    def payer_kind(self) -> PayerKind:
        """What kind of payer decides."""
        return self.content.coverage.payer.kind

    @property
    def federal(self) -> bool:
        """Whether Medicare's own edits bind: others often follow them, and need not."""
        return self.payer_kind in (PayerKind.MEDICARE, PayerKind.MEDICARE_ADVANTAGE)

    @property
    def coding_day(self) -> date:
        """The day that decides which code set holds: discharge where there is one, else the first service."""
        return self.discharge_date or self.content.first_service


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule built in. Severity, place and words are what its findings say at the strongest."""

    id: str
    severity: Severity
    place: str
    wrong: str
    """What is wrong where it finds something."""
    remedy: str
    """What to do, in general; a finding's remedy is about its claim."""
    source: str
    check: Callable[[ScrubContext], Iterable[Finding]]
    needs: tuple[TableKind, ...] = ()
    """Without any of these tables the rule says nothing."""
    claim_types: frozenset[ClaimType] = frozenset(ClaimType)
