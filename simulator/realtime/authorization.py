"""278 answered by 278: does this payer want to be asked, and what does it say."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

import x12
from simulator.derivation import derived_choice
from simulator.persona import Persona
from simulator.realtime.eligibility import INVALID_MEMBER_ID, NOT_FOUND, REJECTED_BY_ENDING, UNKNOWN_PAYER

PENDED_ENDING = "P44"
"""A request for a member with this ending is looked at by a nurse of the payer's, who answers by telephone."""
NOT_COVERED_REASON = "0V"
_DIGITS = tuple(range(10))


def authorization_response(
    request: x12.ServicesReviewRequest, personas: dict[str, Persona], now: datetime
) -> x12.ServicesReviewResponse:
    """The answer to a request: the same tree, each event with its decision."""
    return x12.ServicesReviewResponse(
        reference=request.reference,
        date=now.date(),
        time=now.time().replace(second=0, microsecond=0, tzinfo=None),
        transaction_type="18",
        organizations=tuple(_organization(one, personas) for one in request.organizations),
    )


def _organization(asked: x12.ReviewOrganization, personas: dict[str, Persona]) -> x12.ReviewOrganization:
    persona = personas.get(asked.party.identifier.upper())
    if persona is None:
        rejected = replace(asked.party, rejections=(x12.Rejection(valid="N", reason=UNKNOWN_PAYER, follow_up="C"),))
        return replace(asked, party=rejected, requesters=())
    requesters = tuple(
        replace(one, subscribers=tuple(_subscriber(patient, persona) for patient in one.subscribers))
        for one in asked.requesters
    )
    return replace(asked, requesters=requesters)


def _subscriber(patient: x12.ReviewPatient, persona: Persona) -> x12.ReviewPatient:
    member_id = patient.person.identifier
    reason = _rejection(persona, member_id)
    if reason:
        valid, follow_up = ("Y", "R") if reason == "42" else ("N", "C")
        rejection = x12.Rejection(valid=valid, reason=reason, follow_up=follow_up)
        return replace(patient, person=replace(patient.person, rejections=(rejection,)), events=(), dependents=())
    return replace(
        patient,
        events=tuple(_event(event, persona, member_id) for event in patient.events),
        dependents=tuple(
            replace(one, events=tuple(_event(event, persona, member_id) for event in one.events))
            for one in patient.dependents
        ),
    )


def _rejection(persona: Persona, member_id: str) -> str:
    if not re.fullmatch(persona.members.shape, member_id):
        return INVALID_MEMBER_ID
    if re.fullmatch(persona.members.unknown, member_id):
        return NOT_FOUND
    return REJECTED_BY_ENDING.get(member_id[-3:], "")


def _event(event: x12.PatientEvent, persona: Persona, member_id: str) -> x12.PatientEvent:
    procedures = [service.professional.procedure.code for service in event.services if service.professional]
    traces = tuple(replace(trace, type_code="2") for trace in event.traces)
    return replace(event, traces=traces, decision=_decision(persona, member_id, procedures, traces))


def _decision(
    persona: Persona, member_id: str, procedures: list[str], traces: tuple[x12.Trace, ...]
) -> x12.ReviewDecision:
    if any(code in persona.policy.not_covered for code in procedures):
        return x12.ReviewDecision(action="A3", reasons=(NOT_COVERED_REASON,))
    if not any(code in persona.policy.needs_authorization for code in procedures):
        return x12.ReviewDecision(action="NA")
    if member_id.endswith(PENDED_ENDING):
        return x12.ReviewDecision(action="A4")
    name = traces[0].number if traces else member_id
    digits = "".join(str(derived_choice(_DIGITS, persona.code, name, f"authorization {at}")) for at in range(6))
    return x12.ReviewDecision(action="A1", authorization=f"AU{digits}")
