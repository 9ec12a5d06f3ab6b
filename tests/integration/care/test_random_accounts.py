"""Random lives of accounts: nobody is asked what is not theirs, or against the rules, or after they paid."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from storage.engine import make_engine
from storage.organisations import ensure_local_practice
from storage.unit_of_work import Books
from tests.accounts.proof import MAIL_SERVER, live_all

SEEDS = range(5, 14)
"""Of nine accounts; the part ``accounts`` of ``make prove`` lives 400."""


@pytest.fixture
def books(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Books]:
    for name, value in MAIL_SERVER.items():
        monkeypatch.setenv(name, value)
    engine = make_engine(database_url, pool_size=6)
    books = Books(engine)
    with books.system() as session:
        ensure_local_practice(session)
    yield books
    engine.dispose()


def test_no_random_account_is_billed_reached_or_placed_against_the_rules(books: Books) -> None:
    counts: Counter[str] = live_all(books, SEEDS)
    assert counts["accounts"] == len(SEEDS)
    assert counts["letters"] >= len(SEEDS)
    assert counts["raced"] > 0, "payments met the sender in the moment of sending"
    assert counts["placements"] > 0
