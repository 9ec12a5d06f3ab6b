"""An 835 transaction set in the domain's terms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from domain.remittance.keys import normalised_hash
from domain.remittance.remittance import (
    Adjustment,
    ProviderAdjustment,
    Remittance,
    RemittedClaim,
    RemittedLine,
)
from edi.errors import UnexpectedContent
from edi.remittance_rows import rows
from x12.envelope.model import TransactionSet
from x12.transactions.parts import Adjustment as X12Adjustment
from x12.transactions.remittance import ClaimPayment, RemittanceLine
from x12.transactions.remittance import Remittance as X12Remittance

_SERVICE_DATES = ("472", "150", "151")
"""DTM01 of loop 2110: a service on one day, or the begin and end of a period."""
_STATEMENT_FROM = "232"
"""DTM01 of loop 2100: the first day of the claim."""


def read(transaction: TransactionSet) -> Remittance:
    """Translate one ST of an 835. ``ordinal`` counts equal CLP loops of this TRN, from 1.

    Raises:
        UnexpectedContent: the transaction set is no 835, or could not be read.
    """
    content = transaction.content
    if not isinstance(content, X12Remittance):
        raise UnexpectedContent(f"ST {transaction.control_number} is {transaction.kind or 'unreadable'}, not an 835")
    seen: Counter[str] = Counter()
    claims: list[RemittedClaim] = []
    for claim in content.claims:
        content_hash = normalised_hash(rows(claim))
        seen[content_hash] += 1
        claims.append(_claim(claim, content_hash, seen[content_hash]))
    payment = content.payment
    return Remittance(
        handling=payment.handling,
        payment_cents=payment.amount_cents,
        payment_method=payment.method,
        payment_date=payment.effective_date,
        trace_number=content.trace.number,
        payer_identifier=content.trace.originator,
        payer_name=content.payer.last_name,
        payee_npi=content.payee.npi or content.payee.identifier,
        control_number=transaction.control_number,
        debit=payment.credit_or_debit == "D",
        claims=tuple(claims),
        provider_adjustments=tuple(
            ProviderAdjustment(reason=entry.reason, reference=entry.reference, amount_cents=entry.amount_cents)
            for entry in content.provider_adjustments
        ),
    )


def _claim(claim: ClaimPayment, content_hash: str, ordinal: int) -> RemittedClaim:
    return RemittedClaim(
        control_number=claim.claim_id,
        status=claim.status,
        charge_cents=claim.charge_cents,
        paid_cents=claim.paid_cents,
        patient_responsibility_cents=claim.patient_responsibility_cents or 0,
        payer_control_number=claim.payer_claim_number,
        adjustments=_adjustments(claim.adjustments),
        lines=tuple(_line(line, claim) for line in claim.lines),
        remarks=claim.remark_codes,
        content_hash=content_hash,
        ordinal=ordinal,
        member_id=_member_id(claim),
        statement_from=next((when.start for when in claim.dates if when.qualifier == _STATEMENT_FROM), None),
        position=claim.position,
    )


def _member_id(claim: ClaimPayment) -> str:
    """The subscriber's number (NM1*IL), which the payer sends where the patient is not the subscriber."""
    named = (claim.name(entity) for entity in ("IL", "QC"))
    return next((party.identifier for party in named if party is not None and party.identifier), "")


def _line(line: RemittanceLine, claim: ClaimPayment) -> RemittedLine:
    # What was billed finds our line; what was paid may be another code (bundled or changed by the payer).
    billed = line.submitted_procedure or line.procedure
    dates = {when.qualifier: when.start for when in (*reversed(claim.dates), *reversed(line.dates))}
    service_date = next((dates[name] for name in (*_SERVICE_DATES, _STATEMENT_FROM) if name in dates), None)
    return RemittedLine(
        procedure=billed.code,
        modifiers=billed.modifiers,
        charge_cents=line.charge_cents,
        paid_cents=line.paid_cents,
        adjustments=_adjustments(line.adjustments),
        line_control_number=line.control_number,
        remarks=line.remark_codes,
        service_date=service_date,
        position=line.position,
    )


def _adjustments(adjustments: Iterable[X12Adjustment]) -> tuple[Adjustment, ...]:
    return tuple(
        Adjustment(group=entry.group, reason=entry.reason, amount_cents=entry.amount_cents) for entry in adjustments
    )
