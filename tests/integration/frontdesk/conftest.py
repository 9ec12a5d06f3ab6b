"""A practice with a patient, and a payer's line that answers what a test wants."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import x12
from domain.coverage.coverage import Coverage, OtherCoverage, Payer, PayerKind
from domain.estimates.planned import PlannedService
from domain.people.parties import Person
from gateways.errors import PayerUnreachable
from simulator.persona import load_personas
from simulator.realtime.eligibility import eligibility_response
from storage import frontdesk, intake
from storage.engine import make_engine
from storage.models import Appointment, Organisation
from storage.serialise import to_json
from storage.unit_of_work import Books
from tests.integration.storage.samples import _PROVIDER, person

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
MONDAY_AFTER = date(2026, 3, 9)
PPO = Payer(code="PPO01", name="Simulated Summit PPO", kind=PayerKind.COMMERCIAL, filing_indicator="12")
MEDICARE = Payer(code="MCARE", name="Simulated Medicare", kind=PayerKind.MEDICARE, filing_indicator="MB")
VISIT = PlannedService(procedure="99213", charge_cents=15_000, words="Office visit")



@pytest.fixture
def books(database_url: str) -> Iterator[Books]:
    engine = make_engine(database_url, pool_size=6)
    yield Books(engine)
    engine.dispose()


@dataclass
class PayersLine:
    """The simulator's payers answer in this process; or nobody does."""

    silent: bool = False
    asked: list[bytes] = field(default_factory=list)
    other: Callable[[x12.Content], x12.Content] | None = None

    async def ask(self, content: bytes) -> bytes:
        self.asked.append(content)
        if self.silent:
            raise PayerUnreachable("nobody answers")
        (transaction,) = x12.read_file(content).transactions()
        asked = transaction.content
        if isinstance(asked, x12.EligibilityInquiry):
            answer: x12.Content = eligibility_response(asked, load_personas(), NOW)
        else:
            assert self.other is not None
            answer = self.other(asked)
        header = x12.read_file(content).interchanges[0].header
        back = replace(header, sender_id=header.receiver_id, receiver_id=header.sender_id)
        return _sealed(back, answer)


def _sealed(header: x12.InterchangeHeader, content: x12.Content) -> bytes:
    from edi.envelope import ControlNumbers, seal

    return seal(
        [content],
        sender=header.sender_id,
        receiver=header.receiver_id,
        control_numbers=ControlNumbers(interchange=1, group=1, transactions=(1,)),
        at=NOW,
        usage="T",
    )


def coverage(member_id: str = "SUM100200300", payer: Payer = PPO, subscriber: Person | None = None) -> OtherCoverage:
    return OtherCoverage(
        coverage=Coverage(
            payer=payer, member_id=member_id, relationship="18", subscriber=subscriber or person()
        ),
        why="pays first",
    )


@dataclass
class FrontOffice:
    """One organisation and its books."""

    books: Books
    organisation_id: int
    folder: Path

    def appoint(
        self,
        *coverages: OtherCoverage,
        on_day: date = MONDAY_AFTER,
        services: tuple[PlannedService, ...] = (VISIT,),
        patient: Person | None = None,
        key: str = "visit-1",
    ) -> Appointment:
        def work(session):  # type: ignore[no-untyped-def]
            row = intake.find_or_add_patient(session, self.organisation_id, patient or person())
            new = frontdesk.NewAppointment(
                key=key,
                patient_id=row.id,
                on_day=on_day,
                scheduled_on=TODAY,
                provider=_PROVIDER,
                coverages=coverages,
                services=services,
            )
            return frontdesk.schedule(session, self.organisation_id, new, ask_at=NOW)

        return self.books.run(self.organisation_id, work)


@pytest.fixture
def office(books: Books, tmp_path: Path) -> FrontOffice:
    with books.system() as session:
        organisation = Organisation(name="Elm Street Family Practice", provider=to_json(_PROVIDER))
        session.add(organisation)
        session.flush()
        number = organisation.id
    return FrontOffice(books=books, organisation_id=number, folder=tmp_path)


@pytest.fixture
def line() -> PayersLine:
    return PayersLine()
