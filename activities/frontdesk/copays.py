"""Copays: due at check-in, collected, put on the claim; an unpaid one is researched and never holds a claim."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from activities.cards import CardPayment, pay_by_card
from activities.cases.desk import Desk
from activities.cash.by_hand import Entering, enter_payments
from activities.frontdesk.copay_case import open_research, settle
from domain.cash.payment import HandPayment, PaymentMethod
from domain.checkin.copay import CopayResult, copay_due
from domain.doorbell import Doorbell, MessageKind, Recipient
from domain.remittance.balancing import dollars
from gateways.cards import CardGateway
from storage import claims, doorbells, frontdesk, frontdesk_copays, timeline
from storage.frontdesk_copays import DUE, NOT_DUE, PAID
from storage.locks import lock_accounts, lock_claims
from storage.models import CopayRow, Patient, PatientFlagRow
from storage.unit_of_work import Books


def due_at_check_in(desk: Desk, appointment_number: int) -> CopayRow:
    """What is due for an appointment, once; later it is what it was told to be at the desk.

    Raises:
        UnknownAppointment: no such appointment.
    """
    row = frontdesk.get(desk.session, appointment_number)
    patient = desk.session.get_one(Patient, row.patient_id)
    coverages = frontdesk.coverages_of(row)
    payer = coverages[0].coverage.payer if coverages else None
    answer = frontdesk.latest_answer(desk.session, row.number, payer.code) if payer else None
    flags = standing_flags(desk, patient.account_number)
    due = copay_due(answer, payer.kind if payer else None, frontdesk.services_of(row), flags)
    kept = frontdesk_copays.add(
        desk.session,
        {
            "organisation_id": desk.organisation_id,
            "key": f"copay:{row.number}",
            "appointment_number": row.number,
            "account_number": patient.account_number,
            "claim_number": row.claim_number,
            "due_on": row.on_day,
            "due_cents": due.cents,
            "why": due.why,
            "state": DUE if due.cents else NOT_DUE,
        },
    )
    _tell(desk, kept, "due", f"Copay {kept.number}: ${dollars(kept.due_cents)} due at the desk", kept.why, "system")
    return kept


def standing_flags(desk: Desk, account_number: int) -> frozenset[str]:
    """Flags of an account that stand today."""
    rows = desk.session.scalars(select(PatientFlagRow).where(PatientFlagRow.account_number == account_number))
    return frozenset(
        row.kind
        for row in rows
        if row.began_on <= desk.today and (row.ends_on is None or desk.today <= row.ends_on)
    )


def collect_by_hand(
    desk: Desk, number: int, *, amount_cents: int, method: PaymentMethod, reference: str, by: str
) -> dict[str, Any]:
    """Take cash or a check for a copay: posted once for each reference, with a receipt.

    Raises:
        UnknownCopay, EnteredBefore: nothing was booked.
        ValueError: no amount, or a card, which goes through the gateway.
    """
    if amount_cents <= 0:
        raise ValueError("a payment needs a positive amount")
    if method is PaymentMethod.CARD:
        raise ValueError("a card is charged through the gateway, by its token")
    row = frontdesk_copays.get(desk.session, number)
    _lock(desk, row)
    payment = HandPayment(
        account_number=row.account_number,
        amount_cents=amount_cents,
        method=method,
        reference=reference,
        received_on=desk.today,
        own_id=frontdesk_copays.payment_id(number, f"{method.value}:{reference}"),
        claims=(row.claim_number,) if row.claim_number is not None else (),
    )
    entering = Entering(
        session=desk.session, organisation_id=desk.organisation_id, by=by, at=desk.now, today=desk.today
    )
    (done,) = enter_payments(entering, [payment])
    note_received(desk, number, by)
    return done


def collect_by_card(
    books: Books, gateway: CardGateway, organisation_id: int, number: int, *, amount_cents: int, token: str,
    click: str, by: str, at: datetime,
) -> dict[str, Any]:  # fmt: skip
    """Charge a card for a copay through the gateway: a click repeated charges nothing more.

    Raises:
        UnknownCopay, CardRefused, CardNumberGiven, ValueError: nothing was charged.
    """
    with books.transaction(organisation_id) as session:
        row = frontdesk_copays.get(session, number)
        payment = CardPayment(
            organisation_id=organisation_id,
            account_number=row.account_number,
            amount_cents=amount_cents,
            token=token,
            key=frontdesk_copays.payment_id(number, click),
            by=by,
            at=at,
            claims=(row.claim_number,) if row.claim_number is not None else (),
        )
    done = pay_by_card(books, gateway, payment)
    books.run(organisation_id, lambda session: note_received(Desk.at(session, organisation_id, at), number, by))
    return done


def note_received(desk: Desk, number: int, by: str) -> CopayRow:
    """Bring a copay up to its receipts, put what was paid on the claim, and end its research; repeatable."""
    seen = frontdesk_copays.get(desk.session, number)
    _lock(desk, seen)
    row = frontdesk_copays.get(desk.session, number, for_update=True)
    paid = frontdesk_copays.received_cents(desk.session, number)
    if paid == row.paid_cents:
        return row
    row.paid_cents = paid
    _tell(desk, row, f"paid:{paid}", f"Copay {number}: ${dollars(paid)} of ${dollars(row.due_cents)} paid", row.why, by)
    if row.state == DUE and paid >= row.due_cents:
        row.state = PAID
        if row.case_number is not None:
            settle(desk, row, CopayResult.PAID, by, f"${dollars(paid)} paid")
    put_on_claim(desk, row, by)
    desk.session.flush()
    return row


def put_on_claim(desk: Desk, row: CopayRow, by: str) -> bool:
    """What the patient paid on the claim (AMT*F5), as long as no attempt of it was made; later only the ledger says it.

    The caller holds the claim's lock.
    """
    if row.claim_number is None or frontdesk_copays.was_sent(desk.session, row.claim_number):
        return False
    content = claims.content(desk.session, row.claim_number)
    cents = min(row.paid_cents, content.charge_cents)
    if content.patient_paid_cents == cents:
        return False
    claims.add_version(
        desk.session,
        row.claim_number,
        content=replace(content, patient_paid_cents=cents),
        by=by,
        reason=f"copay {row.number} paid at the desk",
        changes={"patient_paid_cents": cents},
        business_date=desk.today,
    )
    bell = Doorbell(
        recipient=Recipient.CLAIM, number=str(row.claim_number), kind=MessageKind.DECISION, business_at=desk.now
    )
    doorbells.ring(desk.session, desk.organisation_id, bell)  # its story learns that there is a new version
    return True


def look_at_copays(desk: Desk) -> int:
    """The daily look: each copay that stayed unpaid on its day is researched; returns how many are new."""
    for number in (unpaid := frontdesk_copays.unpaid_before(desk.session, desk.today)):
        row = frontdesk_copays.get(desk.session, number, for_update=True)
        open_research(desk, row, "system")
    return len(unpaid)


def _lock(desk: Desk, row: CopayRow) -> None:
    if row.claim_number is not None:
        lock_claims(desk.session, {row.claim_number})
    lock_accounts(desk.session, {row.account_number})


def _tell(desk: Desk, row: CopayRow, key: str, what: str, why: str, by: str) -> None:
    timeline.note(
        desk.session,
        desk.organisation_id,
        key=f"copay:{row.number}:{key}",
        at=desk.now,
        by=by,
        what=what,
        why=why,
        account_number=row.account_number,
        claim_number=row.claim_number,
    )
