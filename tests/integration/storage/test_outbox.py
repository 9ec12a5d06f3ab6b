"""The outbox: what a machine may repeat, and what it leaves to a person."""

from __future__ import annotations

import pytest

from domain.sending import SendKind
from storage import files, outbox
from storage.unit_of_work import Books
from tests.integration.storage.samples import NOW


def _intend(books: Books, organisation: int, kind: SendKind) -> int:
    with books.transaction(organisation) as session:
        file_id = files.build(session, organisation, "statement.pdf", "statement", b"%PDF", NOW)
        manifest = {"kind": "statement"}
        arguments = (session, organisation, "statement/1", kind, "mail", "statement-1.pdf", file_id, manifest, NOW)
        first = outbox.intend(*arguments)
        assert outbox.intend(*arguments) == first
        return first


def _begin(books: Books, organisation: int, outbox_id: int) -> outbox.Outgoing | None:
    return books.run(organisation, lambda session: outbox.begin(session, outbox_id))


def _state(books: Books, organisation: int, outbox_id: int) -> str:
    return books.run(organisation, lambda session: outbox.state_of(session, outbox_id))


@pytest.mark.parametrize("kind", list(SendKind))
def test_a_send_is_begun_once_and_over_when_sent(books: Books, organisation: int, kind: SendKind) -> None:
    row = _intend(books, organisation, kind)
    outgoing = _begin(books, organisation, row)
    assert outgoing is not None
    assert (outgoing.name, outgoing.content, outgoing.attempt) == ("statement-1.pdf", b"%PDF", 1)
    assert not outgoing.earlier_outcome_uncertain
    books.run(organisation, lambda session: outbox.mark_sent(session, row))
    assert _begin(books, organisation, row) is None
    assert _state(books, organisation, row) == "sent"


@pytest.mark.parametrize("kind", [SendKind.KEYED, SendKind.RECOGNISED])
def test_after_a_crash_a_recognised_or_keyed_send_repeats_the_same_bytes(
    books: Books, organisation: int, kind: SendKind
) -> None:
    row = _intend(books, organisation, kind)
    first, again = _begin(books, organisation, row), _begin(books, organisation, row)
    assert first is not None
    assert again is not None
    assert (again.name, again.content, again.key) == (first.name, first.content, first.key)
    assert again.earlier_outcome_uncertain
    assert again.attempt == 2


def test_after_a_crash_a_blind_send_waits_for_a_person(books: Books, organisation: int) -> None:
    row = _intend(books, organisation, SendKind.BLIND)
    assert _begin(books, organisation, row) is not None
    for _ in range(2):
        assert _begin(books, organisation, row) is None
        assert _state(books, organisation, row) == "uncertain"


def test_a_blind_send_that_surely_handed_nothing_over_may_try_again(books: Books, organisation: int) -> None:
    row = _intend(books, organisation, SendKind.BLIND)
    for attempt in (1, 2):
        outgoing = _begin(books, organisation, row)
        assert outgoing is not None
        assert (outgoing.attempt, outgoing.earlier_outcome_uncertain) == (attempt, False)
        books.run(organisation, lambda session: outbox.mark_not_sent(session, row, "no connection"))
    assert _state(books, organisation, row) == "intended"


def test_an_uncertain_attempt_is_remembered_past_a_later_certain_failure(books: Books, organisation: int) -> None:
    row = _intend(books, organisation, SendKind.RECOGNISED)
    _begin(books, organisation, row)
    books.run(organisation, lambda session: outbox.mark_uncertain(session, row, "connection lost"))
    _begin(books, organisation, row)
    books.run(organisation, lambda session: outbox.mark_not_sent(session, row, "no connection"))
    outgoing = _begin(books, organisation, row)
    assert outgoing is not None
    assert outgoing.earlier_outcome_uncertain


def test_an_acknowledgement_that_came_first_is_not_taken_back(books: Books, organisation: int) -> None:
    row = _intend(books, organisation, SendKind.RECOGNISED)
    _begin(books, organisation, row)
    books.run(organisation, lambda session: outbox.mark_acknowledged(session, row))
    books.run(organisation, lambda session: outbox.mark_sent(session, row))
    books.run(organisation, lambda session: outbox.mark_uncertain(session, row, "late"))
    assert _state(books, organisation, row) == "acknowledged"
