"""Deadlocks and serialisation failures are met with a fresh transaction, other errors are not."""

from __future__ import annotations

from contextlib import suppress
from threading import Barrier, BrokenBarrierError

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, InvalidRequestError, OperationalError
from sqlalchemy.orm import Session

from storage.locks import lock_claims
from storage.unit_of_work import Books
from tests.integration.storage.samples import check_in, encounter
from tests.integration.storage.together import together


def test_a_deadlock_between_two_threads_is_retried_until_both_are_done(books: Books, organisation: int) -> None:
    numbers = [check_in(books, organisation, encounter(n)).claim_number for n in (1, 2)]
    both_hold_one = Barrier(2)
    tries: list[int] = []

    def cross(first: int, second: int) -> None:
        def work(session: Session) -> None:
            tries.append(first)
            lock_claims(session, [first])
            with suppress(BrokenBarrierError):
                both_hold_one.wait(timeout=5)
            lock_claims(session, [second])
            for claim in lock_claims(session, [first, second]):
                claim.remittances_seen += 1

        books.run(organisation, work)
        both_hold_one.abort()

    together([lambda: cross(*numbers), lambda: cross(*reversed(numbers))])
    assert len(tries) >= 3, "PostgreSQL broke no deadlock: the two transactions did not meet"
    with books.transaction(organisation) as session:
        assert [claim.remittances_seen for claim in lock_claims(session, numbers)] == [2, 2]


def test_a_serialisation_failure_is_retried(books: Books, organisation: int) -> None:
    tries: list[int] = []

    def work(session: Session) -> int:
        tries.append(1)
        if len(tries) < 3:
            session.execute(text("do $$ begin raise exception 'no' using errcode = '40001'; end $$"))
        return len(tries)

    assert books.run(organisation, work) == 3


def test_retries_are_bounded(books: Books, organisation: int) -> None:
    tries: list[int] = []

    def work(session: Session) -> None:
        tries.append(1)
        session.execute(text("do $$ begin raise exception 'no' using errcode = '40P01'; end $$"))

    with pytest.raises(OperationalError, match="no"):
        books.run(organisation, work)
    assert len(tries) == 6


def test_another_error_is_not_retried(books: Books, organisation: int) -> None:
    tries: list[int] = []

    def work(session: Session) -> None:
        tries.append(1)
        session.execute(text("select 1/0"))

    with pytest.raises(DBAPIError, match="division by zero"):
        books.run(organisation, work)
    assert len(tries) == 1


def test_an_exception_rolls_everything_back(books: Books, organisation: int) -> None:
    claim = check_in(books, organisation).claim_number

    def crash(session: Session) -> None:
        lock_claims(session, [claim])[0].owner = "nobody"
        session.flush()
        raise KeyError("anything")

    with pytest.raises(KeyError):
        books.run(organisation, crash)
    with books.transaction(organisation) as session:
        assert lock_claims(session, [claim])[0].owner == "system"


def test_unknown_and_impossible_numbers_are_simply_not_locked(books: Books, organisation: int) -> None:
    claim = check_in(books, organisation).claim_number
    with books.transaction(organisation) as session:
        locked = lock_claims(session, [10**30, 5, claim])
    assert [row.number for row in locked] == [claim]


def test_a_commit_in_the_middle_does_not_go_on_without_the_organisation(books: Books, organisation: int) -> None:
    def commit_early(session: Session) -> None:
        session.commit()
        session.execute(text("select count(*) from claims"))

    with pytest.raises(InvalidRequestError, match="closed transaction"):
        books.run(organisation, commit_early)
