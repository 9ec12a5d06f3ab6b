"""A card payment from click to ledger: charged once, posted once, whatever was lost on the way."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from activities.cash.by_hand import Entering, enter_payments
from domain.billing.card import require_token
from domain.cash.payment import HandPayment, PaymentMethod
from gateways.cards import CardAnswer, CardGateway, CardOrder
from gateways.errors import CardError, CardGatewayUnreachable
from storage import work_items
from storage.models import CardCharge, Organisation
from storage.unit_of_work import Books

INTENDED, CHARGED, DECLINED = "intended", "charged", "declined"
UNKNOWN_CHARGE, UNCERTAIN, OTHER_AMOUNT = "card_unknown_charge", "card_uncertain", "card_other_amount"
GIVEN_UP_AFTER = timedelta(days=1)
"""A key that the gateway never had for so long was not charged. Gateways forget keys after a day or more: to repeat it
then might be a second charge, so that its click ends and a new one is a new payment."""
NEVER_REACHED = "never reached the gateway"
_SILENCES = 3
"""Questions without an answer after which a look ends: the gateway is down, and the next look asks again."""


class CardRefused(ValueError):
    """The key stands for another payment, or the gateway says another amount; nothing was booked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardPayment:
    """What a patient wants to pay by card. The token is neither kept nor logged."""

    organisation_id: int
    account_number: int
    amount_cents: int
    token: str = field(repr=False)
    key: str
    """One click: repeated, it changes nothing."""
    by: str
    at: datetime
    claims: tuple[int, ...] = ()
    """Visits that the patient chose to pay."""


def pay_by_card(books: Books, gateway: CardGateway, payment: CardPayment) -> dict[str, Any]:
    """Charge and post: ``{"key", "state", "account", "amount_cents", "receipt", "why"}``.

    After an uncertain answer the gateway is asked by the same key; where it cannot say, the state stays
    ``intended`` and a later ``settle_open``, webhook or repeat of the same key ends it.

    Raises:
        CardRefused, CardNumberGiven, ValueError: nothing was charged.
        CardRequestRefused: the gateway did not take the question; nothing was charged.
    """
    token = require_token(payment.token)
    if payment.amount_cents <= 0:
        raise ValueError("a payment needs a positive amount")
    known = books.run(payment.organisation_id, lambda session: _intend(session, payment))
    if known["state"] != INTENDED:
        return known
    order = CardOrder(
        key=_gateway_key(payment.organisation_id, payment.key),
        token=token,
        amount_cents=payment.amount_cents,
        reference=str(payment.account_number),
    )
    try:
        answer: CardAnswer | None = gateway.charge(order)
    except CardGatewayUnreachable:
        answer = _ask(gateway, order.key)
    if answer is None:
        return books.run(payment.organisation_id, lambda session: _wait(session, payment))
    found = answer
    return books.run(
        payment.organisation_id,
        lambda session: _settle(session, payment.organisation_id, payment.key, found, payment.at),
    )


def settle_open(books: Books, gateway: CardGateway, organisation_id: int, at: datetime) -> list[dict[str, Any]]:
    """Ask the gateway about every charge whose end nobody knows, and post what it took.

    A key that the gateway never had stays open for ``GIVEN_UP_AFTER``: its click may still be on the way, and is
    safe to repeat. A charge of another amount waits for a person.

    Raises:
        CardError: the gateway answered nothing at all.
    """
    with books.transaction(organisation_id) as session:
        rows = session.execute(
            select(CardCharge.key, CardCharge.business_at)
            .where(CardCharge.state == INTENDED)
            .order_by(CardCharge.id)
        ).all()
    done: list[dict[str, Any]] = []
    answered, silences = 0, 0
    silence: CardError | None = None
    for key, clicked_at in rows:
        try:
            answer = gateway.ask(_gateway_key(organisation_id, key))
        except CardError as error:
            silence, silences = error, silences + 1
            if silences == _SILENCES:
                break
            continue
        answered += 1
        if answer is None:
            if at - clicked_at < GIVEN_UP_AFTER:
                continue
            answer = CardAnswer(key=key, approved=False, amount_cents=0, gateway_reference="", why=NEVER_REACHED)
        if (told := _settle_or_ask(books, organisation_id, key, answer, at)) is not None:
            done.append(told)
    if silence is not None and not answered:
        raise silence
    return done


def webhook_came(books: Books, organisation_id: int, answer: CardAnswer, at: datetime) -> dict[str, Any] | None:
    """Post what a webhook tells of, once; None when a person looks: no payment of ours has its key or its amount."""
    key = own_key(organisation_id, answer.key)

    def known(session: Session) -> bool:
        if key and session.scalar(select(CardCharge.id).where(CardCharge.key == key)) is not None:
            return True
        today = _day(session, organisation_id, at)
        work_items.open_item(
            session,
            organisation_id,
            key=f"{UNKNOWN_CHARGE}:{answer.gateway_reference}",
            kind=UNKNOWN_CHARGE,
            reason=f"The card gateway tells of charge {answer.gateway_reference}, which nobody of ours asked for",
            remedy="Look it up at the gateway; refund it there, or book it by hand with its reference",
            owner="patient_accounts",
            due_on=today,
            opened_on=today,
            details={"amount_cents": answer.amount_cents},
        )
        return False

    if not books.run(organisation_id, known):
        return None
    return _settle_or_ask(books, organisation_id, key, answer, at)


def own_key(organisation_id: int, gateway_key: str) -> str:
    """The click that a key of the gateway's stands for; empty when it is none of this organisation's."""
    prefix = _gateway_key(organisation_id, "")
    return gateway_key.removeprefix(prefix) if gateway_key.startswith(prefix) else ""


def _settle_or_ask(
    books: Books, organisation_id: int, key: str, answer: CardAnswer, at: datetime
) -> dict[str, Any] | None:
    """Settle a charge; where the gateway took another amount than was asked, a person looks and None is said."""
    try:
        return books.run(organisation_id, lambda session: _settle(session, organisation_id, key, answer, at))
    except CardRefused as refused:
        why = str(refused)

    def ask(session: Session) -> None:
        today = _day(session, organisation_id, at)
        work_items.open_item(
            session,
            organisation_id,
            key=f"{OTHER_AMOUNT}:{key}",
            kind=OTHER_AMOUNT,
            reason=why,
            remedy="Look it up at the gateway; refund it there, or book it by hand with its reference",
            owner="patient_accounts",
            due_on=today,
            opened_on=today,
            account_number=session.scalars(select(CardCharge.account_number).where(CardCharge.key == key)).one(),
            details={"amount_cents": answer.amount_cents, "gateway_reference": answer.gateway_reference},
        )

    books.run(organisation_id, ask)
    return None


def _gateway_key(organisation_id: int, key: str) -> str:
    return f"{organisation_id}-{key}"


def _ask(gateway: CardGateway, key: str) -> CardAnswer | None:
    try:
        return gateway.ask(key)
    except CardGatewayUnreachable:
        return None


def _intend(session: Session, payment: CardPayment) -> dict[str, Any]:
    session.execute(
        insert(CardCharge)
        .values(
            organisation_id=payment.organisation_id,
            key=payment.key,
            account_number=payment.account_number,
            amount_cents=payment.amount_cents,
            state=INTENDED,
            claims=list(payment.claims),
            by=payment.by,
            business_at=payment.at,
        )
        .on_conflict_do_nothing()
    )
    row = session.scalars(select(CardCharge).where(CardCharge.key == payment.key)).one()
    if (row.account_number, row.amount_cents) != (payment.account_number, payment.amount_cents):
        raise CardRefused(f"the id {payment.key} stands for another payment: nothing was charged")
    return _told(row)


def _settle(session: Session, organisation_id: int, key: str, answer: CardAnswer, at: datetime) -> dict[str, Any]:
    row = _locked(session, key)
    if row.state == CHARGED or (row.state == DECLINED and not answer.approved):
        return _told(row)
    row.gateway_reference, row.why = answer.gateway_reference, answer.why
    if not answer.approved:
        row.state = DECLINED
        work_items.close_by_key(
            session, [f"{UNCERTAIN}:{key}"], by="system", on=_day(session, organisation_id, at)
        )
        session.flush()
        return _told(row)
    if answer.amount_cents != row.amount_cents:
        raise CardRefused(
            f"the gateway charged {answer.amount_cents} cents for {key}, not {row.amount_cents}: a person must look"
        )
    today = _day(session, organisation_id, at)
    entering = Entering(session=session, organisation_id=organisation_id, by=row.by, at=at, today=today)
    payment = HandPayment(
        account_number=row.account_number,
        amount_cents=row.amount_cents,
        method=PaymentMethod.CARD,
        reference=answer.gateway_reference,
        received_on=min(_day(session, organisation_id, row.business_at), today),
        own_id=f"card/{key}",
        claims=tuple(row.claims),
    )
    row.state, row.receipt_id = CHARGED, enter_payments(entering, [payment])[0]["receipt"]
    work_items.close_by_key(session, [f"{UNCERTAIN}:{key}"], by="system", on=today)
    session.flush()
    return _told(row)


def _wait(session: Session, payment: CardPayment) -> dict[str, Any]:
    row = _locked(session, payment.key)
    if row.state != INTENDED:  # its webhook was faster than our question
        return _told(row)
    today = _day(session, payment.organisation_id, payment.at)
    work_items.open_item(
        session,
        payment.organisation_id,
        key=f"{UNCERTAIN}:{payment.key}",
        kind=UNCERTAIN,
        reason=f"Nobody knows yet whether the card was charged for payment {payment.key}",
        remedy="Run `claimflow payment card-settle`: it asks the gateway by the same key; do not charge anew",
        owner="patient_accounts",
        due_on=today,
        opened_on=today,
        account_number=payment.account_number,
    )
    return _told(row)


def _locked(session: Session, key: str) -> CardCharge:
    wanted = select(CardCharge).where(CardCharge.key == key).with_for_update()
    return session.scalars(wanted.execution_options(populate_existing=True)).one()


def _day(session: Session, organisation_id: int, at: datetime) -> date:
    return at.astimezone(ZoneInfo(session.get_one(Organisation, organisation_id).time_zone)).date()


def _told(row: CardCharge) -> dict[str, Any]:
    return {
        "key": row.key,
        "state": row.state,
        "account": row.account_number,
        "amount_cents": row.amount_cents,
        "receipt": row.receipt_id,
        "why": row.why,
    }
