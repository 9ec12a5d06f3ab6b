"""An office with books of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from storage.engine import make_engine
from storage.unit_of_work import Books
from tests.support.remittance_office import RemittanceOffice


@pytest.fixture
def office(database_url: str) -> Iterator[RemittanceOffice]:
    engine = make_engine(database_url, pool_size=6)
    yield RemittanceOffice.open(Books(engine))
    engine.dispose()
