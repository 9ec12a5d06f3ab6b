"""The 277CA: each claim of a received 837P or 837I taken into adjudication or refused."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby

import x12
from simulator.adjudication.front_door import Refusal, is_npi
from simulator.claim import SubmittedClaim
from simulator.persona import Persona
from simulator.wire.envelope import OUR_ID


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimReceipt:
    """What happened to one claim at the door: refused, or taken under the payer's number."""

    claim: SubmittedClaim
    refusal: Refusal | None
    icn: str = ""


def claim_acknowledgement(
    persona: Persona | None,
    submission: x12.ProfessionalClaims | x12.InstitutionalClaims,
    receipts: Iterable[ClaimReceipt],
    received_on: date,
    now: datetime,
) -> x12.ClaimAcknowledgement:
    """One 277CA for the claims of one payer in one 837 set; the clearinghouse speaks for unknown payers."""
    receipts = tuple(receipts)
    batch = submission.reference
    trace = x12.Trace(type_code="1", number=f"277CA{batch}"[:50])
    when = (
        x12.DateOrPeriod(qualifier="050", start=received_on),
        x12.DateOrPeriod(qualifier="009", start=now.date()),
    )
    receiver = x12.StatusReceiver(
        party=x12.Party(
            entity="41",
            entity_type=submission.submitter.entity_type,
            last_name=submission.submitter.last_name,
            id_qualifier="46",
            identifier=submission.submitter.identifier,
        ),
        levels=(_level(x12.Trace(type_code="2", number=batch), receipts, "90", "AA", now.date()),),
        providers=tuple(_providers(batch, receipts, now.date())),
    )
    source = x12.StatusSource(
        party=_source(persona), levels=(x12.LevelStatus(trace=trace, dates=when),), receivers=(receiver,)
    )
    return x12.ClaimAcknowledgement(
        reference=batch,
        date=now.date(),
        time=now.time().replace(second=0, microsecond=0, tzinfo=None),
        sources=(source,),
    )


def _source(persona: Persona | None) -> x12.Party:
    if persona is None:
        name, identifier, entity = "SIMULATED CLEARINGHOUSE", OUR_ID, "AY"
        return x12.Party(entity=entity, last_name=name, id_qualifier="46", identifier=identifier)
    return x12.Party(entity="PR", last_name=persona.name, id_qualifier="PI", identifier=persona.code)


def _level(
    trace: x12.Trace, receipts: tuple[ClaimReceipt, ...], taken_code: str, refused_code: str, today: date | None = None
) -> x12.LevelStatus:
    """2200B, or without a date 2200C: how many claims, and of what charge, were taken and refused."""
    taken = [receipt for receipt in receipts if receipt.refusal is None]
    refused = [receipt for receipt in receipts if receipt.refusal is not None]
    counts = ((taken_code, len(taken)), (refused_code, len(refused)))
    sums = (("YU", taken), ("YY", refused))
    status = x12.Status(
        codes=(x12.StatusCode(category="A1", status="19", entity="PR"),),
        effective_date=today,
        action="WQ",
        charge_cents=sum(receipt.claim.charge_cents for receipt in receipts),
    )
    return x12.LevelStatus(
        trace=trace,
        statuses=(status,),
        quantities=tuple(
            x12.Quantity(qualifier=qualifier, quantity=Decimal(count)) for qualifier, count in counts if count
        ),
        amounts=tuple(
            x12.Amount(qualifier=qualifier, amount_cents=sum(r.claim.charge_cents for r in members))
            for qualifier, members in sums
            if members
        ),
    )


def _providers(batch: str, receipts: tuple[ClaimReceipt, ...], today: date) -> Iterable[x12.StatusProvider]:
    for (_, _), members in groupby(receipts, key=lambda r: (r.claim.payee, r.claim.billing_name)):
        own = tuple(members)
        claim = own[0].claim
        npi = is_npi(claim.billing_npi)
        yield x12.StatusProvider(
            parties=(
                x12.Party(
                    entity="85",
                    last_name=claim.billing_name,
                    id_qualifier="XX" if npi else "FI",
                    identifier=claim.billing_npi if npi else claim.billing_tax_id,
                ),
            ),
            levels=(_level(x12.Trace(type_code="1", number=batch), own, "QA", "QC"),),
            patients=tuple(_patient(receipt, today) for receipt in own),
        )


def _patient(receipt: ClaimReceipt, today: date) -> x12.StatusPatient:
    claim = receipt.claim
    first, last = claim.first_service, claim.last_service
    references = (x12.Reference(qualifier="1K", value=receipt.icn),) if receipt.icn else ()
    answer = x12.ClaimStatus(
        trace=x12.Trace(type_code="2", number=claim.control_number),
        statuses=(_status(receipt, today),),
        references=references,
        dates=(x12.DateOrPeriod(qualifier="472", start=first, end=last if last != first else None),),
    )
    return x12.StatusPatient(
        person=x12.Party(
            entity="QC",
            entity_type="1",
            last_name=claim.patient.last_name,
            first_name=claim.patient.first_name,
            middle_name=claim.patient.middle_name,
            id_qualifier="MI",
            identifier=claim.member_id or "UNKNOWN",
        ),
        claims=(answer,),
    )


def _status(receipt: ClaimReceipt, today: date) -> x12.Status:
    refusal = receipt.refusal
    if refusal is None:
        code = x12.StatusCode(category="A2", status="20", entity="PR")
    else:
        code = x12.StatusCode(category=refusal.category, status=refusal.status, entity=refusal.entity)
    return x12.Status(
        codes=(code,),
        effective_date=today,
        action="WQ" if refusal is None else "U",
        charge_cents=receipt.claim.charge_cents,
    )
