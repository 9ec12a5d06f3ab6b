"""What the card door answers: 2xx only after the commit, so that whatever is lost is told again by the gateway."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

import structlog

from activities.card_ends import take_webhook
from gateways.cards import CardAnswer, WebhookForged, read_webhook
from gateways.errors import CardError
from storage.clock import PostgresBusinessClock
from storage.unit_of_work import Books

log = structlog.get_logger(__name__)

FOREIGN_TO = 1
"""The organisation whose people look at a charge that bears no organisation's key."""

Taken = Callable[[CardAnswer], str]
"""Brings a charge into the books and says its state; returns only after the commit."""


def into(books: Books) -> Taken:
    """Take webhooks into these books, at the business clock's time."""
    clock = PostgresBusinessClock(books)

    def take(answer: CardAnswer) -> str:
        told = take_webhook(books, answer, clock.now(), otherwise=FOREIGN_TO)
        return "for a person" if told is None else str(told["state"])

    return take


def answer_to(body: bytes, signature: str, secret: str, take: Taken) -> HTTPStatus:
    """What a webhook is answered. Nothing of its body is logged, and of an error its kind alone.

    401 a wrong signature, 400 a body that is not a charge's, 503 where it could not be booked now (the database is
    away, for one): the gateway tells it again. 200 where it stands in the books, or a work item does.
    """
    try:
        charge = read_webhook(body, signature, secret)
    except WebhookForged:
        log.warning("card_webhook_refused", error="WebhookForged")
        return HTTPStatus.UNAUTHORIZED
    except CardError as error:
        log.warning("card_webhook_refused", error=type(error).__name__)
        return HTTPStatus.BAD_REQUEST
    try:
        state = take(charge)
    except Exception as error:  # noqa: BLE001 - whatever went wrong, nothing is booked: it must come again
        log.warning("card_webhook_not_booked", error=type(error).__name__)
        return HTTPStatus.SERVICE_UNAVAILABLE
    log.info("card_webhook_booked", state=state)
    return HTTPStatus.OK
