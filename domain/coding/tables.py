"""What the scrubber asks of code tables: a Protocol, and the answers' types. Where tables come from is no matter here.

The tables are CMS's and NCHS's public files, or an operator's own: ICD-10-CM order file, HCPCS Level II, NCCI
procedure-to-procedure edits, medically unlikely edits, places of service, the Medicare physician fee schedule's
indicators, and coverage determinations. A licensed CPT list is the operator's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol


class TableKind(StrEnum):
    """A kind of table that can be loaded; the value is its name at the command line."""

    ICD10CM = "icd10cm"
    HCPCS = "hcpcs"
    CPT = "cpt"
    PTP = "ptp"
    """NCCI pairs for practitioners."""
    PTP_HOSPITAL = "ptp-hospital"
    """NCCI pairs for outpatient hospital services."""
    MUE = "mue"
    """Units for practitioners."""
    MUE_HOSPITAL = "mue-hospital"
    """Units for outpatient hospital services."""
    POS = "pos"
    MPFS = "mpfs"
    COVERAGE = "coverage"
    """LCD and NCD: procedure and covered diagnosis."""
    REQUIREMENTS = "requirements"
    """Authorization and referral by payer and procedure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """A code of ICD-10-CM."""

    billable: bool
    """False: a header, which needs more characters."""
    side: str = ""
    """``R``, ``L``, ``B`` (both) or ``U`` (a side exists and is not told); empty: the code knows none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitLimit:
    """A medically unlikely edit: units of one code for one patient by one provider."""

    units: int
    kind: str
    """MUE adjudication indicator: ``1`` line, ``2`` day of service by policy, ``3`` day of service by clinical
    benchmark."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PairEdit:
    """NCCI: the second code is not paid beside the first on one day."""

    indicator: str
    """``0`` never, ``1`` with a modifier that the record supports, ``9`` not applicable."""
    effective_from: date
    effective_to: date | None = None
    """The last day it holds."""

    def holds(self, on: date) -> bool:
        """Whether it binds services of a day."""
        return self.effective_from <= on and (self.effective_to is None or on <= self.effective_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicators:
    """Payment policy indicators of the Medicare physician fee schedule, as CMS numbers them."""

    status: str = ""
    """``A`` active, ``B`` bundled, ``I`` not valid for Medicare, ``N`` non-covered, ``X`` excluded by statute, ..."""
    components: str = ""
    """PC/TC indicator."""
    bilateral: str = ""
    assistant: str = ""
    co_surgeon: str = ""
    team: str = ""
    global_days: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CoveragePolicy:
    """One LCD or NCD as it binds a procedure on a day: the diagnoses that support it."""

    name: str
    diagnoses: frozenset[str]


class ReferenceTables(Protocol):
    """Tables by day. ``holds`` says whether one is loaded for the day; elsewhere nobody can tell."""

    def holds(self, kind: TableKind, on: date) -> bool:
        """Whether a table of this kind is at hand for the day."""
        ...

    def is_of_the_day(self, kind: TableKind, on: date) -> bool:
        """Whether the table at hand is the day's own: else a code that it lacks may be right all the same."""
        ...

    def diagnosis(self, code: str, on: date) -> Diagnosis | None:
        """The ICD-10-CM code, without its point; None: no such code."""
        ...

    def knows_code(self, kind: TableKind, code: str, on: date) -> bool:
        """Whether a HCPCS or CPT code, a modifier or a place of service is valid on the day."""
        ...

    def pair(self, kind: TableKind, first: str, second: str, on: date) -> PairEdit | None:
        """The edit that denies ``second`` beside ``first``."""
        ...

    def unit_limit(self, kind: TableKind, code: str, on: date) -> UnitLimit | None:
        """The most units of a code."""
        ...

    def indicators(self, code: str, on: date) -> Indicators | None:
        """What the fee schedule says of a code."""
        ...

    def coverage(self, procedure: str, on: date) -> tuple[CoveragePolicy, ...]:
        """The determinations that bind a procedure."""
        ...
