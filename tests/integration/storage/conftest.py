"""Books on a database of the test alone, with two organisations."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from storage.engine import make_engine
from storage.models import Organisation
from storage.unit_of_work import Books


@pytest.fixture
def books(database_url: str) -> Iterator[Books]:
    engine = make_engine(database_url, pool_size=6)
    yield Books(engine)
    engine.dispose()


def _new_organisation(books: Books, name: str) -> int:
    with books.system() as session:
        organisation = Organisation(name=name, provider={})
        session.add(organisation)
        session.flush()
        return organisation.id


@pytest.fixture
def organisation(books: Books) -> int:
    return _new_organisation(books, "Elm Street Family Practice")


@pytest.fixture
def other_organisation(books: Books, organisation: int) -> int:
    return _new_organisation(books, "Harbor Orthopedics")
