"""What a claim of an institution says beside what every claim says: the 837I's own part (005010X223A2, loop 2300)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from domain.people.parties import RenderingProvider

INPATIENT = frozenset({"11", "18", "21", "41", "51"})
"""First two digits of the type of bill where a stay is billed (NUBC, UB-04)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PresentOnAdmission:
    """HI01-9 of one diagnosis: Y, N, U unknown, W undetermined."""

    code: str
    indicator: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PerformedProcedure:
    """An ICD-10-PCS procedure of a stay, the principal one first."""

    code: str
    performed_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OccurrenceOn:
    """An NUBC occurrence code and its day; a span has its last day too."""

    code: str
    on: date
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueOf:
    """An NUBC value code and its amount: some count days, so it is a decimal."""

    code: str
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class InstitutionalFacts:
    """The facet that makes a claim one of an institution.

    The principal and other diagnoses stand in the claim's own list; its rendering provider is the attending one
    (2310A), as the scrubber reads it.
    """

    facility: str
    """First two digits of the type of bill (CLM05-1), such as 11 or 13; the frequency is the attempt's."""
    statement_from: date
    statement_through: date
    """DTP*434; timely filing counts from the Through date (42 CFR 424.44)."""
    admission_date: date | None = None
    admission_time: str = ""
    """HHMM beside the admission's day, where it was told."""
    admission_type: str = ""
    """CL101."""
    admission_source: str = ""
    """CL102."""
    patient_status: str = ""
    """CL103."""
    discharge_time: str = ""
    """HHMM: DTP*096."""
    admitting_diagnosis: str = ""
    visit_reasons: tuple[str, ...] = ()
    external_causes: tuple[str, ...] = ()
    present_on_admission: tuple[PresentOnAdmission, ...] = ()
    drg: str = ""
    procedures: tuple[PerformedProcedure, ...] = ()
    occurrences: tuple[OccurrenceOn, ...] = ()
    values: tuple[ValueOf, ...] = ()
    condition_codes: tuple[str, ...] = ()
    operating: RenderingProvider | None = None
    """2310B."""

    @property
    def is_stay(self) -> bool:
        """Whether the bill is of a stay, not of visits."""
        return self.facility in INPATIENT

    def type_of_bill(self, frequency: str) -> str:
        """As the UB-04 prints it: 0131, 0137, 013Q."""
        return f"0{self.facility}{frequency}"

    def moved(self, by: timedelta) -> InstitutionalFacts:
        """The same stay or visit, every day of it so much later."""
        return replace(
            self,
            statement_from=self.statement_from + by,
            statement_through=self.statement_through + by,
            admission_date=None if self.admission_date is None else self.admission_date + by,
            procedures=tuple(
                replace(one, performed_on=None if one.performed_on is None else one.performed_on + by)
                for one in self.procedures
            ),
            occurrences=tuple(
                replace(one, on=one.on + by, until=None if one.until is None else one.until + by)
                for one in self.occurrences
            ),
        )

    def indicator_of(self, code: str) -> str:
        """Whether this diagnosis was present on admission; empty: not said, or exempt."""
        return next((one.indicator for one in self.present_on_admission if one.code == code), "")
