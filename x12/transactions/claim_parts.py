"""What every 837 says alike: who bills, who is covered, who is treated, and what for."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from x12.transactions.parts import Party


@dataclass(frozen=True, slots=True, kw_only=True)
class BillingProvider:
    """Loop 2000A: `provider` is 2010AA (NM1*85, N3, N4, REF*EI or SY, PER), taxonomy is PRV*BI PRV03,
    currency CUR02, pay_to 2010AB (NM1*87, address only), pay_to_plan 2010AC (NM1*PE).

    `hl` is HL01 as it was read (0 in an object made by hand); it takes no part in comparison.
    """

    provider: Party
    taxonomy: str = ""
    currency: str = ""
    pay_to: Party | None = None
    pay_to_plan: Party | None = None
    hl: int = field(default=0, compare=False)

    @property
    def npi(self) -> str:
        """2010AA NM109 where NM108 is XX."""
        return self.provider.npi

    @property
    def tax_id(self) -> str:
        """2010AA REF*EI or REF*SY."""
        return self.provider.tax_id


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientFacts:
    """PAT05 to PAT09: death (D8), weight in pounds (PAT08 where PAT07 is 01), pregnancy Y."""

    death_date: date | None = None
    weight_pounds: Decimal | None = None
    pregnant: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """Loop 2000B: payer_responsibility SBR01 (P, S, T, A to H, U), relationship SBR02 (18 self, or empty when
    the patient is another person), group_number SBR03, group_name SBR04, insurance_type SBR05 (why Medicare is
    secondary), filing_indicator SBR09 (MB, CI, 12, ...); facts PAT; `person` is 2010BA (NM1*IL with N3, N4,
    DMG, REF).
    """

    payer_responsibility: str
    relationship: str = ""
    group_number: str = ""
    group_name: str = ""
    insurance_type: str = ""
    filing_indicator: str = ""
    facts: PatientFacts | None = None
    person: Party
    hl: int = field(default=0, compare=False)

    @property
    def member_id(self) -> str:
        """2010BA NM109 where NM108 is MI (II for the HIPAA individual identifier)."""
        return self.person.identifier if self.person.id_qualifier in ("MI", "II") else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """Loop 2000C, only when the patient is not the subscriber: relationship PAT01 (01 spouse, 19 child, ...);
    `person` is 2010CA (NM1*QC with N3, N4, DMG, REF)."""

    relationship: str
    facts: PatientFacts | None = None
    person: Party
    hl: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """One composite of HI: qualifier (component 1) ABK principal or ABF other, in a 837I also ABJ admitting, APR
    reason for visit, ABN external cause (ICD-10-CM), or the same without A (BK, BF, BJ, PR, BN: ICD-9-CM); code
    (2) without its point; present_on_admission (9, 837I only): Y, N, U unknown, W undetermined, empty where
    exempt."""

    qualifier: str
    code: str
    present_on_admission: str = ""
