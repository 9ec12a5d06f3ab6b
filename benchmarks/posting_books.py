"""The books of the posting benchmark: claims that were sent and charged, and the 835 that answers them."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time
from decimal import Decimal

from sqlalchemy.orm import Session

import x12
from domain.claim.claim import ClaimContent, ServiceLine
from domain.claim.submission import claim_control_number
from domain.coverage.coverage import Coverage, Payer, PayerKind
from domain.ledger.planning import plan_charge
from domain.people.parties import Address, Person
from edi.envelope import ControlNumbers, seal
from storage import ledger
from storage.bulk import insert_rows
from storage.ledger import NewPosting
from storage.models import Account, Claim, ClaimVersion, EncounterRow, Organisation, Patient, PayerRow, Submission
from storage.serialise import to_json

TODAY = date(2026, 3, 20)
NOW = datetime(2026, 3, 20, 15, 0, tzinfo=UTC)
SERVED = date(2026, 3, 2)
LINES = 3
_PROCEDURES = ("99213", "99214", "36415", "80053", "93000", "71046", "20610")
_PAYER = Payer(code="PPO01", name="EVERGREEN PPO", kind=PayerKind.COMMERCIAL, filing_indicator="12")
_HOME = Address(street="12 ELM STREET", city="ALBANY", state="NY", zip_code="122071234")


def organisation(session: Session) -> int:
    """A practice with its payer."""
    practice = Organisation(name="Elm Street Family Practice", provider={})
    session.add(practice)
    session.flush()
    session.add(
        PayerRow(
            organisation_id=practice.id, code=_PAYER.code, name=_PAYER.name, kind=_PAYER.kind.value,
            filing_indicator=_PAYER.filing_indicator,
        )
    )  # fmt: skip
    session.flush()
    return practice.id


def sent_claims(session: Session, organisation_id: int, count: int, seed: int) -> list[tuple[int, ClaimContent]]:
    """Claims of as many patients, each with one attempt at the payer and its charge in the ledger."""
    chance = random.Random(seed)
    own = {"organisation_id": organisation_id}
    accounts = insert_rows(session, Account, [own | {"guarantor": {}} for _ in range(count)], returning=("number",))
    patients = insert_rows(
        session,
        Patient,
        [
            own | {"account_number": row.number, "identity_key": f"{seed}-{row.number}", "person": {}}
            for row in accounts
        ],
        returning=("id", "account_number"),
    )
    visits = insert_rows(
        session,
        EncounterRow,
        [
            own | {"patient_id": row.id, "source_key": f"{seed}-{row.id}", "source_reference": "", "provider": {},
                   "service_date": SERVED, "original": {}}
            for row in patients
        ],
        returning=("id", "patient_id"),
    )  # fmt: skip
    account_of = {row.id: row.account_number for row in patients}
    claims = insert_rows(
        session,
        Claim,
        [
            own | {"encounter_id": row.id, "patient_id": row.patient_id, "account_number": account_of[row.patient_id],
                   "payer_code": _PAYER.code, "payer_kind": _PAYER.kind.value, "stage": "with_payer", "owes": "payer",
                   "service_date": SERVED, "opened_on": SERVED, "next_at": NOW, "owner": "system"}
            for row in visits
        ],
        returning=("number", "account_number"),
    )  # fmt: skip
    contents = [(row.number, row.account_number, _content(chance, row.number)) for row in claims]
    insert_rows(
        session,
        ClaimVersion,
        [
            own | {"claim_number": number, "version": 1, "content": to_json(content), "by": "desk",
                   "reason": "check-in", "changes": {}, "business_date": SERVED}
            for number, _, content in contents
        ],
    )  # fmt: skip
    insert_rows(
        session,
        Submission,
        [
            own | {"claim_number": number, "attempt": 1, "control_number": claim_control_number(number, 1),
                   "payer_code": _PAYER.code, "frequency": "1", "version": 1, "state": "sent", "ready_on": SERVED}
            for number, _, _ in contents
        ],
    )  # fmt: skip
    ledger.post_all(
        session,
        organisation_id,
        [
            NewPosting(
                key=f"charge:{number}", kind="charge", cites="CLM02", by="desk", business_date=SERVED,
                legs=plan_charge(content.charge_cents, number, account),
            )
            for number, account, content in contents
        ],
    )  # fmt: skip
    return [(number, content) for number, _, content in contents]


def _content(chance: random.Random, number: int) -> ClaimContent:
    patient = Person(
        last_name=f"TESTPATIENT{number}", first_name="ANN", birth_date=date(1970, 5, 4), sex="F", address=_HOME
    )
    return ClaimContent(
        diagnoses=("E119", "I10"),
        lines=tuple(
            ServiceLine(
                number=at,
                procedure=chance.choice(_PROCEDURES),
                charge_cents=chance.randint(40, 400) * 100,
                service_from=SERVED,
            )
            for at in range(1, LINES + 1)
        ),
        place_of_service="11",
        coverage=Coverage(payer=_PAYER, member_id=f"W{number:09}", relationship="18", subscriber=patient),
    )


def remittance(claims: list[tuple[int, ClaimContent]], trace: str, interchange: int) -> bytes:
    """One 835 that pays every claim: each line reduced by contract, the first with a copay, some with coinsurance."""
    loops = tuple(_paid(number, content) for number, content in claims)
    account = x12.BankAccount(bank_qualifier="01", bank="999999992", account_qualifier="DA", account="1000200030")
    content = x12.Remittance(
        payment=x12.Payment(
            handling="I", amount_cents=sum(loop.paid_cents for loop in loops), method="ACH", format="CCP",
            sender_account=account, originator="1999999999", receiver_account=account, effective_date=TODAY,
        ),
        trace=x12.Trace(number=trace, originator="1999999999"),
        dates=(x12.DateOrPeriod(qualifier="405", start=TODAY),),
        payer=x12.Party(
            entity="PR", last_name=_PAYER.name,
            address=x12.Address(line1="1 HILL ROAD", city="ALBANY", state="NY", postal_code="12207"),
            contacts=(x12.Contact(function="BL", numbers=(x12.ContactNumber(qualifier="TE", value="5185550100"),)),),
        ),
        payee=x12.Party(entity="PE", last_name="ELM STREET", id_qualifier="XX", identifier="1234567893"),
        groups=(x12.RemittanceGroup(claims=loops),),
    )  # fmt: skip
    return seal(
        [content],
        sender="PPO01",
        receiver="ELM01",
        control_numbers=ControlNumbers(interchange=interchange, group=interchange, transactions=(1,)),
        at=datetime.combine(TODAY, time(9, 30)),
        usage="T",
    )


def _paid(number: int, content: ClaimContent) -> x12.ClaimPayment:
    lines = tuple(_paid_line(number, line) for line in content.lines)
    patient = sum(a.amount_cents for line in lines for a in line.adjustments if a.group == "PR")
    return x12.ClaimPayment(
        claim_id=claim_control_number(number, 1),
        status="1",
        charge_cents=content.charge_cents,
        paid_cents=sum(line.paid_cents for line in lines),
        patient_responsibility_cents=patient,
        filing_indicator="12",
        payer_claim_number=f"ICN{number}",
        facility_code="11",
        frequency_code="1",
        names=(
            x12.Party(
                entity="QC", entity_type="1", last_name=content.coverage.subscriber.last_name, first_name="ANN",
                id_qualifier="MI", identifier=content.coverage.member_id,
            ),
        ),
        lines=lines,
    )  # fmt: skip


def _paid_line(number: int, line: ServiceLine) -> x12.RemittanceLine:
    reduced = line.charge_cents // 4
    share = 2_500 if line.number == 1 else line.charge_cents // 10 if number % 4 == 0 else 0
    adjustments = [x12.Adjustment(group="CO", reason="45", amount_cents=reduced)]
    if share:
        adjustments.append(x12.Adjustment(group="PR", reason="3" if line.number == 1 else "2", amount_cents=share))
    return x12.RemittanceLine(
        procedure=x12.Procedure(code=line.procedure),
        charge_cents=line.charge_cents,
        paid_cents=line.charge_cents - reduced - share,
        paid_units=Decimal(1),
        dates=(x12.DateOrPeriod(qualifier="472", start=line.service_from),),
        adjustments=tuple(adjustments),
        references=(x12.Reference(qualifier="6R", value=str(line.number)),),
    )
