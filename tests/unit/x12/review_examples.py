"""A request for prior authorization and its answer, made by hand."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from typing import Any

import x12

DAY = date(2026, 3, 2)
NOON = time(12, 30)
ORGANIZATION = x12.ReviewParty(entity="X3", last_name="ACME HEALTH", id_qualifier="PI", identifier="60054")
REQUESTER = x12.ReviewParty(
    entity="1P", entity_type="1", last_name="WELL", first_name="ANN", id_qualifier="XX", identifier="1999999984",
    provider_code="PE", taxonomy="207Q00000X",
)  # fmt: skip
SUBSCRIBER = x12.ReviewParty(
    entity="IL", entity_type="1", last_name="DOE", first_name="JANE", id_qualifier="MI", identifier="W123456789",
    birth_date=date(1980, 2, 29), sex="F",
)  # fmt: skip
CHILD = x12.ReviewParty(
    entity="QC", entity_type="1", last_name="DOE", first_name="TIM", birth_date=date(2015, 5, 5), sex="M",
    insured=("INS", "N", "19"),
)  # fmt: skip
SURGEON = x12.ReviewParty(
    entity="SJ", entity_type="1", last_name="CUT", first_name="AL", id_qualifier="XX", identifier="1558598797",
    contacts=(x12.Contact(numbers=(x12.ContactNumber(qualifier="TE", value="6175550100"),)),),
)  # fmt: skip
ASKED = x12.Review(
    category="HS", certification="I", service_type="2", facility="22", facility_qualifier="B", level_of_service="E",
    release_of_information="Y",
)  # fmt: skip
SERVICE = x12.ReviewedService(
    dates=(x12.DateOrPeriod(qualifier="472", start=date(2026, 4, 1), end=date(2026, 4, 30)),),
    professional=x12.ProfessionalService(
        procedure=x12.ReviewedProcedure(code="97110", modifiers=("GP",)), unit="UN", quantity=Decimal(12),
        diagnosis_pointers=(1, 2),
    ),
    delivery=x12.Delivery(quantity_qualifier="VS", quantity=Decimal(3), unit="WK", period="34", periods=1),
)  # fmt: skip
STAY = x12.ReviewedService(
    institutional=x12.InstitutionalService(revenue_code="0120", unit="DA", quantity=Decimal(2)), providers=(SURGEON,)
)


def _of(person: x12.ReviewPatient) -> tuple[x12.ReviewOrganization, ...]:
    requester = x12.ReviewRequester(party=REQUESTER, subscribers=(person,))
    return (x12.ReviewOrganization(party=ORGANIZATION, requesters=(requester,)),)


def event(**more: Any) -> x12.PatientEvent:
    return x12.PatientEvent(
        **{
            "traces": (x12.Trace(number="PA1001", originator="9123456789"),),
            "review": ASKED,
            "dates": (x12.DateOrPeriod(qualifier="435", start=date(2026, 4, 1)),),
            "diagnoses": (
                x12.ReviewDiagnosis(qualifier="ABK", code="M170", known_on=date(2026, 2, 1)),
                x12.ReviewDiagnosis(qualifier="ABF", code="M25561"),
            ),
            "admission": x12.Admission(admission_type="3", source="1"),
            "documents": (x12.SupportingDocument(report_type="B3", transmission="EL", control_number="DOC1"),),
            "message": "PAIN FOR A YEAR",
            "providers": (SURGEON,),
            "services": (SERVICE, STAY),
            **more,
        }
    )


def request(**more: Any) -> x12.ServicesReviewRequest:
    """For the subscriber's child."""
    child = x12.ReviewPatient(person=CHILD, events=(event(),))
    organizations = _of(x12.ReviewPatient(person=SUBSCRIBER, dependents=(child,)))
    return x12.ServicesReviewRequest(
        **{"reference": "PA1001", "date": DAY, "time": NOON, "organizations": organizations, **more}
    )


def response(**more: Any) -> x12.ServicesReviewResponse:
    """Certifies the therapy, not the stay."""
    therapy = x12.ReviewedService(
        decision=x12.ReviewDecision(action="A1", authorization="AUTH77"),
        dates=(x12.DateOrPeriod(qualifier="472", start=date(2026, 4, 1)),
               x12.DateOrPeriod(qualifier="036", start=date(2026, 6, 30))),
        professional=SERVICE.professional,
    )  # fmt: skip
    stay = x12.ReviewedService(
        decision=x12.ReviewDecision(action="A3", reasons=("0V", "0M"), second_opinion="N"),
        institutional=STAY.institutional,
    )
    answered = event(
        traces=(x12.Trace(type_code="2", number="PA1001", originator="9123456789"),),
        decision=x12.ReviewDecision(action="A2", authorization="AUTH77"),
        references=(x12.Reference(qualifier="NT", value="ADM5"),),
        contact=x12.ReviewParty(entity="L5", last_name="REVIEW DESK", contacts=SURGEON.contacts),
        services=(therapy, stay),
    )  # fmt: skip
    organizations = _of(x12.ReviewPatient(person=SUBSCRIBER, events=(answered,)))
    return x12.ServicesReviewResponse(
        **{"reference": "PA1001", "date": DAY, "time": NOON, "transaction_type": "18", "organizations": organizations,
           **more}
    )  # fmt: skip


def rejection() -> x12.ServicesReviewResponse:
    """The member is unknown: nothing is decided, no event is answered."""
    unknown = x12.ReviewParty(
        entity="IL", entity_type="1", last_name="DOE", id_qualifier="MI", identifier="W1",
        rejections=(x12.Rejection(reason="75", follow_up="C"),),
    )  # fmt: skip
    return x12.ServicesReviewResponse(
        reference="PA1002", date=DAY, time=NOON, organizations=_of(x12.ReviewPatient(person=unknown))
    )
