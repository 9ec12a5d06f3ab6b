"""A step's effect and its key are one transaction."""

from __future__ import annotations

from threading import Event
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.ledger.chart import LedgerAccount
from storage.models import ActivityResult, Posting
from storage.once import once
from storage.unit_of_work import Books
from tests.integration.storage.samples import leg, post
from tests.integration.storage.together import together


def _post(session: Session, organisation: int, key: str) -> dict[str, Any]:
    post(session, organisation, key, leg(LedgerAccount.BANK, 5), leg(LedgerAccount.REVENUE, -5))
    return {"posted": key}


def _postings(books: Books) -> int:
    with books.system() as session:
        return session.scalar(select(func.count()).select_from(Posting)) or 0


def test_a_repeat_returns_the_stored_result_and_does_nothing(books: Books, organisation: int) -> None:
    first = books.run(organisation, lambda s: once(s, "step", lambda: _post(s, organisation, "a")))
    again = books.run(organisation, lambda s: once(s, "step", lambda: _post(s, organisation, "b")))
    assert first == again == {"posted": "a"}
    assert _postings(books) == 1


def test_a_failed_effect_leaves_neither_key_nor_rows(books: Books, organisation: int) -> None:
    def fail(session: Session) -> dict[str, Any]:
        _post(session, organisation, "a")
        raise RuntimeError("the wire broke")

    with pytest.raises(RuntimeError, match="the wire broke"):
        books.run(organisation, lambda s: once(s, "step", lambda: fail(s)))
    assert _postings(books) == 0
    assert books.run(organisation, lambda s: once(s, "step", lambda: {"done": True})) == {"done": True}


def test_a_swallowed_failure_is_no_result(books: Books, organisation: int) -> None:
    def swallow(session: Session) -> None:
        with pytest.raises(ZeroDivisionError):
            once(session, "step", lambda: {"never": 1 // 0})

    books.run(organisation, swallow)
    assert books.run(organisation, lambda s: once(s, "step", lambda: {"done": True})) == {"done": True}


def test_of_two_concurrent_callers_one_acts_and_the_other_waits_for_its_result(books: Books, organisation: int) -> None:
    def work(name: str) -> dict[str, Any]:
        return books.run(organisation, lambda s: once(s, "step", lambda: _post(s, organisation, name)))

    first, second = together([lambda: work("a"), lambda: work("b")])
    assert first == second
    assert _postings(books) == 1


def test_a_waiting_caller_acts_when_the_first_rolls_back(books: Books, organisation: int) -> None:
    begun = Event()

    def break_down() -> str:
        def effect() -> dict[str, Any]:
            begun.set()
            raise RuntimeError("killed")

        with pytest.raises(RuntimeError, match="killed"):
            books.run(organisation, lambda s: once(s, "step", effect))
        return "broke down"

    def follow() -> str:
        assert begun.wait(timeout=10)
        books.run(organisation, lambda s: once(s, "step", lambda: _post(s, organisation, "follower")))
        return "followed"

    assert together([break_down, follow]) == ["broke down", "followed"]
    assert _postings(books) == 1


def test_two_organisations_may_use_the_same_key(books: Books, organisation: int, other_organisation: int) -> None:
    for owner in (organisation, other_organisation):
        assert books.run(owner, lambda s, n=owner: once(s, "step", lambda: {"of": n})) == {"of": owner}  # type: ignore[misc]
    with books.system() as session:
        assert once(session, "step", lambda: {"of": "system"}) == {"of": "system"}
        assert session.scalar(select(func.count()).select_from(ActivityResult)) == 3
