"""The payers of a walk: they read our 837P and answer with TA1, 999, 277CA and 835, written by x12."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal

import x12
from tests.walk.decision import Decision
from tests.walk.visits import PROVIDER

_BANK = x12.BankAccount(bank_qualifier="01", bank="999999992", account_qualifier="DA", account="1000200030")
_RECEIVED_AT = time(9, 30)


@dataclass(frozen=True, kw_only=True)
class Sent:
    """One attempt as the payer received it."""

    control_number: str
    payer: str
    frequency: str
    original_reference: str
    charges: tuple[int, ...]
    interchange: int
    group: int
    transaction: str
    claim: x12.ProfessionalClaim

    @property
    def slot_number(self) -> int:
        return int(self.control_number.split("-")[0])

    @property
    def attempt(self) -> int:
        return int(self.control_number.split("-")[1])

    @property
    def icn(self) -> str:
        return f"ICN{self.control_number.replace('-', 'A')}"


def read(content: bytes) -> list[Sent]:
    """The attempts of an interchange of ours, which must be valid."""
    file = x12.read_file(content)
    assert file.valid, [str(error) for error in file.all_errors()]
    interchange = file.interchanges[0]
    found = []
    for group in interchange.groups:
        for transaction in group.transactions:
            assert isinstance(transaction.content, x12.ProfessionalClaims)
            found += [
                Sent(
                    control_number=claim.claim_id,
                    payer=claim.payer.identifier,
                    frequency=claim.frequency_code,
                    original_reference=x12.find_reference(claim.references, "F8"),
                    charges=tuple(line.charge_cents for line in claim.lines),
                    interchange=interchange.header.control_number,
                    group=group.header.control_number,
                    transaction=transaction.control_number,
                    claim=claim,
                )
                for claim in transaction.content.claims
            ]
    return found


def _header(number: int, today: date) -> x12.InterchangeHeader:
    return x12.InterchangeHeader(
        sender_id="WALKPAYER",
        receiver_id=PROVIDER.submitter_id,
        control_number=number,
        date=today,
        time=_RECEIVED_AT,
        usage="T",
    )


def sealed(number: int, today: date, *contents: x12.Content) -> bytes:
    """One interchange; another ``number`` makes other bytes of the same content."""
    group = x12.GroupHeader(
        sender_code="WALKPAYER",
        receiver_code=PROVIDER.submitter_id,
        date=today,
        time=_RECEIVED_AT,
        control_number=number,
    )
    sets = tuple(
        x12.TransactionSet(control_number=f"{place:04d}", content=content)
        for place, content in enumerate(contents, start=1)
    )
    return x12.write_interchange(_header(number, today), [x12.FunctionalGroup(header=group, transactions=sets)])


def interchange_answer(sent: Sent, number: int, today: date, *, accepted: bool) -> bytes:
    """TA1."""
    told = x12.InterchangeAcknowledgement(
        control_number=sent.interchange,
        date=today,
        time=_RECEIVED_AT,
        status="A" if accepted else "R",
        note="000" if accepted else "022",
    )
    return x12.write_interchange(_header(number, today), (), [told])


def functional_answer(sent: Sent, *, accepted: bool) -> x12.ImplementationAcknowledgement:
    """999."""
    status = "A" if accepted else "R"
    return x12.ImplementationAcknowledgement(
        functional_id="HC",
        control_number=sent.group,
        version="005010X222A1",
        transactions=(
            x12.TransactionAcknowledgement(
                transaction="837",
                control_number=sent.transaction,
                version="005010X222A1",
                status=status,
                codes=() if accepted else ("5",),
            ),
        ),
        status=status,
        included=1,
        received=1,
        accepted=int(accepted),
    )


def claim_answer(sent: Sent, today: date, *, accepted: bool) -> x12.ClaimAcknowledgement:
    """277CA."""
    charge = sum(sent.charges)
    patient = sent.claim.subscriber.person
    code = x12.StatusCode(category="A2", status="20") if accepted else x12.StatusCode(category="A7", status="562")
    verdict = x12.Status(
        codes=(code,), effective_date=today, action="WQ" if accepted else "U", charge_cents=charge
    )
    answer = x12.ClaimStatus(
        trace=x12.Trace(type_code="2", number=sent.control_number),
        statuses=(verdict,),
        references=(x12.Reference(qualifier="1K", value=sent.icn),) if accepted else (),
        dates=(x12.DateOrPeriod(qualifier="472", start=sent.claim.lines[0].dates[0].start),),
    )
    level = x12.LevelStatus(
        trace=x12.Trace(type_code="2", number="BATCH"),
        statuses=(
            x12.Status(
                codes=(x12.StatusCode(category="A1", status="19", entity="PR"),),
                effective_date=today,
                action="WQ",
                charge_cents=charge,
            ),
        ),
        quantities=(x12.Quantity(qualifier="90" if accepted else "AA", quantity=Decimal(1)),),
        amounts=(x12.Amount(qualifier="YU" if accepted else "YY", amount_cents=charge),),
    )
    provider_level = x12.LevelStatus(
        trace=x12.Trace(type_code="1", number="BATCH"),
        statuses=(replace(level.statuses[0], effective_date=None),),
        quantities=(x12.Quantity(qualifier="QA" if accepted else "QC", quantity=Decimal(1)),),
        amounts=level.amounts,
    )
    provider = x12.StatusProvider(
        parties=(
            x12.Party(entity="85", last_name=PROVIDER.name, id_qualifier="XX", identifier=PROVIDER.npi),
        ),
        levels=(provider_level,),
        patients=(
            x12.StatusPatient(
                person=x12.Party(
                    entity="QC",
                    entity_type="1",
                    last_name=patient.last_name,
                    first_name=patient.first_name,
                    id_qualifier="MI",
                    identifier=patient.identifier,
                ),
                claims=(answer,),
            ),
        ),
    )
    receiver = x12.StatusReceiver(
        party=x12.Party(entity="41", last_name=PROVIDER.name, id_qualifier="46", identifier=PROVIDER.submitter_id),
        levels=(level,),
        providers=(provider,),
    )
    source = x12.StatusSource(
        party=x12.Party(entity="PR", last_name="PAYER OF THE WALK", id_qualifier="PI", identifier=sent.payer),
        levels=(
            x12.LevelStatus(
                trace=x12.Trace(type_code="1", number=f"CA{sent.control_number}"),
                dates=(
                    x12.DateOrPeriod(qualifier="050", start=today),
                    x12.DateOrPeriod(qualifier="009", start=today),
                ),
            ),
        ),
        receivers=(receiver,),
    )
    return x12.ClaimAcknowledgement(reference="BATCH", date=today, time=_RECEIVED_AT, sources=(source,))


def remittance(decisions: Sequence[Decision], sent: Sent, pay_on: date) -> x12.Remittance:
    """835 for decisions of one trace; what it takes back beyond what it pays is carried forward (PLB FB)."""
    total = sum(decision.paid for decision in decisions)
    amount = max(total, 0)
    forwarded: tuple[x12.ProviderAdjustment, ...] = ()
    if total < 0:
        forwarded = (
            x12.ProviderAdjustment(
                provider=PROVIDER.npi,
                fiscal_period_end=date(pay_on.year, 12, 31),
                reason="FB",
                reference=decisions[0].icn,
                amount_cents=total,
            ),
        )
    payment = x12.Payment(handling="H", amount_cents=0, method="NON", effective_date=pay_on)
    if amount:
        payment = x12.Payment(
            handling="I",
            amount_cents=amount,
            method="ACH",
            format="CCP",
            sender_account=_BANK,
            originator="1990000001",
            receiver_account=_BANK,
            effective_date=pay_on,
        )
    return x12.Remittance(
        payment=payment,
        trace=x12.Trace(type_code="1", number=decisions[0].trace, originator="1990000001"),
        dates=(x12.DateOrPeriod(qualifier="405", start=pay_on),),
        payer=x12.Party(
            entity="PR",
            last_name="PAYER OF THE WALK",
            address=x12.Address(line1="1 MAIN STREET", city="ALBANY", state="NY", postal_code="122070001"),
            references=(x12.Reference(qualifier="2U", value=sent.payer),),
            contacts=(
                x12.Contact(
                    function="BL", name="DESK", numbers=(x12.ContactNumber(qualifier="TE", value="5185550199"),)
                ),
            ),
        ),
        payee=x12.Party(entity="PE", last_name=PROVIDER.name, id_qualifier="XX", identifier=PROVIDER.npi),
        groups=(x12.RemittanceGroup(number=1, claims=tuple(_paid(d, sent) for d in decisions)),),
        provider_adjustments=forwarded,
    )


def _paid(decision: Decision, sent: Sent) -> x12.ClaimPayment:
    patient = sent.claim.subscriber.person
    return x12.ClaimPayment(
        claim_id=decision.control_number,
        status=decision.status,
        charge_cents=decision.charge,
        paid_cents=decision.paid,
        patient_responsibility_cents=decision.patient or None,
        filing_indicator="12",
        payer_claim_number=decision.icn,
        facility_code="11",
        frequency_code=sent.frequency,
        names=(
            x12.Party(
                entity="QC", entity_type="1", last_name=patient.last_name, first_name=patient.first_name,
                id_qualifier="MI", identifier=patient.identifier,
            ),
        ),
        outpatient=x12.OutpatientAdjudication(remark_codes=decision.remarks) if decision.remarks else None,
        lines=tuple(_lines(decision, sent)),
    )  # fmt: skip


def _lines(decision: Decision, sent: Sent) -> Iterable[x12.RemittanceLine]:
    for decided, billed in zip(decision.lines, sent.claim.lines, strict=True):
        yield x12.RemittanceLine(
            procedure=billed.procedure,
            charge_cents=decision.sign * decided.charge,
            paid_cents=decision.sign * decided.paid,
            dates=(x12.DateOrPeriod(qualifier="472", start=billed.dates[0].start),),
            adjustments=tuple(
                x12.Adjustment(group=group, reason=reason, amount_cents=decision.sign * cents)
                for group, reason, cents in decided.adjustments
            ),
        )


def lockbox(lines: Iterable[tuple[str, str, int, int]], received: datetime, *, blank_lines: int = 0) -> bytes:
    """The bank's file: deposit, check, account, cents."""
    rows = ["deposit,check_number,account,statement,amount_cents,received_on"]
    rows += [f"{deposit},{check},{account},,{cents},{received:%Y-%m-%d}" for deposit, check, account, cents in lines]
    return ("\n".join(rows) + "\n" * (1 + blank_lines)).encode()
