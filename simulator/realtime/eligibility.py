"""270 answered by 271: is this member covered, and what does the plan leave to the patient."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import x12
from simulator.adjudication.pricing import deductible_remaining_cents
from simulator.persona import Persona

HEALTH_PLAN, OFFICE_VISIT = "30", "98"
"""EB03 service types: the plan as a whole, and a professional visit in the office."""
INVALID_MEMBER_ID, NOT_FOUND, UNKNOWN_PAYER = "72", "75", "79"
"""AAA03."""


def eligibility_response(
    inquiry: x12.EligibilityInquiry, personas: dict[str, Persona], now: datetime
) -> x12.EligibilityResponse:
    """The 271 to a 270: the same tree, with benefits or a rejection for each person asked about."""
    return x12.EligibilityResponse(
        reference=inquiry.reference,
        date=now.date(),
        time=now.time().replace(second=0, microsecond=0, tzinfo=None),
        sources=tuple(_source(source, personas) for source in inquiry.sources),
    )


def _source(source: x12.InformationSource, personas: dict[str, Persona]) -> x12.InformationSource:
    persona = personas.get(source.party.identifier.upper())
    if persona is None:
        rejection = x12.Rejection(valid="N", reason=UNKNOWN_PAYER, follow_up="C")
        return replace(source, party_rejections=(rejection,), receivers=())
    party = replace(source.party, last_name=persona.name)
    receivers = tuple(
        replace(
            receiver,
            subscribers=tuple(_subscriber(subscriber, persona) for subscriber in receiver.subscribers),
        )
        for receiver in source.receivers
    )
    return replace(source, party=party, receivers=receivers)


def _subscriber(subscriber: x12.Member, persona: Persona) -> x12.Member:
    member_id = subscriber.person.identifier
    if subscriber.dependents:
        dependents = tuple(_answered(person, persona, member_id) for person in subscriber.dependents)
        return replace(subscriber, traces=_echoed(subscriber), questions=(), dependents=dependents)
    return _answered(subscriber, persona, member_id)


def _answered(member: x12.Member, persona: Persona, member_id: str) -> x12.Member:
    answer = replace(member, traces=_echoed(member), questions=())
    if not re.fullmatch(persona.members.shape, member_id):
        return replace(answer, rejections=(x12.Rejection(reason=INVALID_MEMBER_ID, follow_up="C"),))
    if re.fullmatch(persona.members.unknown, member_id):
        return replace(answer, rejections=(x12.Rejection(reason=NOT_FOUND, follow_up="C"),))
    if re.fullmatch(persona.members.terminated, member_id):
        return replace(answer, benefits=(x12.Benefit(information="6", service_types=(HEALTH_PLAN,)),))
    return replace(answer, benefits=_benefits(persona, member_id))


def _echoed(member: x12.Member) -> tuple[x12.Trace, ...]:
    return tuple(replace(trace, type_code="2") for trace in member.traces)


def _benefits(persona: Persona, member_id: str) -> tuple[x12.Benefit, ...]:
    share = persona.share
    benefits = [
        x12.Benefit(
            information="1",
            service_types=(HEALTH_PLAN,),
            insurance_type=persona.insurance_type,
            plan=persona.plan,
        ),
        _individual("C", HEALTH_PLAN, period="23", amount_cents=share.deductible_cents),
        _individual("C", HEALTH_PLAN, period="29", amount_cents=deductible_remaining_cents(persona, member_id)),
    ]
    if share.coinsurance_percent:
        percent = Decimal(share.coinsurance_percent) / 100
        benefits.append(_individual("A", HEALTH_PLAN, percent=percent))
    if share.copay_cents:
        benefits.append(_individual("B", OFFICE_VISIT, amount_cents=share.copay_cents))
    return tuple(benefits)


def _individual(
    information: str,
    service_type: str,
    *,
    period: str = "",
    amount_cents: int | None = None,
    percent: Decimal | None = None,
) -> x12.Benefit:
    return x12.Benefit(
        information=information,
        coverage_level="IND",
        service_types=(service_type,),
        period=period,
        amount_cents=amount_cents,
        percent=percent,
        in_network="Y",
    )
