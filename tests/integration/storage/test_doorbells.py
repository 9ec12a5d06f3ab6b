"""Doorbells: in order for each workflow, and a failing one holds up only its own."""

from __future__ import annotations

import select

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from domain.doorbell import Doorbell, MessageKind, Recipient
from storage import doorbells
from storage.unit_of_work import Books
from tests.integration.storage.samples import NOW


def _bell(number: str, kind: MessageKind = MessageKind.REMITTED) -> Doorbell:
    return Doorbell(recipient=Recipient.CLAIM, number=number, kind=kind, reference="7", business_at=NOW)


def _due(books: Books) -> list[tuple[str, int]]:
    with books.system() as session:
        return [(message.number, message.id) for message in doorbells.due(session, 50)]


def test_messages_are_due_in_the_order_they_were_rung(books: Books, organisation: int) -> None:
    with books.transaction(organisation) as session:
        ids = doorbells.ring_all(session, organisation, [_bell(number) for number in ("1", "2", "1")])
        ids.append(doorbells.ring(session, organisation, _bell("3")))
    assert _due(books) == list(zip(["1", "2", "1", "3"], ids, strict=True))


def test_a_delivered_message_is_not_due_again(books: Books, organisation: int) -> None:
    with books.transaction(organisation) as session:
        first, second = doorbells.ring_all(session, organisation, [_bell("1"), _bell("1")])
    with books.system() as session:
        doorbells.mark_delivered(session, [first])
    assert _due(books) == [("1", second)]


def test_a_failed_message_holds_back_the_later_ones_of_its_workflow_only(books: Books, organisation: int) -> None:
    with books.transaction(organisation) as session:
        ids = doorbells.ring_all(session, organisation, [_bell("1"), _bell("2"), _bell("1")])
    with books.system() as session:
        doorbells.mark_failed(session, ids[0], "server unavailable")
    assert _due(books) == [("2", ids[1])]
    with books.system() as session:
        session.execute(text("update workflow_messages set retry_at = clock_timestamp() where retry_at is not null"))
    assert [number for number, _ in _due(books)] == ["1", "2", "1"]


def test_a_message_before_the_failed_one_stays_due(books: Books, organisation: int) -> None:
    with books.transaction(organisation) as session:
        first, second = doorbells.ring_all(session, organisation, [_bell("1"), _bell("1")])
    with books.system() as session:
        doorbells.mark_failed(session, second, "server unavailable")
    assert _due(books) == [("1", first)]


def test_pauses_grow_to_a_minute_and_the_error_is_kept(books: Books, organisation: int) -> None:
    with books.transaction(organisation) as session:
        message = doorbells.ring(session, organisation, _bell("1"))
    pauses = []
    for _ in range(7):
        with books.system() as session:
            doorbells.mark_failed(session, message, "server unavailable")
            pause = text("select round(extract(epoch from retry_at - clock_timestamp())) from workflow_messages")
            pauses.append(int(session.scalars(pause).one()))
    assert pauses == [2, 4, 8, 16, 32, 60, 60]
    with books.system() as session:
        row = session.execute(text("select attempts, last_error from workflow_messages")).one()
        assert tuple(row) == (7, "server unavailable")


def test_a_listener_is_woken_at_commit_and_not_by_a_rollback(books: Books, organisation: int) -> None:
    def crash(session: Session) -> None:
        doorbells.ring(session, organisation, _bell("1"))
        raise RuntimeError("crash")

    with books.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"listen {doorbells.CHANNEL}"))
        listener = connection.connection.driver_connection
        assert listener is not None
        with pytest.raises(RuntimeError, match="crash"):
            books.run(organisation, crash)
        listener.poll()
        assert not listener.notifies
        with books.transaction(organisation) as session:
            doorbells.ring(session, organisation, _bell("1"))
        assert select.select([listener], [], [], 10)[0]
        listener.poll()
        assert [notice.channel for notice in listener.notifies] == [doorbells.CHANNEL]
        connection.invalidate()
