"""837P, Health Care Claim: Professional (005010X222A1; A2 is read too), as typed claims."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal

from x12.errors import X12Error
from x12.transactions.claim_parts import BillingProvider, Diagnosis, Patient, Subscriber
from x12.transactions.parts import (
    Adjustment,
    Amount,
    DateOrPeriod,
    OutpatientAdjudication,
    Party,
    Procedure,
    Quantity,
    Reference,
    find_amount,
    find_date,
    find_reference,
)
from x12.transactions.supplements import Attachment, Condition, Contract, Drug, DurableEquipment, Form, Note, RawSegment


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedCauses:
    """CLM11: up to three of AA (auto accident), EM (employment), OA (other accident); state and country of an
    auto accident."""

    causes: tuple[str, ...]
    state: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineAdjudication:
    """Loop 2430, what another payer decided on a line: payer_id SVD01 (= NM109 of that 2330B), paid_cents
    SVD02, procedure SVD03, quantity SVD05, bundled_line SVD06, CAS, DTP*573, AMT*EAF."""

    payer_id: str
    paid_cents: int
    procedure: Procedure
    quantity: Decimal | None = None
    bundled_line: int | None = None
    adjustments: tuple[Adjustment, ...] = ()
    dates: tuple[DateOrPeriod, ...] = ()
    amounts: tuple[Amount, ...] = ()
    position: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherCoverage:
    """Loop 2320, another payer of the same claim: SBR as in `Subscriber`; adjustments CAS and amounts AMT
    (D paid, A8 not covered, EAF remaining liability) of its decision; OI03 benefits_assignment, OI04
    patient_signature_source, OI06 release_of_information; adjudication MOA; subscriber 2330A (NM1*IL),
    payer 2330B (NM1*PR with DTP*573 and REF*F8), providers 2330C to 2330G."""

    payer_responsibility: str
    relationship: str = ""
    group_number: str = ""
    group_name: str = ""
    insurance_type: str = ""
    filing_indicator: str = ""
    adjustments: tuple[Adjustment, ...] = ()
    amounts: tuple[Amount, ...] = ()
    benefits_assignment: str = ""
    patient_signature_source: str = ""
    release_of_information: str = ""
    adjudication: OutpatientAdjudication | None = None
    subscriber: Party | None = None
    payer: Party | None = None
    providers: tuple[Party, ...] = ()
    position: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceLine:
    """Loop 2400. SV101 procedure, SV102 charge, SV103 unit (UN or MJ), SV104 quantity, SV105 place of service
    (empty: the claim's), SV107 diagnosis_pointers (1 to 12), SV109 emergency, SV111 epsdt, SV112
    family_planning, SV115 copay_exempt; SV5 equipment; DTP, PWK, CRC, QTY, CN1, REF, AMT, K3, NTE; 2410 drug;
    2420 providers; 2430 adjudications; 2440 forms. `supplements` keeps CR1, CR3, MEA, PS1, HCP as read.

    LX01 is computed by the writer; `number` is what was read and takes no part in comparison.
    """

    procedure: Procedure
    charge_cents: int
    unit: str = "UN"
    quantity: Decimal = Decimal(1)
    place_of_service: str = ""
    diagnosis_pointers: tuple[int, ...] = ()
    emergency: str = ""
    epsdt: str = ""
    family_planning: str = ""
    copay_exempt: str = ""
    equipment: DurableEquipment | None = None
    dates: tuple[DateOrPeriod, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    conditions: tuple[Condition, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    contract: Contract | None = None
    references: tuple[Reference, ...] = ()
    amounts: tuple[Amount, ...] = ()
    file_information: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    supplements: tuple[RawSegment, ...] = ()
    drug: Drug | None = None
    rendering_provider: Party | None = None
    purchased_service_provider: Party | None = None
    service_facility: Party | None = None
    supervising_provider: Party | None = None
    ordering_provider: Party | None = None
    referring_providers: tuple[Party, ...] = ()
    ambulance_pick_up: Party | None = None
    ambulance_drop_off: Party | None = None
    adjudications: tuple[LineAdjudication, ...] = ()
    forms: tuple[Form, ...] = ()
    number: int = field(default=0, compare=False)
    position: int = field(default=0, compare=False)

    @property
    def control_number(self) -> str:
        """REF*6R, the line item control number that a 835 echoes."""
        return find_reference(self.references, "6R")

    @property
    def service_date(self) -> DateOrPeriod | None:
        """DTP*472."""
        return find_date(self.dates, "472")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfessionalClaim:
    """Loop 2300 with everything it hangs from resolved: billing provider (2000A), subscriber (2000B), payer
    (2010BB), patient (2000C, None when the subscriber is the patient).

    claim_id CLM01, charge_cents CLM02, place_of_service CLM05-1, facility_qualifier CLM05-2 (B),
    frequency_code CLM05-3 (1, 7, 8), provider_signature CLM06, assignment CLM07 (A, B, C),
    benefits_assignment CLM08 (Y, N, W), release_of_information CLM09 (Y, I), patient_signature_source CLM10,
    related_causes CLM11, special_program CLM12, delay_reason CLM20; dates DTP; PWK, CN1, AMT, REF, K3, NTE,
    CRC; HI by what it says; 2310 providers; 2320 other_coverages; 2400 lines. `supplements` keeps CR1, CR2 and
    HCP as read.

    `position` (ordinal of CLM in its set) and `errors` (found within this claim) are set by the reader and
    take no part in comparison.
    """

    billing_provider: BillingProvider
    subscriber: Subscriber
    payer: Party
    patient: Patient | None = None
    claim_id: str
    charge_cents: int
    place_of_service: str
    facility_qualifier: str = "B"
    frequency_code: str = "1"
    provider_signature: str = "Y"
    assignment: str = "A"
    benefits_assignment: str = "Y"
    release_of_information: str = "Y"
    patient_signature_source: str = ""
    related_causes: RelatedCauses | None = None
    special_program: str = ""
    delay_reason: str = ""
    dates: tuple[DateOrPeriod, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    contract: Contract | None = None
    amounts: tuple[Amount, ...] = ()
    references: tuple[Reference, ...] = ()
    file_information: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    conditions: tuple[Condition, ...] = ()
    supplements: tuple[RawSegment, ...] = ()
    diagnoses: tuple[Diagnosis, ...] = ()
    anesthesia_procedures: tuple[str, ...] = ()
    condition_codes: tuple[str, ...] = ()
    referring_providers: tuple[Party, ...] = ()
    rendering_provider: Party | None = None
    service_facility: Party | None = None
    supervising_provider: Party | None = None
    ambulance_pick_up: Party | None = None
    ambulance_drop_off: Party | None = None
    other_coverages: tuple[OtherCoverage, ...] = ()
    lines: tuple[ServiceLine, ...] = ()
    position: int = field(default=0, compare=False)
    errors: tuple[X12Error, ...] = field(default=(), compare=False)

    @property
    def patient_or_subscriber(self) -> Party:
        """The person treated: 2010CA, or 2010BA where there is no 2000C."""
        return self.patient.person if self.patient is not None else self.subscriber.person

    @property
    def payer_claim_number(self) -> str:
        """REF*F8, the payer's control number of the claim that this one replaces or voids."""
        return find_reference(self.references, "F8")

    @property
    def authorization_number(self) -> str:
        """REF*G1."""
        return find_reference(self.references, "G1")

    @property
    def patient_paid_cents(self) -> int:
        """AMT*F5, 0 when absent."""
        return find_amount(self.amounts, "F5") or 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfessionalClaims:
    """One 837P transaction set: BHT03 reference, BHT04/05 date and time, BHT02 purpose (00 original, 18
    reissue), BHT06 claim_type (CH chargeable, RP reporting), submitter 1000A (NM1*41, PER), receiver 1000B
    (NM1*40), claims.

    The writer opens a new 2000A, 2000B or 2000C whenever the provider, subscriber with payer, or patient of the
    next claim differs from the one before; HL numbers are computed.
    """

    reference: str
    date: date
    time: time
    purpose: str = "00"
    claim_type: str = "CH"
    submitter: Party
    receiver: Party
    claims: tuple[ProfessionalClaim, ...] = ()
