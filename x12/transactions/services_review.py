"""278, Health care services review (005010X217), request and response: the tree of HL loops as typed objects.

Both sets have one shape. What only an answer says (AAA rejections, HCR decisions, dates 102, 036 and 007) is
refused by the writer in a request.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal

from x12.transactions.eligibility import Rejection
from x12.transactions.parts import DateOrPeriod, Party, Procedure, Reference, Trace
from x12.transactions.supplements import Condition, RawSegment


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewParty(Party):
    """A party of a 278 (loops 2010A to 2010F) with what was wrong with it: AAA rejections (response); INS of a
    subscriber or dependent as read in `insured`; REF*ZZ of another organization (its reasons to deny) as read in
    `denial`."""

    rejections: tuple[Rejection, ...] = ()
    insured: RawSegment | None = None
    denial: RawSegment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """UM: category UM01 (AR admission, HS services, IN individual, SC specialty care), certification UM02 (I initial, R
    renewal, S revised, 1 and 2 appeal, 3 cancel, 4 extension, N reconsideration), service_type UM03, facility UM04-1
    with facility_qualifier UM04-2 (A bill type, B place of service), related causes UM05 with state and country,
    level_of_service UM06 (03 emergency, E elective, U urgent), condition UM07, prognosis UM08,
    release_of_information UM09, delay_reason UM10."""

    category: str
    certification: str = ""
    service_type: str = ""
    facility: str = ""
    facility_qualifier: str = ""
    related_causes: tuple[str, ...] = ()
    accident_state: str = ""
    accident_country: str = ""
    level_of_service: str = ""
    condition: str = ""
    prognosis: str = ""
    release_of_information: str = ""
    delay_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewDecision:
    """HCR: action HCR01 (A1 certified, A2 in part, A3 not certified, A4 pended, A6 modified, C cancelled, CT contact
    payer, NA none required), authorization HCR02, reasons HCR03, second_opinion HCR04 (Y, N)."""

    action: str
    authorization: str = ""
    reasons: tuple[str, ...] = ()
    second_opinion: str = ""

    @property
    def certified(self) -> bool:
        """Authorized in full, or as modified."""
        return self.action in ("A1", "A6")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewDiagnosis:
    """One composite of HI in 2000E: qualifier (ABK principal, ABJ admitting, ABF other, APR reason for visit, DR
    DRG; BK, BJ, BF, PR in ICD-9), code without its point, the day it was known."""

    qualifier: str
    code: str
    known_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """HSD: quantity HSD02 of HSD01 (VS visits, DY days, HS hours, FL units, MN months) in each HSD04 units HSD03,
    for HSD06 periods HSD05 (7 day, 34 month, 35 week), pattern HSD07, time of day HSD08."""

    quantity_qualifier: str = ""
    quantity: Decimal | None = None
    unit: str = ""
    every: Decimal | None = None
    period: str = ""
    periods: int | None = None
    pattern: str = ""
    time_of_day: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """CL1: admission_type CL101, source CL102, patient_status CL103, nursing home status CL104."""

    admission_type: str = ""
    source: str = ""
    patient_status: str = ""
    nursing_home_status: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportingDocument:
    """PWK: report type PWK01, transmission PWK02 (AA, BM, EL, EM, FX, VO), control number PWK06 (PWK05 is AC),
    description PWK07."""

    report_type: str
    transmission: str
    control_number: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewedProcedure(Procedure):
    """A procedure, or with `through` (component 8) a range that ends with it."""

    through: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfessionalService:
    """SV1: procedure SV101, amount SV102, unit SV103 (UN, MJ, F2), quantity SV104, diagnosis_pointers SV107, epsdt
    SV111, level_of_care SV120."""

    procedure: ReviewedProcedure
    amount_cents: int | None = None
    unit: str = ""
    quantity: Decimal | None = None
    diagnosis_pointers: tuple[int, ...] = ()
    epsdt: str = ""
    level_of_care: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InstitutionalService:
    """SV2: revenue_code SV201, procedure SV202, amount SV203, unit SV204 (DA, UN, F2), quantity SV205, rate SV206,
    nursing_home_status SV209, level_of_care SV210."""

    revenue_code: str = ""
    procedure: ReviewedProcedure | None = None
    amount_cents: int | None = None
    unit: str = ""
    quantity: Decimal | None = None
    rate: Decimal | None = None
    nursing_home_status: str = ""
    level_of_care: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DentalService:
    """SV3: procedure SV301 (AD), amount SV302, oral_cavity SV304, prosthesis SV305, quantity SV306, description
    SV307."""

    procedure: ReviewedProcedure
    amount_cents: int | None = None
    oral_cavity: tuple[str, ...] = ()
    prosthesis: str = ""
    quantity: Decimal | None = None
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tooth:
    """TOO: number TOO02 (TOO01 is JP), surfaces TOO03."""

    number: str
    surfaces: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewedService:
    """Loop 2000F (HL03 SS): TRN traces, AAA rejections, UM `review` where it differs from the event's, HCR decision,
    REF (BB earlier authorization, NT administrative), DTP (472 service), one of SV1, SV2, SV3 with TOO teeth, HSD,
    PWK, MSG, providers 2010F."""

    traces: tuple[Trace, ...] = ()
    rejections: tuple[Rejection, ...] = ()
    review: Review | None = None
    decision: ReviewDecision | None = None
    references: tuple[Reference, ...] = ()
    dates: tuple[DateOrPeriod, ...] = ()
    professional: ProfessionalService | None = None
    institutional: InstitutionalService | None = None
    dental: DentalService | None = None
    teeth: tuple[Tooth, ...] = ()
    delivery: Delivery | None = None
    documents: tuple[SupportingDocument, ...] = ()
    message: str = ""
    providers: tuple[ReviewParty, ...] = ()
    hl: int = field(default=0, compare=False)
    position: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientEvent:
    """Loop 2000E (HL03 EV), what is asked for or answered as a whole: TRN traces, AAA rejections, UM review, HCR
    decision, REF (BB earlier authorization, NT administrative), DTP (AAH event, 435 admission, 096 discharge, 439
    accident, 431 onset, 484, ABC; in a response 102 issued, 036 expires, 007 effective), HI diagnoses, HSD delivery,
    CRC conditions, CL1 admission, CR1, CR2, CR5 and CR6 as read, PWK documents, MSG message, providers 2010EA,
    contact 2010EB of a response, locations (transport), other organizations that decided, services 2000F."""

    traces: tuple[Trace, ...] = ()
    rejections: tuple[Rejection, ...] = ()
    review: Review | None = None
    decision: ReviewDecision | None = None
    references: tuple[Reference, ...] = ()
    dates: tuple[DateOrPeriod, ...] = ()
    diagnoses: tuple[ReviewDiagnosis, ...] = ()
    delivery: Delivery | None = None
    conditions: tuple[Condition, ...] = ()
    admission: Admission | None = None
    ambulance: RawSegment | None = None
    spinal_manipulation: RawSegment | None = None
    oxygen: RawSegment | None = None
    home_health: RawSegment | None = None
    documents: tuple[SupportingDocument, ...] = ()
    message: str = ""
    providers: tuple[ReviewParty, ...] = ()
    contact: ReviewParty | None = None
    locations: tuple[ReviewParty, ...] = ()
    other_organizations: tuple[ReviewParty, ...] = ()
    services: tuple[ReviewedService, ...] = ()
    hl: int = field(default=0, compare=False)
    position: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPatient:
    """Subscriber (2000C, `person` 2010C NM1*IL) or dependent (2000D, 2010D NM1*QC): events, and a subscriber's
    dependents."""

    person: ReviewParty
    dependents: tuple[ReviewPatient, ...] = ()
    events: tuple[PatientEvent, ...] = ()
    hl: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRequester:
    """Loop 2000B: `party` 2010B (NM1*1P provider or FA facility), subscribers."""

    party: ReviewParty
    subscribers: tuple[ReviewPatient, ...] = ()
    hl: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewOrganization:
    """Loop 2000A, the utilization management organization: rejections AAA of 2000A, `party` 2010A (NM1*X3),
    requesters."""

    rejections: tuple[Rejection, ...] = ()
    party: ReviewParty
    requesters: tuple[ReviewRequester, ...] = ()
    hl: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServicesReview:
    """What the two sets have in common: BHT02 purpose, BHT03 reference, BHT04/05, BHT06 type, organizations."""

    purpose: str = ""
    reference: str
    date: date
    time: time
    transaction_type: str = ""
    organizations: tuple[ReviewOrganization, ...] = ()

    def events(
        self,
    ) -> Iterator[tuple[ReviewOrganization, ReviewRequester, ReviewPatient, ReviewPatient | None, PatientEvent]]:
        """Each event with its organization, requester, subscriber and dependent (None: the subscriber)."""
        for organization in self.organizations:
            for requester in organization.requesters:
                for subscriber in requester.subscribers:
                    for event in subscriber.events:
                        yield organization, requester, subscriber, None, event
                    for dependent in subscriber.dependents:
                        for event in dependent.events:
                            yield organization, requester, subscriber, dependent, event

    def rejections(self) -> tuple[Rejection, ...]:
        """Every AAA of the set, outermost level first."""
        found: list[Rejection] = []
        for organization in self.organizations:
            found += organization.rejections + organization.party.rejections
            for requester in organization.requesters:
                found += requester.party.rejections
                for subscriber in requester.subscribers:
                    for patient in (subscriber, *subscriber.dependents):
                        found += patient.person.rejections
        for *_, event in self.events():
            found += event.rejections
            for party in (*event.providers, *event.locations, *event.other_organizations):
                found += party.rejections
            for service in event.services:
                found += service.rejections
                for party in service.providers:
                    found += party.rejections
        return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServicesReviewRequest(ServicesReview):
    """One 278 request (BHT02 13; BHT06 RU where services are only reserved)."""

    purpose: str = "13"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServicesReviewResponse(ServicesReview):
    """One 278 response (BHT02 11; BHT06 18 no further updates, 19 more follow, AT administrative, RU reservation)."""

    purpose: str = "11"
