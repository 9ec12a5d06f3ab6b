"""The 835: one payer pays one provider on one day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import x12
from simulator.adjudication.verdict import LineVerdict, Verdict
from simulator.claim import SubmittedClaim, SubmittedLine, SubmittedPerson
from simulator.persona import Persona

_STAYS = frozenset({"11", "18", "21", "41", "51"})
"""First two digits of the type of bill of inpatients: their remarks stand in MIA, those of others in MOA."""
_PART_A, _PART_B = "MA", "MB"
_BANK, _ACCOUNT = "999999992", "1000200030"
"""Routing number of no bank, and an account nobody has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidClaim:
    """A decision to be told: the claim as decided, its verdict, the payer's number."""

    claim: SubmittedClaim
    verdict: Verdict
    icn: str
    received_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderEntry:
    """One PLB entry; positive lowers the payment."""

    reason: str
    reference: str
    amount_cents: int


def remittance(
    persona: Persona,
    trace: str,
    pay_on: date,
    made_on: date,
    paid: Sequence[PaidClaim],
    provider_entries: Iterable[ProviderEntry],
) -> x12.Remittance:
    """BPR02 = sum of CLP04 less sum of PLB; the caller's entries keep it from being negative."""
    payee = paid[0].claim
    entries = tuple(provider_entries)
    amount = sum(item.verdict.paid_cents for item in paid) - sum(entry.amount_cents for entry in entries)
    return x12.Remittance(
        payment=_payment(persona, amount, pay_on),
        trace=x12.Trace(type_code="1", number=trace, originator=f"1{persona.tax_id}"),
        dates=(x12.DateOrPeriod(qualifier="405", start=made_on),),
        payer=_payer(persona),
        payee=x12.Party(
            entity="PE",
            last_name=payee.billing_name,
            id_qualifier="XX" if payee.billing_npi else "FI",
            identifier=payee.payee,
            references=(
                (x12.Reference(qualifier="TJ", value=payee.billing_tax_id),)
                if payee.billing_npi and payee.billing_tax_id
                else ()
            ),
        ),
        groups=(x12.RemittanceGroup(number=1, claims=tuple(_claim(persona, item) for item in paid)),),
        provider_adjustments=tuple(
            x12.ProviderAdjustment(
                provider=payee.payee,
                fiscal_period_end=date(pay_on.year, 12, 31),
                reason=entry.reason,
                reference=entry.reference,
                amount_cents=entry.amount_cents,
            )
            for entry in entries
        ),
    )


def _payment(persona: Persona, amount_cents: int, pay_on: date) -> x12.Payment:
    if amount_cents == 0:
        return x12.Payment(handling="H", amount_cents=0, method="NON", effective_date=pay_on)
    account = x12.BankAccount(bank_qualifier="01", bank=_BANK, account_qualifier="DA", account=_ACCOUNT)
    return x12.Payment(
        handling="I",
        amount_cents=amount_cents,
        method="ACH",
        format="CCP",
        sender_account=account,
        originator=f"1{persona.tax_id}",
        receiver_account=account,
        effective_date=pay_on,
    )


def _payer(persona: Persona) -> x12.Party:
    return x12.Party(
        entity="PR",
        last_name=persona.name,
        address=x12.Address(line1=persona.street, city=persona.city, state=persona.state, postal_code=persona.zip_code),
        references=(x12.Reference(qualifier="2U", value=persona.code),),
        contacts=(
            x12.Contact(
                function="BL",
                name="REMITTANCE DESK",
                numbers=(x12.ContactNumber(qualifier="TE", value=persona.phone),),
            ),
        ),
    )


def _claim(persona: Persona, item: PaidClaim) -> x12.ClaimPayment:
    claim, verdict = item.claim, item.verdict
    medicare = persona.filing_indicator == _PART_B
    stay = claim.is_institutional and claim.place_of_service in _STAYS
    names = [_name("QC", claim.patient, claim.member_id)]
    if claim.patient != claim.subscriber:
        names.append(_name("IL", claim.subscriber, claim.member_id))
    if claim.rendering_npi:
        names.append(x12.Party(entity="82", entity_type="1", id_qualifier="XX", identifier=claim.rendering_npi))
    return x12.ClaimPayment(
        claim_id=claim.control_number,
        status=verdict.status,
        charge_cents=verdict.charge_cents,
        paid_cents=verdict.paid_cents,
        patient_responsibility_cents=verdict.patient_cents or None,
        filing_indicator=_PART_A if claim.is_institutional and medicare else persona.filing_indicator,
        payer_claim_number=item.icn,
        facility_code=claim.place_of_service,
        frequency_code=claim.frequency,
        names=tuple(names),
        outpatient=None if not verdict.remarks or stay else x12.OutpatientAdjudication(remark_codes=verdict.remarks),
        inpatient=_inpatient(verdict.remarks) if verdict.remarks and stay else None,
        dates=(x12.DateOrPeriod(qualifier="050", start=item.received_on),),
        lines=tuple(
            _line(persona, submitted, decided) for submitted, decided in zip(claim.lines, verdict.lines, strict=True)
        ),
    )


def _inpatient(remarks: tuple[str, ...]) -> tuple[str, ...]:
    """MIA: no covered days counted; the first remark in MIA05, up to four more from MIA20 on."""
    first, *others = remarks
    return ("MIA", "0", "", "", "", first, *[""] * 14, *others[:4]) if others else ("MIA", "0", "", "", "", first)


def _name(entity: str, person: SubmittedPerson, member_id: str) -> x12.Party:
    return x12.Party(
        entity=entity,
        entity_type="1",
        last_name=person.last_name,
        first_name=person.first_name,
        middle_name=person.middle_name,
        id_qualifier="MI" if member_id else "",
        identifier=member_id,
    )


def _line(persona: Persona, line: SubmittedLine, decided: LineVerdict) -> x12.RemittanceLine:
    echoed = persona.echoes_line_numbers and line.control_number
    return x12.RemittanceLine(
        procedure=(
            x12.Procedure(code=line.procedure, modifiers=line.modifiers)
            if line.procedure
            else x12.Procedure(qualifier="NU", code=line.revenue_code)
        ),
        revenue_code=line.revenue_code if line.procedure else "",
        charge_cents=decided.charge_cents,
        paid_cents=decided.paid_cents,
        paid_units=line.quantity if line.quantity != 1 else None,
        dates=(x12.DateOrPeriod(qualifier="472", start=line.service_from),),
        adjustments=tuple(
            x12.Adjustment(group=cas.group, reason=cas.reason, amount_cents=cas.amount_cents)
            for cas in decided.adjustments
        ),
        references=(x12.Reference(qualifier="6R", value=line.control_number),) if echoed else (),
        amounts=((x12.Amount(qualifier="B6", amount_cents=decided.allowed_cents),) if decided.allowed_cents else ()),
        remark_codes=decided.remarks,
    )
