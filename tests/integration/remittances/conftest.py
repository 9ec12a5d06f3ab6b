"""An office with books of its own, and the command line on them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.engine import make_engine
from storage.unit_of_work import Books
from tests.integration.cli.conftest import CommandLine
from tests.support.remittance_office import RemittanceOffice
from tests.unit.cli.commands import claimflow


@pytest.fixture
def office(database_url: str) -> Iterator[RemittanceOffice]:
    engine = make_engine(database_url, pool_size=6)
    yield RemittanceOffice.open(Books(engine))
    engine.dispose()


@pytest.fixture
def run(office: RemittanceOffice, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> CommandLine:
    monkeypatch.setenv("CLAIMFLOW_STATE", str(tmp_path))
    url = office.books.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    return lambda *arguments: claimflow(*arguments, DATABASE_URL=url)
