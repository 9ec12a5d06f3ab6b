"""The nightly looks over every organisation: each on its own rows, on its own calendar day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from activities.sweeps import SweepsOfOneOrganisation
from contracts.wire import Sweep
from domain.cash.deposit import DepositLine, DepositMethod
from domain.visits.visit import VisitLine
from storage import deposits, files, visits
from storage.clock import PostgresBusinessClock
from storage.engine import make_engine
from storage.models import BankDeposit, Organisation, RemittanceRow, WorkItem
from storage.unit_of_work import Books
from workers.schedules import EVERY
from workflows.sweep.workflow import _INSIDE, _OUTSIDE

EARLY = datetime(2030, 10, 5, 2, 0, tzinfo=UTC)
"""Friday evening in New York, Saturday noon in Tokyo."""
MONDAY, FRIDAY = date(2030, 9, 30), date(2030, 10, 4)


@pytest.fixture
def books(database_url: str) -> Iterator[Books]:
    engine = make_engine(database_url, pool_size=4)
    books = Books(engine)
    with books.system() as session:
        for name, zone in (("East", "America/New_York"), ("Far", "Asia/Tokyo")):
            session.add(Organisation(name=name, time_zone=zone, provider={}))
    PostgresBusinessClock(books).move_to(EARLY)
    yield books
    engine.dispose()


@pytest.fixture
def looks(books: Books) -> SweepsOfOneOrganisation:
    return SweepsOfOneOrganisation(books, PostgresBusinessClock(books), mailbox=None, deliveries=None)


def organisations(books: Books) -> list[int]:
    with books.system() as session:
        return list(session.scalars(select(Organisation.id).order_by(Organisation.name)))


def opened(books: Books) -> list[tuple[int, str, date]]:
    with books.system() as session:
        rows = session.scalars(select(WorkItem).order_by(WorkItem.organisation_id, WorkItem.id))
        return [(row.organisation_id, row.kind, row.opened_on) for row in rows]


def test_money_of_one_organisation_is_never_the_remittance_of_another(
    books: Books, looks: SweepsOfOneOrganisation
) -> None:
    east, far = organisations(books)
    with books.transaction(far) as session:
        session.add(
            RemittanceRow(
                organisation_id=far,
                key="r",
                file_id=files.receive(session, far, "835", b"ISA", EARLY).id,
                payee_npi="1",
                payer_identifier="1",
                trace_number="T1",
                payment_date=MONDAY,
                payment_cents=500,
                method="ACH",
                balanced=True,
                handling="I",
            )
        )
    line = DepositLine(deposited_on=MONDAY, amount_cents=500, trace_number="T1", method=DepositMethod.ACH)
    with books.transaction(east) as session:
        deposits.receive(session, east, [line], source="manual", by="ann", today=MONDAY)
    assert looks.deposits(Sweep(kind="deposits")).found == 1
    assert opened(books) == [(east, "remittance_missing", FRIDAY)]
    with books.system() as session:
        assert session.scalars(select(BankDeposit.state)).all() == ["open"]


def test_a_visit_is_late_on_the_practices_own_calendar(books: Books, looks: SweepsOfOneOrganisation) -> None:
    for organisation in organisations(books):
        with books.transaction(organisation) as session:
            visits.receive(session, organisation, [VisitLine(key="V1", seen_on=date(2030, 10, 1))])
    assert looks.visits(Sweep(kind="visits")).found == 1
    (_, far) = organisations(books)
    assert opened(books) == [(far, "visit_without_charges", date(2030, 10, 5))]


def test_every_scheduled_look_is_one_that_the_workflow_knows() -> None:
    assert set(EVERY) == {*_INSIDE, *_OUTSIDE}
