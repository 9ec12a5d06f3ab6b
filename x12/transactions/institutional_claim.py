"""837I, Health Care Claim: Institutional (005010X223A2; A3 and A1 are read too), as typed claims."""

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
    InpatientAdjudication,
    OutpatientAdjudication,
    Party,
    Procedure,
    Reference,
    find_amount,
    find_date,
    find_reference,
)
from x12.transactions.supplements import Attachment, Condition, Contract, Drug, Note, RawSegment


@dataclass(frozen=True, slots=True, kw_only=True)
class InstitutionalProcedure:
    """One composite of HI*BBR (principal) or HI*BBQ (other): qualifier BBR, BBQ (ICD-10-PCS), BR, BQ (ICD-9-CM)
    or CAH (advanced billing concept), code, performed_on (component 4, D8)."""

    qualifier: str
    code: str
    performed_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One composite of HI*BH: NUBC occurrence code and its date."""

    code: str
    date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class OccurrenceSpan:
    """One composite of HI*BI: NUBC occurrence span code and its period (RD8)."""

    code: str
    start: date
    end: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueAmount:
    """One composite of HI*BE: NUBC value code and its amount (component 5). Some value codes count days or hold a
    ZIP code; they are written as amounts too, so the amount is a decimal, not cents."""

    code: str
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class InstitutionalLineAdjudication:
    """Loop 2430, what another payer decided on a line: payer_id SVD01 (= NM109 of that 2330B), paid_cents SVD02,
    procedure SVD03, revenue_code SVD04, quantity SVD05, bundled_line SVD06, CAS, DTP*573, AMT*EAF."""

    payer_id: str
    paid_cents: int
    procedure: Procedure | None = None
    revenue_code: str
    quantity: Decimal | None = None
    bundled_line: int | None = None
    adjustments: tuple[Adjustment, ...] = ()
    dates: tuple[DateOrPeriod, ...] = ()
    amounts: tuple[Amount, ...] = ()
    position: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class InstitutionalCoverage:
    """Loop 2320, another payer of the same claim: SBR as in `Subscriber`; adjustments CAS and amounts AMT
    (D paid, A8 not covered, EAF remaining liability) of its decision; OI03 benefits_assignment, OI06
    release_of_information; inpatient MIA, outpatient MOA; subscriber 2330A (NM1*IL), payer 2330B (NM1*PR with
    DTP*573 and REF*F8); 2330C to 2330I the claim's providers by the numbers (REF) this payer knows them by."""

    payer_responsibility: str
    relationship: str = ""
    group_number: str = ""
    group_name: str = ""
    insurance_type: str = ""
    filing_indicator: str = ""
    adjustments: tuple[Adjustment, ...] = ()
    amounts: tuple[Amount, ...] = ()
    benefits_assignment: str = ""
    release_of_information: str = ""
    inpatient: InpatientAdjudication | None = None
    outpatient: OutpatientAdjudication | None = None
    subscriber: Party | None = None
    payer: Party | None = None
    attending_provider: Party | None = None
    operating_physician: Party | None = None
    other_operating_physician: Party | None = None
    service_facility: Party | None = None
    rendering_provider: Party | None = None
    referring_provider: Party | None = None
    billing_provider: Party | None = None
    position: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class InstitutionalLine:
    """Loop 2400. SV201 revenue_code, SV202 procedure (None where the revenue code says it all), SV203 charge,
    SV204 unit (UN or DA), SV205 quantity, SV207 noncovered_cents; DTP*472, PWK, REF, AMT (GT service tax, N8
    facility tax), NTE*TPO; 2410 drug; 2420 providers; 2430 adjudications. `supplements` keeps HCP as read.

    LX01 is computed by the writer; `number` is what was read and takes no part in comparison.
    """

    revenue_code: str
    procedure: Procedure | None = None
    charge_cents: int
    unit: str = "UN"
    quantity: Decimal = Decimal(1)
    noncovered_cents: int | None = None
    dates: tuple[DateOrPeriod, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    references: tuple[Reference, ...] = ()
    amounts: tuple[Amount, ...] = ()
    notes: tuple[Note, ...] = ()
    supplements: tuple[RawSegment, ...] = ()
    drug: Drug | None = None
    operating_physician: Party | None = None
    other_operating_physician: Party | None = None
    rendering_provider: Party | None = None
    referring_provider: Party | None = None
    adjudications: tuple[InstitutionalLineAdjudication, ...] = ()
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
class InstitutionalClaim:
    """Loop 2300 with everything it hangs from resolved: billing provider (2000A), subscriber (2000B), payer
    (2010BB), patient (2000C, None when the subscriber is the patient).

    claim_id CLM01, charge_cents CLM02, facility_code CLM05-1 (first two digits of the type of bill),
    facility_qualifier CLM05-2 (A), frequency_code CLM05-3 (1, 7, 8, Q, ...: the third digit), assignment CLM07
    (A, B, C), benefits_assignment CLM08 (Y, N, W), release_of_information CLM09 (Y, I), delay_reason CLM20;
    discharge_time DTP*096, dates DTP (434 statement, 435 admission, 050 repricer received); admission_type CL101,
    admission_source CL102, patient_status CL103; PWK, CN1, AMT*F3, REF, K3, NTE, CRC.

    HI by what it says: principal_diagnosis ABK, admitting_diagnosis ABJ, visit_reasons APR (at most 3),
    external_causes ABN, drg DR, other_diagnoses ABF, principal_procedure BBR, other_procedures BBQ,
    occurrence_spans BI, occurrences BH, value_amounts BE, condition_codes BG, treatment_codes TC. 2310 providers,
    2320 other_coverages, 2400 lines. `supplements` keeps HCP as read.

    `position` (ordinal of CLM in its set) and `errors` (found within this claim) are set by the reader and
    take no part in comparison.
    """

    billing_provider: BillingProvider
    subscriber: Subscriber
    payer: Party
    patient: Patient | None = None
    claim_id: str
    charge_cents: int
    facility_code: str
    facility_qualifier: str = "A"
    frequency_code: str = "1"
    assignment: str = "A"
    benefits_assignment: str = "Y"
    release_of_information: str = "Y"
    delay_reason: str = ""
    discharge_time: time | None = None
    dates: tuple[DateOrPeriod, ...] = ()
    admission_type: str = ""
    admission_source: str = ""
    patient_status: str = ""
    attachments: tuple[Attachment, ...] = ()
    contract: Contract | None = None
    amounts: tuple[Amount, ...] = ()
    references: tuple[Reference, ...] = ()
    file_information: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    conditions: tuple[Condition, ...] = ()
    principal_diagnosis: Diagnosis | None = None
    admitting_diagnosis: Diagnosis | None = None
    visit_reasons: tuple[Diagnosis, ...] = ()
    external_causes: tuple[Diagnosis, ...] = ()
    drg: str = ""
    other_diagnoses: tuple[Diagnosis, ...] = ()
    principal_procedure: InstitutionalProcedure | None = None
    other_procedures: tuple[InstitutionalProcedure, ...] = ()
    occurrence_spans: tuple[OccurrenceSpan, ...] = ()
    occurrences: tuple[Occurrence, ...] = ()
    value_amounts: tuple[ValueAmount, ...] = ()
    condition_codes: tuple[str, ...] = ()
    treatment_codes: tuple[str, ...] = ()
    supplements: tuple[RawSegment, ...] = ()
    attending_provider: Party | None = None
    operating_physician: Party | None = None
    other_operating_physician: Party | None = None
    rendering_provider: Party | None = None
    service_facility: Party | None = None
    referring_provider: Party | None = None
    other_coverages: tuple[InstitutionalCoverage, ...] = ()
    lines: tuple[InstitutionalLine, ...] = ()
    position: int = field(default=0, compare=False)
    errors: tuple[X12Error, ...] = field(default=(), compare=False)

    @property
    def type_of_bill(self) -> str:
        """CLM05-1 and CLM05-3: 111, 131, 137, ... (the UB-04 puts a zero before it)."""
        return self.facility_code + self.frequency_code

    @property
    def statement_period(self) -> DateOrPeriod | None:
        """DTP*434: the first and the last day the claim covers."""
        return find_date(self.dates, "434")

    @property
    def admission(self) -> DateOrPeriod | None:
        """DTP*435: the day of admission, with its time where it was told."""
        return find_date(self.dates, "435")

    @property
    def diagnoses(self) -> tuple[Diagnosis, ...]:
        """The principal diagnosis, then the others."""
        first = () if self.principal_diagnosis is None else (self.principal_diagnosis,)
        return first + self.other_diagnoses

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
    def patient_due_cents(self) -> int:
        """AMT*F3, what the patient is estimated to owe; 0 when absent."""
        return find_amount(self.amounts, "F3") or 0


@dataclass(frozen=True, slots=True, kw_only=True)
class InstitutionalClaims:
    """One 837I transaction set: BHT03 reference, BHT04/05 date and time, BHT02 purpose (00 original, 18
    reissue), BHT06 claim_type (CH chargeable, RP reporting, 31 subrogation demand), submitter 1000A (NM1*41,
    PER), receiver 1000B (NM1*40), claims.

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
    claims: tuple[InstitutionalClaim, ...] = ()
