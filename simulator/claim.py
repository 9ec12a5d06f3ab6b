"""A claim as the payer keeps it: what an 837P or 837I said, without X12."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmittedLine:
    """One service (loop 2400)."""

    number: int
    procedure: str
    """Empty where the revenue code says it all."""
    revenue_code: str = ""
    """SV201; empty on a professional claim."""
    modifiers: tuple[str, ...] = ()
    charge_cents: int
    unit: str = "UN"
    quantity: Decimal = Decimal(1)
    service_from: date
    service_to: date | None = None
    diagnosis_pointers: tuple[int, ...] = ()
    control_number: str = ""
    """REF*6R, echoed in the remittance by payers that do."""
    has_referring_provider: bool = False
    """A referring or ordering provider stands on the line (2420E, 2420F)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmittedPerson:
    """A subscriber or patient."""

    last_name: str
    first_name: str = ""
    middle_name: str = ""
    birth_date: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherPayerLine:
    """What another payer decided on one line (loop 2430)."""

    number: int
    paid_cents: int
    patient_cents: int
    """The sum of its group PR."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherPayer:
    """Another payer of the claim (loop 2320), and what it decided if it did."""

    sequence: str
    """SBR01."""
    payer: str
    """NM109 of 2330B."""
    member_id: str
    paid_cents: int | None = None
    """AMT*D; None where it has not decided."""
    patient_cents: int = 0
    """The sum of its group PR on claim and lines."""
    lines: tuple[OtherPayerLine, ...] = ()
    """Empty where it decided the claim as a whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmittedClaim:
    """One claim (loop 2300) with its provider, subscriber and payer."""

    control_number: str
    """CLM01."""
    frequency: str
    """CLM05-3: 1 original, 7 replacement, 8 void; Q, on an institution's claim, asks to reopen a decided one."""
    original_reference: str = ""
    """REF*F8."""
    submitter: str
    """ISA06 of the interchange: where the answers go."""
    payer: str
    """NM109 of loop 2010BB: the persona's code."""
    billing_name: str
    billing_npi: str
    billing_tax_id: str = ""
    rendering_npi: str = ""
    member_id: str
    subscriber: SubmittedPerson
    patient: SubmittedPerson
    charge_cents: int
    place_of_service: str
    """CLM05-1; of an institution the first two digits of the type of bill."""
    statement_through: date | None = None
    """The last day of an institution's statement; None on a professional claim."""
    condition_codes: tuple[str, ...] = ()
    """HI*BG."""
    filing_indicator: str = ""
    diagnoses: tuple[str, ...] = ()
    authorization_number: str = ""
    """REF*G1."""
    referral_number: str = ""
    """REF*9F."""
    has_referring_provider: bool = False
    """NM1*DN on the claim (2310A)."""
    onset_date: date | None = None
    """DTP*431 or DTP*454."""
    lines: tuple[SubmittedLine, ...]
    sequence: str = "P"
    """SBR01 of loop 2000B: this payer's place in the order of benefits."""
    other_payers: tuple[OtherPayer, ...] = ()

    @property
    def is_institutional(self) -> bool:
        """Whether it came as an 837I."""
        return self.statement_through is not None

    @property
    def first_service(self) -> date:
        """The earliest date of service."""
        return min(line.service_from for line in self.lines)

    @property
    def last_service(self) -> date:
        """The latest date of service."""
        return max(line.service_to or line.service_from for line in self.lines)

    @property
    def payee(self) -> str:
        """Who is paid: the billing provider's NPI, or its tax id where it has none."""
        return self.billing_npi or self.billing_tax_id

    @property
    def likeness(self) -> str:
        """Equal for two claims that bill the same services of one patient: what a duplicate is known by."""
        services = sorted(
            (line.service_from.isoformat(), line.procedure or line.revenue_code, line.charge_cents)
            for line in self.lines
        )
        born = self.patient.birth_date
        whom = (
            self.payer,
            self.payee,
            self.member_id,
            self.patient.last_name,
            self.patient.first_name,
            str(born),
        )
        return hashlib.sha256(repr((whom, services)).encode()).hexdigest()
