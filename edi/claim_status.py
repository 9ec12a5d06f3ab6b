"""Claim status: our question (276) and the payer's answer (277), 005010X212."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from domain.claim.claim import ClaimForSubmission
from domain.claim.status import StatusAnswer, StatusKind
from domain.people.parties import Person
from edi import parties
from edi.envelope import ControlNumbers, seal
from edi.status_categories import BY_PAYMENT, status_categories
from x12.reading import read_file
from x12.transactions.claim_status import (
    ClaimStatus,
    ClaimStatusRequest,
    ClaimStatusResponse,
    Status,
    StatusPatient,
    StatusProvider,
    StatusReceiver,
    StatusSource,
)
from x12.transactions.parts import Amount, DateOrPeriod, Party, Reference, Trace

_MOST_FINAL_FIRST = (
    StatusKind.FINALISED_PAID,
    StatusKind.FINALISED_DENIED,
    StatusKind.NEEDS_INFORMATION,
    StatusKind.PENDING,
    StatusKind.NOT_FOUND,
    StatusKind.ERROR,
)


def question(
    claim: ClaimForSubmission,
    *,
    payer_control_number: str = "",
    reference: str,
    control_numbers: ControlNumbers,
    at: datetime,
    usage: Literal["T", "P"],
) -> bytes:
    """A 276 about one attempt: by our CLM01 (REF*EJ), its charge and dates, and the payer's number if known.

    ``reference`` comes back in TRN02: a surrogate number, no protected data.

    Raises:
        X12Invalid: a value cannot be written.
    """
    content = claim.content
    coverage = claim.coverage
    references = [Reference(qualifier="EJ", value=claim.control_number)]
    if payer_control_number:
        references.insert(0, Reference(qualifier="1K", value=payer_control_number))
    last = max(line.service_to or line.service_from for line in content.lines)
    asked = ClaimStatus(
        trace=Trace(number=reference),
        references=tuple(references),
        amounts=(Amount(qualifier="T3", amount_cents=content.charge_cents),),
        dates=(
            DateOrPeriod(
                qualifier="472",
                start=content.first_service,
                end=last if last != content.first_service else None,
            ),
        ),
    )
    insured = _name(parties.person(coverage.subscriber, "IL", member_id=coverage.member_id))
    if coverage.relationship == parties.SELF:
        patient = _patient(insured, claim.patient, asked)
    else:
        dependent = _patient(_name(parties.person(claim.patient, "QC")), claim.patient, asked)
        patient = StatusPatient(person=insured, dependents=(dependent,))
    provider = claim.provider
    moment = at.time().replace(second=0, microsecond=0, tzinfo=None)
    request = ClaimStatusRequest(
        reference=reference,
        date=at.date(),
        time=moment,
        sources=(
            StatusSource(
                party=parties.payer(coverage.payer),
                receivers=(
                    StatusReceiver(
                        party=Party(
                            entity="41",
                            last_name=provider.name,
                            id_qualifier="46",
                            identifier=provider.submitter_id,
                        ),
                        providers=(StatusProvider(parties=(parties.provider(provider, "1P"),), patients=(patient,)),),
                    ),
                ),
            ),
        ),
    )
    return seal(
        [request],
        sender=provider.submitter_id,
        receiver=coverage.payer.code,
        control_numbers=control_numbers,
        at=at,
        usage=usage,
    )


def answer(content: bytes) -> StatusAnswer:
    """What the payer said; of several claims found, the one furthest on.

    What is no readable 277 is ERROR with what came (``TA1``, ``999``, ``unreadable``) as its category.
    """
    file = read_file(content)
    response = next(
        (found.content for found in file.transactions() if isinstance(found.content, ClaimStatusResponse)),
        None,
    )
    if response is None:
        came = next((found.kind for found in file.transactions() if found.kind), "")
        if not came and any(interchange.acknowledgements for interchange in file.interchanges):
            came = "TA1"
        return StatusAnswer(kind=StatusKind.ERROR, category=came or "unreadable")
    answers = [_answer(claim, status) for _, _, _, _, claim in response.claims() for status in claim.statuses[:1]]
    if not answers:
        # 2200B and 2200C answer for all claims at once: payer down, provider unknown.
        answers = [_of_level(status) for status in _level_statuses(response)]
    if not answers:
        return StatusAnswer(kind=StatusKind.ERROR, category="unreadable")
    return min(answers, key=lambda found: _MOST_FINAL_FIRST.index(found.kind))


def _name(person: Party) -> Party:
    """2100D and 2100E carry a name and a number only."""
    return Party(
        entity=person.entity,
        entity_type=person.entity_type,
        last_name=person.last_name,
        first_name=person.first_name,
        middle_name=person.middle_name,
        id_qualifier=person.id_qualifier,
        identifier=person.identifier,
    )


def _patient(name: Party, who: Person, asked: ClaimStatus) -> StatusPatient:
    """The patient with DMG, which stands before the name; unknown sex is left out."""
    return StatusPatient(
        person=name, birth_date=who.birth_date, sex=who.sex if who.sex in ("F", "M") else "", claims=(asked,)
    )


def _answer(claim: ClaimStatus, status: Status) -> StatusAnswer:
    code = status.codes[0]
    return StatusAnswer(
        kind=_kind(status),
        category=code.category,
        code=code.status,
        entity=code.entity,
        payer_control_number=claim.payer_claim_number,
    )


def _of_level(status: Status) -> StatusAnswer:
    code = status.codes[0]
    return StatusAnswer(kind=_kind(status), category=code.category, code=code.status, entity=code.entity)


def _level_statuses(response: ClaimStatusResponse) -> list[Status]:
    return [
        status
        for source in response.sources
        for receiver in source.receivers
        for level in (
            *receiver.levels,
            *(level for provider in receiver.providers for level in provider.levels),
        )
        for status in level.statuses
    ]


def _kind(status: Status) -> StatusKind:
    category = status_categories().get(status.codes[0].category)
    if category is None:
        return StatusKind.ERROR
    if category.status == BY_PAYMENT:
        return StatusKind.FINALISED_PAID if (status.paid_cents or 0) > 0 else StatusKind.FINALISED_DENIED
    return StatusKind(category.status)
