"""270 answered by 271: is this member covered, and what does the plan leave to the patient."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import x12
from simulator.adjudication.pricing import deductible_remaining_cents
from simulator.persona import Persona

HEALTH_PLAN, OFFICE_VISIT, PHYSICAL_THERAPY = "30", "98", "PT"
"""EB03 service types: the plan as a whole, a professional visit in the office, physical therapy."""
INVALID_MEMBER_ID, NOT_FOUND, UNKNOWN_PAYER = "72", "75", "79"
"""AAA03."""
REJECTED_BY_ENDING = {"S42": "42", "D71": "71", "N73": "73"}
"""Member ids with these endings are answered by this AAA03: the payer's system is down, the birth date or the name
is not the one that it has."""
OTHER_COVERAGE_ENDING = "R88"
"""Members with this ending have another plan that pays first."""
THERAPY_VISITS = 30
FAMILY_OUT_OF_POCKET = 2
"""A family's limit, in limits of one person."""


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
    if reason := REJECTED_BY_ENDING.get(member_id[-3:]):
        valid, follow_up = ("Y", "R") if reason == "42" else ("N", "C")
        return replace(answer, rejections=(x12.Rejection(valid=valid, reason=reason, follow_up=follow_up),))
    if re.fullmatch(persona.members.terminated, member_id):
        return replace(answer, benefits=(x12.Benefit(information="6", service_types=(HEALTH_PLAN,)),))
    return replace(answer, benefits=_benefits(persona, member_id))


def _echoed(member: x12.Member) -> tuple[x12.Trace, ...]:
    return tuple(replace(trace, type_code="2") for trace in member.traces)


def _benefits(persona: Persona, member_id: str) -> tuple[x12.Benefit, ...]:
    """Active coverage, then the shares in the network, the limits, what lies outside, and who else pays."""
    active = x12.Benefit(
        information="1", service_types=(HEALTH_PLAN,), insurance_type=persona.insurance_type, plan=persona.plan
    )
    return (
        active,
        *_shares(persona, member_id),
        *_limits(persona),
        *_outside_the_network(persona),
        *_authorizations(persona),
        *_other_payers(member_id),
    )


def _shares(persona: Persona, member_id: str) -> list[x12.Benefit]:
    share = persona.share
    left = deductible_remaining_cents(persona, member_id)
    shares = [
        _share("C", HEALTH_PLAN, period="23", amount_cents=share.deductible_cents),
        _share("C", HEALTH_PLAN, period="29", amount_cents=left),
    ]
    if share.coinsurance_percent:
        shares.append(_share("A", HEALTH_PLAN, percent=Decimal(share.coinsurance_percent) / 100))
    if share.copay_cents:
        shares.append(_share("B", OFFICE_VISIT, amount_cents=share.copay_cents))
    most = out_of_pocket_cents(persona)
    if most:
        spent = share.deductible_cents - left
        shares += [
            _share("G", HEALTH_PLAN, period="23", amount_cents=most),
            _share("G", HEALTH_PLAN, period="29", amount_cents=most - spent),
            _share("G", HEALTH_PLAN, period="23", amount_cents=most * FAMILY_OUT_OF_POCKET, level="FAM"),
        ]
    return shares


def out_of_pocket_cents(persona: Persona) -> int:
    """The most that a member pays in a year: four deductibles; 0 where there is no limit, as in Medicare itself."""
    return 0 if persona.insurance_type == "MB" else persona.share.deductible_cents * 4


def _limits(persona: Persona) -> list[x12.Benefit]:
    if not persona.share.copay_cents:
        return []
    return [
        x12.Benefit(
            information="F",
            coverage_level="IND",
            service_types=(PHYSICAL_THERAPY,),
            period="23",
            quantity_qualifier="VS",
            quantity=Decimal(THERAPY_VISITS),
            in_network="Y",
            messages=("VISITS ARE COUNTED FOR PHYSICAL AND OCCUPATIONAL THERAPY TOGETHER",),
        )
    ]


def _outside_the_network(persona: Persona) -> list[x12.Benefit]:
    share = persona.share
    if persona.insurance_type == "HM":
        return [x12.Benefit(information="I", service_types=(HEALTH_PLAN,), in_network="N")]
    if not share.coinsurance_percent or persona.filing_indicator in {"MB", "MC"}:
        return []
    return [
        _share("C", HEALTH_PLAN, period="23", amount_cents=share.deductible_cents * 2, in_network="N"),
        _share("A", HEALTH_PLAN, percent=Decimal(share.coinsurance_percent * 2) / 100, in_network="N"),
    ]


def _authorizations(persona: Persona) -> list[x12.Benefit]:
    return [
        x12.Benefit(
            information="1",
            coverage_level="IND",
            authorization_required="Y",
            in_network="Y",
            procedure=x12.Procedure(qualifier="HC", code=procedure),
        )
        for procedure in persona.policy.needs_authorization
    ]


def _other_payers(member_id: str) -> list[x12.Benefit]:
    if not member_id.endswith(OTHER_COVERAGE_ENDING):
        return []
    first = x12.Party(entity="PRP", last_name="SIMULATED SUMMIT PPO", id_qualifier="PI", identifier="PPO01")
    number = x12.Reference(qualifier="1W", value="SUM900800700")
    return [
        x12.Benefit(information="R", service_types=(HEALTH_PLAN,), references=(number,), entities=(first,)),
    ]


def _share(
    information: str,
    service_type: str,
    *,
    period: str = "",
    amount_cents: int | None = None,
    percent: Decimal | None = None,
    level: str = "IND",
    in_network: str = "Y",
) -> x12.Benefit:
    return x12.Benefit(
        information=information,
        coverage_level=level,
        service_types=(service_type,),
        period=period,
        amount_cents=amount_cents,
        percent=percent,
        in_network=in_network,
    )
