"""Builds the 277CA that answers the claims of an 837."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Any

from x12.transactions.claim_status import (
    ClaimAcknowledgement,
    ClaimStatus,
    LevelStatus,
    Status,
    StatusCode,
    StatusPatient,
    StatusProvider,
    StatusReceiver,
    StatusSource,
)
from x12.transactions.institutional_claim import InstitutionalClaim, InstitutionalClaims
from x12.transactions.parts import Amount, DateOrPeriod, Party, Quantity, Reference, Trace
from x12.transactions.professional_claim import ProfessionalClaim, ProfessionalClaims

Claim = ProfessionalClaim | InstitutionalClaim
"""A claim of an 837P or an 837I."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimDecision:
    """What is said of one claim: status codes (STC01, 10, 11), accepted (STC03 WQ) or rejected (U),
    payer_claim_number REF*1K, clearinghouse_trace REF*D9, free text STC12."""

    codes: tuple[StatusCode, ...]
    accepted: bool
    payer_claim_number: str = ""
    clearinghouse_trace: str = ""
    text: str = ""


ACCEPTED = ClaimDecision(codes=(StatusCode(category="A2", status="20"),), accepted=True)


def answer_claims(
    claims: ProfessionalClaims | InstitutionalClaims,
    decide: Callable[[Any], ClaimDecision],
    *,
    source: Party,
    reference: str,
    received: date,
    processed: date,
    moment: time,
) -> ClaimAcknowledgement:
    """The 277CA of one 837P or 837I set: `decide` takes each of its claims; one provider level for each billing
    provider in order, totals of accepted and rejected claims (QTY, AMT) computed. `source` is NM1*PR or NM1*AY;
    `reference` goes to BHT03 and 2200A."""
    providers: list[tuple[Party, list[tuple[Claim, ClaimDecision]]]] = []
    for claim in claims.claims:
        billing = claim.billing_provider.provider
        if not providers or providers[-1][0] != billing:
            providers.append((billing, []))
        providers[-1][1].append((claim, decide(claim)))
    every = [pair for _, decided in providers for pair in decided]
    level = LevelStatus(
        trace=Trace(type_code="2", number=claims.reference),
        statuses=(_received(every, processed),),
        quantities=_quantities(every, "90", "AA"),
        amounts=_amounts(every),
    )  # fmt: skip
    receiver = StatusReceiver(
        party=_named(claims.submitter, "41"),
        levels=(level,),
        providers=tuple(_provider(billing, decided, processed) for billing, decided in providers),
    )
    first = LevelStatus(
        trace=Trace(type_code="1", number=reference),
        dates=(DateOrPeriod(qualifier="050", start=received), DateOrPeriod(qualifier="009", start=processed)),
    )
    return ClaimAcknowledgement(
        reference=reference, date=processed, time=moment,
        sources=(StatusSource(party=source, levels=(first,), receivers=(receiver,)),),
    )  # fmt: skip


def _received(decided: list[tuple[Claim, ClaimDecision]], processed: date | None) -> Status:
    """That the claims arrived; without a date for a provider (2200C has no STC02)."""
    codes = (StatusCode(category="A1", status="19", entity="PR"),)
    total = sum(claim.charge_cents for claim, _ in decided)
    return Status(codes=codes, effective_date=processed, action="WQ", charge_cents=total)


def _provider(billing: Party, decided: list[tuple[Claim, ClaimDecision]], processed: date) -> StatusProvider:
    level = LevelStatus(
        trace=Trace(type_code="1", number="0"), statuses=(_received(decided, None),),
        quantities=_quantities(decided, "QA", "QC"), amounts=_amounts(decided),
    )  # fmt: skip
    return StatusProvider(
        parties=(_named(billing, "85"),),
        levels=(level,),
        patients=tuple(_patient(claim, decision, processed) for claim, decision in decided),
    )


def _patient(claim: Claim, decision: ClaimDecision, processed: date) -> StatusPatient:
    person = claim.patient_or_subscriber
    member = claim.subscriber.person
    named = Party(
        entity="QC", entity_type="1", last_name=person.last_name, first_name=person.first_name,
        middle_name=person.middle_name, suffix=person.suffix,
        id_qualifier="MI", identifier=member.identifier or "UNKNOWN",  # NM109 may not be left out here
    )  # fmt: skip
    references = []
    if decision.payer_claim_number:
        references.append(Reference(qualifier="1K", value=decision.payer_claim_number))
    if decision.clearinghouse_trace:
        references.append(Reference(qualifier="D9", value=decision.clearinghouse_trace))
    if isinstance(claim, InstitutionalClaim):
        references.append(Reference(qualifier="BLT", value=claim.type_of_bill))
    status = Status(
        codes=decision.codes, effective_date=processed, action="WQ" if decision.accepted else "U",
        charge_cents=claim.charge_cents, text=decision.text,
    )  # fmt: skip
    answer = ClaimStatus(
        trace=Trace(type_code="2", number=claim.claim_id), statuses=(status,), references=tuple(references),
        dates=_service_dates(claim),
    )  # fmt: skip
    return StatusPatient(person=named, claims=(answer,))


def _service_dates(claim: Claim) -> tuple[DateOrPeriod, ...]:
    """DTP*472: the statement period of an 837I, else from the first to the last day of service."""
    days = [claim.statement_period] if isinstance(claim, InstitutionalClaim) else []
    known = [day for day in days if day] or [line.service_date for line in claim.lines if line.service_date]
    if not known:
        return ()
    first, last = min(day.start for day in known), max(day.end or day.start for day in known)
    return (DateOrPeriod(qualifier="472", start=first, end=last if last != first else None),)


def _quantities(
    decided: list[tuple[Claim, ClaimDecision]], accepted: str, rejected: str
) -> tuple[Quantity, ...]:
    good = sum(decision.accepted for _, decision in decided)
    counts = ((accepted, good), (rejected, len(decided) - good))
    return tuple(Quantity(qualifier=code, quantity=Decimal(count)) for code, count in counts if count)


def _amounts(decided: list[tuple[Claim, ClaimDecision]]) -> tuple[Amount, ...]:
    sums = {"YU": 0, "YY": 0}
    for claim, decision in decided:
        sums["YU" if decision.accepted else "YY"] += claim.charge_cents
    return tuple(Amount(qualifier=code, amount_cents=cents) for code, cents in sums.items() if cents)


def _named(party: Party, entity: str) -> Party:
    return Party(
        entity=entity, entity_type=party.entity_type, last_name=party.last_name, first_name=party.first_name,
        id_qualifier=party.id_qualifier, identifier=party.identifier,
    )  # fmt: skip
