"""Holds: what pauses an account, when, and for which claim."""

from __future__ import annotations

from datetime import date

import pytest

from storage import account_holds
from storage.account_holds import EVERYTHING, open_holds, stopped
from storage.models import Account
from storage.unit_of_work import Books

_ON = date(2026, 3, 10)


def _account(books: Books, organisation: int) -> int:
    with books.transaction(organisation) as session:
        row = Account(organisation_id=organisation, guarantor={})
        session.add(row)
        session.flush()
        return row.number


def _hold(
    books: Books,
    organisation: int,
    account: int,
    key: str,
    *,
    since: date = _ON,
    until: date | None = None,
    stops: frozenset[str] = EVERYTHING,
) -> bool:
    with books.transaction(organisation) as session:
        return account_holds.hold(
            session, organisation, key=key, account_number=account, kind="dispute", since=since,
            until=until, stops=stops, reason="the patient says that it was paid", by="ana",
        )  # fmt: skip


def _open(books: Books, organisation: int, account: int, on: date) -> list[str]:
    with books.transaction(organisation) as session:
        return [one.key for one in open_holds(session, organisation, account, on)]


def test_a_hold_stands_from_its_first_to_its_last_day(books: Books, organisation: int) -> None:
    account = _account(books, organisation)
    assert _hold(books, organisation, account, "one", until=date(2026, 3, 12))
    stands = [day for day in range(8, 15) if _open(books, organisation, account, date(2026, 3, day))]
    assert stands == [10, 11, 12]


def test_the_same_hold_twice_is_one_and_a_lifted_one_does_not_come_back(books: Books, organisation: int) -> None:
    account = _account(books, organisation)
    assert _hold(books, organisation, account, "one")
    assert not _hold(books, organisation, account, "one")
    with books.transaction(organisation) as session:
        assert account_holds.lift(session, organisation, key="one", by="ana", on=_ON, reason="settled")
        assert not account_holds.lift(session, organisation, key="one", by="ana", on=_ON, reason="settled")
    assert not _hold(books, organisation, account, "one")
    assert _open(books, organisation, account, _ON) == []


def test_a_hold_stops_what_it_names_and_another_account_goes_on(books: Books, organisation: int) -> None:
    account, other = _account(books, organisation), _account(books, organisation)
    _hold(books, organisation, account, "one", stops=frozenset({"collection"}))
    with books.transaction(organisation) as session:
        holds = open_holds(session, organisation, account, _ON)
        assert stopped(holds, "collection")
        assert not stopped(holds, "statement")
        assert open_holds(session, organisation, other, _ON) == ()


def test_a_hold_that_stops_nothing_known_is_refused(books: Books, organisation: int) -> None:
    account = _account(books, organisation)
    with pytest.raises(ValueError, match="collection, contact, statement"):
        _hold(books, organisation, account, "one", stops=frozenset({"everything"}))
