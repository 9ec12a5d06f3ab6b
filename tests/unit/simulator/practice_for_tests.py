"""A practice that writes X12 to the simulator and reads what comes back."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import x12
from simulator.claim import OtherPayer, SubmittedClaim, SubmittedLine
from simulator.clearinghouse.day import Standing, advance
from simulator.clearinghouse.desk import Desk, Folders
from simulator.persona import load_personas
from simulator.store.database import Database
from tests.unit.simulator.claims_for_tests import RECEIVED
from tests.unit.x12 import institutional_examples as institutional
from x12.validation.balancing import remittance_imbalances

SENDER = "PRACTICE1"
MORNING = datetime(2026, 1, 12, 8, tzinfo=UTC)
"""The clearinghouse's first day."""
LATER = RECEIVED + timedelta(days=60)
ADDRESS = x12.Address(line1="1 MAIN STREET", city="DENVER", state="CO", postal_code="802020001")


@dataclass
class Practice:
    """One practice, one simulator's state folder, no servers between them."""

    state: Path
    seed: int = 5
    number: int = 0
    desk: Desk = field(init=False)

    def __post_init__(self) -> None:
        folders = Folders(state=self.state)
        folders.create()
        self.desk = Desk(database=Database(folders.database), folders=folders, seed=self.seed)
        advance(self.desk, MORNING)

    def sends(self, *claims: SubmittedClaim, control_number: int = 0) -> str:
        """Put one 837P into the inbound folder; returns its name."""
        self.number += 1
        name = f"batch-{self.number}.x12"
        content = claims_interchange(claims, control_number or self.number)
        (self.desk.folders.inbound / name).write_bytes(content)
        return name

    def sends_institutional(self, *claims: x12.InstitutionalClaim) -> None:
        """Put one 837I into the inbound folder."""
        self.number += 1
        content = _interchange(institutional.claims(*claims), self.number)
        (self.desk.folders.inbound / f"batch-{self.number}.x12").write_bytes(content)

    def mails(self, reference: str, paper: str, **fields: Any) -> None:
        """Put one paper with its manifest into the mail folder."""
        manifest = {"paper": paper, "reference": reference, "organisation": 1, **fields}
        (self.desk.folders.mail / f"{reference}.pdf").write_bytes(b"%PDF-1.4")
        (self.desk.folders.mail / f"{reference}.json").write_text(json.dumps(manifest))

    def waits_until(self, day: date) -> Standing:
        """Advance the clearinghouse day by day, as the conductor does."""
        target = datetime.combine(day, time(20), tzinfo=UTC)
        standing = advance(self.desk, self.desk.now() or target)
        while standing.next_due is not None and standing.next_due <= target:
            standing = advance(self.desk, standing.next_due)
        return advance(self.desk, target)

    def fetches(self) -> dict[str, bytes]:
        """Take every file out of the mailbox."""
        found = {path.name: path.read_bytes() for path in sorted(self.desk.folders.outbound.iterdir())}
        for name in found:
            (self.desk.folders.outbound / name).unlink()
        return found

    def reads(self) -> list[x12.Content | x12.InterchangeAcknowledgement]:
        """Take every X12 file out of the mailbox and open it."""
        found = self.fetches()
        return [part for name, content in found.items() if name.endswith(".x12") for part in parts_of(content)]

    def remittances(self) -> list[x12.Remittance]:
        """Take the mailbox and keep its 835s, by payment day."""
        found = [part for part in self.reads() if isinstance(part, x12.Remittance)]
        return sorted(found, key=lambda r: (r.payment.effective_date, r.trace.number))


def parts_of(content: bytes) -> Iterator[x12.Content | x12.InterchangeAcknowledgement]:
    """Every TA1 and every set of a file that must be valid."""
    file = x12.read_file(content)
    assert file.valid, [str(error) for error in file.all_errors()]
    for interchange in file.interchanges:
        yield from interchange.acknowledgements
    for transaction in file.transactions():
        assert transaction.content is not None
        yield transaction.content


def _interchange(content: x12.Content, control_number: int) -> bytes:
    header = x12.InterchangeHeader(
        sender_id=SENDER,
        receiver_id="CLAIMSIM",
        control_number=control_number,
        date=date(2026, 1, 12),
        time=time(9, 30),
        usage="T",
        acknowledgement_requested=True,
    )
    group = x12.GroupHeader(
        sender_code=SENDER,
        receiver_code="CLAIMSIM",
        date=header.date,
        time=header.time,
        control_number=control_number,
    )
    transaction = x12.TransactionSet(control_number="0001", content=content)
    return x12.write_interchange(
        header,
        [x12.FunctionalGroup(header=group, transactions=(transaction,))],
        codes=None,  # what the front door refuses must reach it
    )


def claims_interchange(claims: Sequence[SubmittedClaim], control_number: int) -> bytes:
    """One 837P."""
    contact = x12.Contact(name="BILLING", numbers=(x12.ContactNumber(qualifier="TE", value="3035550100"),))
    content = x12.ProfessionalClaims(
        reference=f"B{control_number}",
        date=date(2026, 1, 12),
        time=time(9, 30),
        submitter=x12.Party(
            entity="41",
            last_name="TEST FAMILY CARE",
            id_qualifier="46",
            identifier=SENDER,
            contacts=(contact,),
        ),
        receiver=x12.Party(entity="40", last_name="CLEARINGHOUSE", id_qualifier="46", identifier="CLAIMSIM"),
        claims=tuple(_claim(claim) for claim in claims),
    )
    return _interchange(content, control_number)


def _claim(claim: SubmittedClaim) -> x12.ProfessionalClaim:
    references = (
        ("F8", claim.original_reference),
        ("G1", claim.authorization_number),
        ("9F", claim.referral_number),
    )
    doctor = x12.Party(
        entity="DN",
        entity_type="1",
        last_name="REFERRER",
        first_name="ROBIN",
        id_qualifier="XX",
        identifier="1999999984",
    )
    persona = load_personas().get(claim.payer)
    return x12.ProfessionalClaim(
        billing_provider=x12.BillingProvider(
            provider=x12.Party(
                entity="85",
                last_name=claim.billing_name,
                id_qualifier="XX",
                identifier=claim.billing_npi,
                address=ADDRESS,
                references=(x12.Reference(qualifier="EI", value=claim.billing_tax_id),),
            ),
            taxonomy="207Q00000X",
        ),
        subscriber=x12.Subscriber(
            payer_responsibility=claim.sequence,
            relationship="18",
            filing_indicator=persona.filing_indicator if persona else "CI",
            person=x12.Party(
                entity="IL",
                entity_type="1",
                last_name=claim.subscriber.last_name,
                first_name=claim.subscriber.first_name,
                id_qualifier="MI",
                identifier=claim.member_id,
                address=ADDRESS,
                birth_date=claim.subscriber.birth_date,
                sex="U",
            ),
        ),
        payer=x12.Party(entity="PR", last_name="PAYER", id_qualifier="PI", identifier=claim.payer),
        claim_id=claim.control_number,
        charge_cents=claim.charge_cents,
        place_of_service=claim.place_of_service,
        frequency_code=claim.frequency,
        references=tuple(x12.Reference(qualifier=qualifier, value=value) for qualifier, value in references if value),
        diagnoses=tuple(
            x12.Diagnosis(qualifier="ABF" if position else "ABK", code=code)
            for position, code in enumerate(claim.diagnoses)
        ),
        referring_providers=(doctor,) if claim.has_referring_provider else (),
        other_coverages=tuple(_other(claim, other) for other in claim.other_payers),
        lines=tuple(_line(line) for line in claim.lines),
    )


def _other(claim: SubmittedClaim, other: OtherPayer) -> x12.OtherCoverage:
    """Who else pays, and what it decided on the claim as a whole."""
    decided = other.paid_cents is not None
    paid, left = other.paid_cents or 0, other.patient_cents
    shares = (("CO", "45", claim.charge_cents - paid - left), ("PR", "2", left))
    return x12.OtherCoverage(
        payer_responsibility=other.sequence,
        relationship="18",
        filing_indicator="15",
        adjustments=tuple(
            x12.Adjustment(group=group, reason=why, amount_cents=cents)
            for group, why, cents in shares
            if decided and cents
        ),
        amounts=(x12.Amount(qualifier="D", amount_cents=paid),) if decided else (),
        benefits_assignment="Y",
        release_of_information="Y",
        subscriber=x12.Party(
            entity="IL",
            entity_type="1",
            last_name=claim.subscriber.last_name,
            first_name=claim.subscriber.first_name,
            id_qualifier="MI",
            identifier=other.member_id,
        ),
        payer=x12.Party(
            entity="PR",
            last_name="OTHER PAYER",
            id_qualifier="PI",
            identifier=other.payer,
            dates=(x12.DateOrPeriod(qualifier="573", start=date(2026, 1, 9)),) if decided else (),
        ),
    )


def _line(line: SubmittedLine) -> x12.ServiceLine:
    return x12.ServiceLine(
        procedure=x12.Procedure(code=line.procedure, modifiers=line.modifiers),
        charge_cents=line.charge_cents,
        quantity=line.quantity,
        diagnosis_pointers=line.diagnosis_pointers,
        dates=(x12.DateOrPeriod(qualifier="472", start=line.service_from),),
        references=(x12.Reference(qualifier="6R", value=line.control_number),),
    )


def eligibility_question(payer: str, member_id: str, control_number: int = 1) -> bytes:
    """One 270."""
    member = x12.Member(
        traces=(x12.Trace(type_code="1", number="Q1", originator="9990000009"),),
        person=x12.Party(
            entity="IL",
            entity_type="1",
            last_name="TESTER",
            first_name="PAT",
            id_qualifier="MI",
            identifier=member_id,
            birth_date=date(1950, 2, 3),
        ),
        dates=(x12.DateOrPeriod(qualifier="291", start=date(2026, 1, 12)),),
        questions=(x12.EligibilityQuestion(service_types=("30",)),),
    )
    receiver = x12.InformationReceiver(
        party=x12.Party(entity="1P", last_name="TEST FAMILY CARE", id_qualifier="XX", identifier="1234567893"),
        subscribers=(member,),
    )
    source = x12.InformationSource(
        party=x12.Party(entity="PR", last_name="PAYER", id_qualifier="PI", identifier=payer),
        receivers=(receiver,),
    )
    content = x12.EligibilityInquiry(reference="E1", date=date(2026, 1, 12), time=time(9, 30), sources=(source,))
    return _interchange(content, control_number)


def status_question(claim: SubmittedClaim, icn: str = "", control_number: int = 1) -> bytes:
    """One 276 about a claim."""
    references = [x12.Reference(qualifier="1K", value=icn)] if icn else []
    references.append(x12.Reference(qualifier="EJ", value=claim.control_number))
    asked = x12.ClaimStatus(
        trace=x12.Trace(type_code="1", number="T1"),
        references=tuple(references),
        amounts=(x12.Amount(qualifier="T3", amount_cents=claim.charge_cents),),
        dates=(x12.DateOrPeriod(qualifier="472", start=claim.first_service),),
    )
    patient = x12.StatusPatient(
        person=x12.Party(
            entity="IL",
            entity_type="1",
            last_name="TESTER",
            first_name="PAT",
            id_qualifier="MI",
            identifier=claim.member_id,
        ),
        birth_date=date(1950, 2, 3),
        sex="F",
        claims=(asked,),
    )
    provider = x12.StatusProvider(
        parties=(x12.Party(entity="1P", last_name="TEST FAMILY CARE", id_qualifier="XX", identifier="1234567893"),),
        patients=(patient,),
    )
    receiver = x12.StatusReceiver(
        party=x12.Party(entity="41", last_name="TEST FAMILY CARE", id_qualifier="46", identifier=SENDER),
        providers=(provider,),
    )
    source = x12.StatusSource(
        party=x12.Party(entity="PR", last_name="PAYER", id_qualifier="PI", identifier=claim.payer),
        receivers=(receiver,),
    )
    content = x12.ClaimStatusRequest(reference="S1", date=date(2026, 1, 12), time=time(9, 30), sources=(source,))
    return _interchange(content, control_number)


def check_balance(remittance: x12.Remittance) -> None:
    """Line, claim and transaction level, in exact cents: by our own sums and by x12's."""
    assert remittance_imbalances(remittance) == ()
    for claim in remittance.claims:
        for line in claim.lines:
            assert line.charge_cents - sum(a.amount_cents for a in line.adjustments) == line.paid_cents
        adjusted = sum(a.amount_cents for line in claim.lines for a in line.adjustments)
        adjusted += sum(a.amount_cents for a in claim.adjustments)
        assert claim.charge_cents - adjusted == claim.paid_cents
    paid = sum(claim.paid_cents for claim in remittance.claims)
    provider = sum(entry.amount_cents for entry in remittance.provider_adjustments)
    assert remittance.payment.amount_cents == paid - provider >= 0


def told_by(remittances: Iterable[x12.Remittance]) -> dict[str, list[tuple[str, int, list[str]]]]:
    """Each CLM01 with its story: status, payment and adjustments, in order; every remittance balances."""
    told: dict[str, list[tuple[str, int, list[str]]]] = defaultdict(list)
    for remittance in remittances:
        check_balance(remittance)
        for claim in remittance.claims:
            reasons = [f"{a.group}-{a.reason}:{a.amount_cents}" for line in claim.lines for a in line.adjustments]
            told[claim.claim_id].append((claim.status, claim.paid_cents, reasons))
    return told


def acknowledged_claims(practice: Practice) -> dict[str, str]:
    """CLM01 to STC01 of the 277CAs in the mailbox."""
    found = {}
    for part in practice.reads():
        if isinstance(part, x12.ClaimAcknowledgement):
            for *_, claim in part.claims():
                code = claim.statuses[0].codes[0]
                found[claim.trace.number] = f"{code.category}:{code.status}" + f":{code.entity}" * bool(code.entity)
    return found


def icn_of(practice: Practice, control_number: str) -> str:
    """The payer's number of a claim."""
    row = practice.desk.database.row("SELECT icn FROM claims WHERE control_number = ?", control_number)
    assert row is not None
    return str(row["icn"])
