"""An office with books of its own that has a contract with its payer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import TypeVar

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.contracts.schedule import FeeRow
from domain.contracts.terms import Term
from storage import contract_import
from storage.engine import make_engine
from storage.models import Organisation, Variance, WorkItem
from storage.serialise import to_json
from storage.unit_of_work import Books
from tests.support.remittance_office import _PROVIDER as PROVIDER
from tests.support.remittance_office import RemittanceOffice

T = TypeVar("T")
LONG_AGO = date(2026, 1, 1)


@dataclass
class ContractedOffice(RemittanceOffice):
    """An office that can agree on prices and ask for variances."""

    def run(self, work: Callable[[Session], T]) -> T:
        return self.books.run(self.organisation, work)

    def agree(self, procedure: str, cents: int, *, modifier: str = "", place: str = "", payer: str = "PPO01") -> None:
        fee = FeeRow(
            procedure=procedure, amount_cents=cents, modifier=modifier, place=place, effective_from=LONG_AGO,
            source="contract 7",
        )  # fmt: skip
        self.run(lambda session: contract_import.receive_schedule(session, self.organisation, [(2, payer, fee)]))

    def term(self, name: str, value: str, payer: str = "PPO01") -> None:
        term = Term(name=name, value=value, effective_from=LONG_AGO)
        self.run(lambda session: contract_import.receive_terms(session, self.organisation, [(2, payer, term)]))

    def variances(self) -> list[Variance]:
        return self._all(select(Variance).order_by(Variance.id))

    def told(self) -> list[tuple[int, int, int, str]]:
        """Line, expected, allowed and state of every variance."""
        return [(row.line, row.expected_cents, row.allowed_cents, row.state) for row in self.variances()]

    def question(self) -> WorkItem:
        """The only open work item."""
        (item,) = self.open_items()
        return item


@pytest.fixture
def new_office(database_url: str) -> Iterator[Callable[[], ContractedOffice]]:
    engine = make_engine(database_url, pool_size=6)
    names = count(1)

    def new() -> ContractedOffice:
        books = Books(engine)
        with books.system() as session:
            practice = Organisation(name=f"Practice {next(names)}", provider=to_json(PROVIDER))
            session.add(practice)
            session.flush()
            return ContractedOffice(books=books, organisation=practice.id)

    yield new
    engine.dispose()


@pytest.fixture
def office(new_office: Callable[[], ContractedOffice]) -> ContractedOffice:
    return new_office()
