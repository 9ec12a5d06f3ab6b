"""Prior authorization: our request (278) and the payer's answer, 005010X217."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Literal

import x12
from domain.coverage.authorization import AuthorizationAnswer, AuthorizationRequest, AuthorizationState
from domain.coverage.coverage import Coverage
from domain.people.parties import BillingProvider, Person
from edi.envelope import ControlNumbers, seal
from x12.reading import read_file

_SELF = "18"
_STATES = {
    "A1": AuthorizationState.APPROVED,
    "A6": AuthorizationState.APPROVED,
    "A2": AuthorizationState.PENDED,
    "A3": AuthorizationState.DENIED,
    "A4": AuthorizationState.PENDED,
    "C": AuthorizationState.ENDED,
    "CT": AuthorizationState.PENDED,
    "NA": AuthorizationState.NOT_NEEDED,
}
"""HCR01. In part (A2) and contact payer (CT) wait for a person."""
_SILENT = frozenset({"42", "80"})


def request(
    *,
    provider: BillingProvider,
    patient: Person,
    coverage: Coverage,
    asked: AuthorizationRequest,
    reference: str,
    control_numbers: ControlNumbers,
    at: datetime,
    usage: Literal["T", "P"],
) -> bytes:
    """A 278 for one service; ``reference`` comes back in TRN02: a surrogate number, no protected data.

    Raises:
        X12Invalid: a value cannot be written.
    """
    event = x12.PatientEvent(
        traces=(x12.Trace(number=reference, originator=f"9{provider.submitter_id}"[:10].ljust(10, "0")),),
        review=x12.Review(
            category="HS",
            certification="I",
            service_type="3",
            facility=asked.place_of_service,
            facility_qualifier="B",
            level_of_service="U" if asked.expedited else "E",
            release_of_information="Y",
        ),
        diagnoses=tuple(
            x12.ReviewDiagnosis(qualifier="ABF" if place else "ABK", code=code)
            for place, code in enumerate(asked.diagnoses)
        ),
        services=(
            x12.ReviewedService(
                dates=(x12.DateOrPeriod(qualifier="472", start=asked.service_date),),
                professional=x12.ProfessionalService(
                    procedure=x12.ReviewedProcedure(code=asked.procedure), unit="UN", quantity=Decimal(asked.units)
                ),
            ),
        ),
    )
    insured = _person(coverage.subscriber, "IL", coverage.member_id)
    if coverage.relationship == _SELF:
        subscriber = x12.ReviewPatient(person=insured, events=(event,))
    else:
        dependent = x12.ReviewPatient(person=_person(patient, "QC", ""), events=(event,))
        subscriber = x12.ReviewPatient(person=insured, dependents=(dependent,))
    us = x12.ReviewParty(
        entity="1P",
        entity_type="1" if provider.first_name else "2",
        last_name=provider.name,
        first_name=provider.first_name,
        id_qualifier="XX",
        identifier=provider.npi,
    )
    payer = x12.ReviewParty(
        entity="X3", last_name=coverage.payer.name, id_qualifier="PI", identifier=coverage.payer.code
    )
    content = x12.ServicesReviewRequest(
        reference=reference,
        date=at.date(),
        time=at.time().replace(second=0, microsecond=0, tzinfo=None),
        organizations=(
            x12.ReviewOrganization(
                party=payer, requesters=(x12.ReviewRequester(party=us, subscribers=(subscriber,)),)
            ),
        ),
    )
    return seal(
        [content],
        sender=provider.submitter_id,
        receiver=coverage.payer.code,
        control_numbers=control_numbers,
        at=at,
        usage=usage,
    )


def answer(content: bytes) -> AuthorizationAnswer:
    """What the payer decided. What is no readable 278 response is as good as silence, with what came."""
    file = read_file(content)
    response = next(
        (found.content for found in file.transactions() if isinstance(found.content, x12.ServicesReviewResponse)), None
    )
    if response is None:
        came = next((found.kind for found in file.transactions() if found.kind), "unreadable")
        return AuthorizationAnswer(state=AuthorizationState.REQUESTED, rejections=(came,))
    rejections = tuple(dict.fromkeys(one.reason for one in response.rejections()))
    for *_, event in response.events():
        decision = event.decision or next((one.decision for one in event.services if one.decision), None)
        if decision is not None:
            expires = [one.start for one in event.dates if one.qualifier == "036"]
            expires += [one.start for service in event.services for one in service.dates if one.qualifier == "036"]
            return AuthorizationAnswer(
                state=_STATES.get(decision.action, AuthorizationState.PENDED),
                number=decision.authorization,
                reasons=decision.reasons,
                rejections=rejections,
                expires=min(expires, default=None),
            )
    return AuthorizationAnswer(state=AuthorizationState.REQUESTED, rejections=rejections or ("unreadable",))


def is_silence(found: AuthorizationAnswer) -> bool:
    """Whether the payer only could not answer now: it is asked again."""
    return found.state is AuthorizationState.REQUESTED and bool(_SILENT & set(found.rejections))


def _person(who: Person, entity: str, member_id: str) -> x12.ReviewParty:
    return x12.ReviewParty(
        entity=entity,
        entity_type="1",
        last_name=who.last_name,
        first_name=who.first_name,
        id_qualifier="MI" if member_id else "",
        identifier=member_id,
        birth_date=who.birth_date,
        sex=who.sex if who.birth_date else "",
    )
