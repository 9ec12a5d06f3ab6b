"""276 answered by 277: where a claim stands, as far as the payer knows."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import x12
from simulator.clearinghouse.decisions import standing_decision
from simulator.clearinghouse.desk import Desk
from simulator.clearinghouse.known_claims import KnownClaim, claim_by_control_number, claim_by_icn


def status_response(desk: Desk, request: x12.ClaimStatusRequest, now: datetime) -> x12.ClaimStatusResponse:
    """The 277 to a 276: the same tree, with a status for each claim asked about."""
    return x12.ClaimStatusResponse(
        reference=request.reference,
        date=now.date(),
        time=now.time().replace(second=0, microsecond=0, tzinfo=None),
        sources=tuple(_source(desk, source, now) for source in request.sources),
    )


def _source(desk: Desk, source: x12.StatusSource, now: datetime) -> x12.StatusSource:
    payer = source.party.identifier.upper()
    receivers = tuple(
        replace(
            receiver,
            providers=tuple(
                replace(
                    provider,
                    patients=tuple(_patient(desk, payer, patient, now) for patient in provider.patients),
                )
                for provider in receiver.providers
            ),
        )
        for receiver in source.receivers
    )
    return replace(source, receivers=receivers)


def _patient(desk: Desk, payer: str, patient: x12.StatusPatient, now: datetime) -> x12.StatusPatient:
    return replace(
        patient,
        birth_date=None,  # a 277 has no DMG
        sex="",
        claims=tuple(_claim(desk, payer, claim, now) for claim in patient.claims),
        dependents=tuple(_patient(desk, payer, dependent, now) for dependent in patient.dependents),
    )


def _claim(desk: Desk, payer: str, asked: x12.ClaimStatus, now: datetime) -> x12.ClaimStatus:
    known = _find(desk, payer, asked)
    status = _status(desk, known, now) if known else _answer("D0", "35", now)
    references = [x12.Reference(qualifier="1K", value=known.icn)] if known and known.icn else []
    control_number = x12.find_reference(asked.references, "EJ")
    if control_number:
        references.append(x12.Reference(qualifier="EJ", value=control_number))
    return x12.ClaimStatus(
        trace=x12.Trace(type_code="2", number=asked.trace.number),
        statuses=(status,),
        references=tuple(references),
        dates=asked.dates,
    )


def _find(desk: Desk, payer: str, asked: x12.ClaimStatus) -> KnownClaim | None:
    """By CLM01 (REF*EJ, or the trace where there is none), else by the payer's own number."""
    control_number = x12.find_reference(asked.references, "EJ") or asked.trace.number
    known = claim_by_control_number(desk, control_number, payer)
    if known is None and asked.payer_claim_number:
        known = claim_by_icn(desk, payer, asked.payer_claim_number)
    return known


def _status(desk: Desk, known: KnownClaim, now: datetime) -> x12.Status:
    charge = known.claim.charge_cents
    if known.refusal is not None:
        refusal = known.refusal
        return _answer(refusal.category, refusal.status, now, entity=refusal.entity, charge_cents=charge)
    if known.state in ("replaced", "void"):
        return _answer("F3", "101", now, charge_cents=charge, paid_cents=0)
    standing = standing_decision(desk, known)
    if standing is None or standing.state != "paid":
        return _answer("P1", "20", now, charge_cents=charge, paid_cents=0)
    verdict = standing.verdict
    answer = _answer(
        "F2" if verdict.denied else "F1",
        "585" if verdict.denied else "65",
        now,
        charge_cents=charge,
        paid_cents=verdict.paid_cents,
    )
    return replace(
        answer,
        finalized_date=standing.pay_on,
        payment_date=standing.pay_on if verdict.paid_cents else None,
        check=standing.trace if verdict.paid_cents else "",
        method="ACH" if verdict.paid_cents else "",
    )


def _answer(
    category: str,
    status: str,
    now: datetime,
    *,
    entity: str = "",
    charge_cents: int | None = None,
    paid_cents: int | None = None,
) -> x12.Status:
    return x12.Status(
        codes=(x12.StatusCode(category=category, status=status, entity=entity),),
        effective_date=now.date(),
        charge_cents=charge_cents,
        paid_cents=paid_cents,
    )
