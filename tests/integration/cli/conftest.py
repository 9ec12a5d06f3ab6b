"""A practice with books of its own, and the command line pointed at them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest

from storage.engine import make_engine
from storage.organisations import ensure_local_practice
from storage.unit_of_work import Books
from tests.unit.cli.commands import Ran, claimflow


class CommandLine(Protocol):
    def __call__(self, *arguments: object) -> Ran: ...


@pytest.fixture
def books(database_url: str) -> Iterator[Books]:
    engine = make_engine(database_url, pool_size=4)
    yield Books(engine)
    engine.dispose()


@pytest.fixture
def practice(books: Books) -> int:
    with books.system() as session:
        assert ensure_local_practice(session)
    return 1


@pytest.fixture
def run(database_url: str, practice: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    monkeypatch.setenv("CLAIMFLOW_STATE", str(tmp_path / "no-stack"))
    return lambda *arguments: claimflow(*arguments, DATABASE_URL=database_url)
