"""What a claim says: the part of it that people code and correct, version by version."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from domain.claim.earlier_decision import EarlierDecision
from domain.claim.institutional import InstitutionalFacts
from domain.coverage.coverage import SEQUENCES, Coverage, OtherCoverage, rank_of_sequence
from domain.denials.context import ClaimType
from domain.people.parties import BillingProvider, Person, RenderingProvider


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceLine:
    """One service: loop 2400 of the 837P."""

    number: int
    procedure: str
    charge_cents: int
    service_from: date
    units: Decimal = Decimal(1)
    modifiers: tuple[str, ...] = ()
    diagnosis_pointers: tuple[int, ...] = (1,)
    service_to: date | None = None
    place_of_service: str = ""
    unit_basis: str = "UN"
    """``UN`` units or ``MJ`` minutes: SV103; ``DA`` days on an 837I."""
    revenue_code: str = ""
    """SV201; empty on a professional claim. A line that it says all of has no procedure."""
    dated: bool = True
    """False where an 837I gives the line no day of its own: the statement's first one stands here, and is not sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BillingCorrection:
    """What a person corrected of the billing provider on this claim; empty: as the encounter says."""

    npi: str = ""
    tax_id: str = ""
    zip_code: str = ""

    def applied_to(self, provider: BillingProvider) -> BillingProvider:
        """The billing provider as it goes on the claim."""
        return replace(
            provider,
            npi=self.npi or provider.npi,
            tax_id=self.tax_id or provider.tax_id,
            address=replace(provider.address, zip_code=self.zip_code or provider.address.zip_code),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimContent:
    """One version of a claim's content. Charge is never stored: it is the sum of the lines."""

    diagnoses: tuple[str, ...]
    """Principal first, without the dot: HI01 to HI12."""
    lines: tuple[ServiceLine, ...]
    place_of_service: str
    coverage: Coverage
    """The first payer's, in the order of benefits."""
    icd_version: int = 10
    """10 for ABK/ABF, 9 for BK/BF."""
    authorization_number: str = ""
    referral_number: str = ""
    patient_paid_cents: int = 0
    rendering: RenderingProvider | None = None
    referring: RenderingProvider | None = None
    onset_date: date | None = None
    billing: BillingCorrection = BillingCorrection()
    other_coverages: tuple[OtherCoverage, ...] = ()
    """Those that pay after the first, in the order of benefits; at most two are billed."""
    institution: InstitutionalFacts | None = None
    """What an institution says of the stay or visit; None on a professional claim (837P)."""

    @property
    def claim_type(self) -> ClaimType:
        """Which guide the claim goes by."""
        return ClaimType.PROFESSIONAL if self.institution is None else ClaimType.INSTITUTIONAL

    @property
    def filing_service(self) -> date | None:
        """The one day that timely filing of an institution counts from; None: each line counts from its own."""
        return None if self.institution is None else self.institution.statement_through

    @property
    def coverages(self) -> tuple[Coverage, ...]:
        """All of them in the order of benefits."""
        return (self.coverage, *(other.coverage for other in self.other_coverages))

    def coverage_of(self, sequence: str) -> Coverage:
        """The coverage whose turn SBR01 names.

        Raises:
            LookupError: the patient has none at that place.
        """
        rank = rank_of_sequence(sequence)
        if rank > len(self.coverages):
            raise LookupError(f"the claim names no coverage at the place {sequence} in the order of benefits")
        return self.coverages[rank - 1]

    def next_sequence(self, sequence: str) -> str | None:
        """SBR01 of the coverage after this one, None when there is none that can be billed."""
        rank = rank_of_sequence(sequence)
        return SEQUENCES[rank] if rank < min(len(self.coverages), len(SEQUENCES)) else None

    @property
    def charge_cents(self) -> int:
        """CLM02: the sum of the line charges."""
        return sum(line.charge_cents for line in self.lines)

    @property
    def first_service(self) -> date:
        """The earliest date of service of any line."""
        return min(line.service_from for line in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncedPapers:
    """Papers that follow an attempt by mail: PWK of loop 2300, and the number on their cover sheet."""

    control_number: str
    report_type: str = "M1"
    """PWK01; M1: medical records."""
    transmission: str = "BM"
    """PWK02; BM: by mail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimForSubmission:
    """Everything one attempt needs to become an 837P or 837I claim."""

    control_number: str
    """CLM01: claim number, ``-``, attempt."""
    frequency: str
    """CLM05-3: ``1`` original, ``7`` replacement, ``8`` void; ``Q`` a reopening request of Medicare Part A."""
    original_reference: str
    """REF*F8, the payer's control number; empty on frequency 1 unless the rejected attempt carried it."""
    provider: BillingProvider
    patient: Person
    content: ClaimContent
    sequence: str = "P"
    """SBR01: to which payer in the order of benefits."""
    earlier: tuple[EarlierDecision, ...] = ()
    """What the payers before it decided, in their order."""
    papers: tuple[AnnouncedPapers, ...] = ()
    """What the payer asked for and gets beside the claim; ten at most are announced."""

    @property
    def coverage(self) -> Coverage:
        """Under which coverage this attempt is billed."""
        return self.content.coverage_of(self.sequence)


@dataclass(frozen=True, slots=True, kw_only=True)
class EncounterSource:
    """Where an imported encounter came from: its identity is file hash + ST + ordinal."""

    file_sha256: str
    transaction: str
    ordinal: int
    claim_reference: str
    """CLM01 as the other system wrote it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Encounter:
    """A visit ready to become a claim: made at check-in or by an import."""

    provider: BillingProvider
    patient: Person
    content: ClaimContent
    source: EncounterSource
    original_dates: str = ""
    """What the dates were before ``--shift-dates`` moved them, in words."""
