"""Ends of card charges that are learned after the click: by webhook, or by asking. A copay's is noted on the copay."""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.cards import CHARGED, own_key, settle_open, webhook_came
from activities.cases.desk import Desk
from activities.frontdesk.copays import note_received
from contracts.cards import CardSweeps
from contracts.wire import Sweep, Swept
from gateways.cards import CardAnswer, CardGateway
from gateways.errors import CardError
from storage.clock import PostgresBusinessClock
from storage.frontdesk_copays import UnknownCopay, payment_id
from storage.models import CardCharge, Organisation
from storage.unit_of_work import Books

log = structlog.get_logger(__name__)

LOOKED_BACK = timedelta(days=2)
"""Copays of charges this young are brought up to their receipts by every look: a step may have been cut between."""
GATEWAY = "gateway"
_COPAY = re.compile(re.escape(payment_id(0, "")).replace("0", r"(\d{1,15})", 1))
"""A click that paid a copay, and which."""


class CardSweepsAtTheGateway(CardSweeps):
    """Asks the gateway of this worker; without one nothing is open, or a person configures it."""

    def __init__(self, books: Books, clock: PostgresBusinessClock, gateway: CardGateway | None) -> None:
        """Look into these books, ask this gateway."""
        self._books = books
        self._clock = clock
        self._gateway = gateway

    @activity.defn(name="sweep_cards")
    async def cards(self, sweep: Sweep) -> Swept:  # noqa: ARG002 - every look is told which one it is
        """Ask about every charge whose end nobody knows, and post what was taken; a silent gateway is asked again."""
        if self._gateway is None:
            return Swept(found=0)
        return Swept(found=await asyncio.to_thread(self._look, self._gateway))

    def _look(self, gateway: CardGateway) -> int:
        now = self._clock.now()
        found = 0
        for organisation_id in _organisations(self._books):
            try:
                found += len(settle_charges(self._books, gateway, organisation_id, now))
            except CardError as error:
                if not error.retryable:
                    raise ApplicationError(str(error), type="Refused", non_retryable=True) from error
                log.warning("card_gateway_unreachable", error=type(error).__name__, count=found)
                break
        return found


def settle_charges(books: Books, gateway: CardGateway, organisation_id: int, at: datetime) -> list[dict[str, Any]]:
    """``settle_open``, and every copay among them noted. Raises as it does."""
    settled = settle_open(books, gateway, organisation_id, at)

    def recent(session: Session) -> list[str]:
        wanted = select(CardCharge.key).where(
            CardCharge.state == CHARGED,
            CardCharge.business_at > at - LOOKED_BACK,
            CardCharge.key.startswith(payment_id(0, "").partition("0")[0], autoescape=True),
        )
        return list(session.scalars(wanted))

    with books.transaction(organisation_id) as session:
        keys = {*recent(session), *(one["key"] for one in settled if one["state"] == CHARGED)}
    for key in sorted(keys):
        _note_copay(books, organisation_id, key, at)
    return settled


def take_webhook(books: Books, answer: CardAnswer, at: datetime, *, otherwise: int) -> dict[str, Any] | None:
    """Post what a webhook tells of to the organisation whose key it bears, else show it to ``otherwise``'s people.

    Returns as ``webhook_came``; repeatable.
    """
    organisation_id = _organisation_of(books, answer.key) or otherwise
    told = webhook_came(books, organisation_id, answer, at)
    if told is not None and told["state"] == CHARGED:
        _note_copay(books, organisation_id, own_key(organisation_id, answer.key), at)
    return told


def _note_copay(books: Books, organisation_id: int, key: str, at: datetime) -> None:
    copay = _COPAY.match(key)
    if copay is None:
        return
    number = int(copay.group(1))
    with suppress(UnknownCopay):  # somebody's own id that only looks like a copay's
        books.run(
            organisation_id, lambda session: note_received(Desk.at(session, organisation_id, at), number, GATEWAY)
        )


def _organisation_of(books: Books, gateway_key: str) -> int | None:
    number = gateway_key.partition("-")[0]
    if not (number.isascii() and number.isdigit()) or len(number) > 9:
        return None
    with books.system() as session:
        return session.scalar(select(Organisation.id).where(Organisation.id == int(number)))


def _organisations(books: Books) -> list[int]:
    with books.system() as session:
        return list(session.scalars(select(Organisation.id).order_by(Organisation.id)))
