"""Prior authorization: asked once, asked again while it waits, its number on the claim, the payer's clock watched."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

import pytest
from sqlalchemy import select

from activities.cases.desk import Desk
from activities.frontdesk import authorizations
from activities.frontdesk.authorizations import AuthorizationQuestions
from activities.frontdesk.questions import AppointmentQuestions
from domain.claim.submission import NextAttempt
from domain.coverage.authorization import AuthorizationAnswer, AuthorizationState
from domain.coverage.coverage import PayerKind
from simulator.persona import load_personas
from simulator.realtime.authorization import authorization_response
from storage import claims, frontdesk_authorizations, intake
from storage.models import Appointment, AuthorizationRow, WorkItem
from tests.integration.frontdesk.conftest import MONDAY_AFTER, NOW, VISIT, FrontOffice, PayersLine, coverage
from tests.integration.storage.samples import encounter

T = TypeVar("T")
NEEDED = next(iter(load_personas()["PPO01"].policy.needs_authorization))


@pytest.fixture
def line() -> PayersLine:
    return PayersLine(other=lambda asked: authorization_response(asked, load_personas(), NOW))  # type: ignore[arg-type]


def at_desk(office: FrontOffice, work: Callable[[Desk], T], after: timedelta = timedelta(0)) -> T:
    return office.books.run(
        office.organisation_id, lambda session: work(Desk.at(session, office.organisation_id, NOW + after))
    )


def booked(office: FrontOffice, member: str = "SUM100200300", kind: PayerKind = PayerKind.COMMERCIAL) -> Appointment:
    told = coverage(member)
    told = replace(told, coverage=replace(told.coverage, payer=replace(told.coverage.payer, kind=kind)))
    return office.appoint(told, services=(replace(VISIT, procedure=NEEDED, diagnoses=("G43909",)),))


def requested(office: FrontOffice, row: Appointment, *, expedited: bool = False) -> int:
    return at_desk(
        office, lambda desk: authorizations.request(desk, row.number, NEEDED, expedited=expedited, by="Kim")
    ).number


async def look(office: FrontOffice, line: PayersLine, after: timedelta = timedelta(0)) -> int:
    asking = AuthorizationQuestions(office.books, line)  # type: ignore[arg-type]
    return await asking.ask_due(office.organisation_id, NOW + after)


def row_of(office: FrontOffice, number: int) -> AuthorizationRow:
    with office.books.transaction(office.organisation_id) as session:
        return frontdesk_authorizations.get(session, number)


def open_kinds(office: FrontOffice) -> list[str]:
    with office.books.transaction(office.organisation_id) as session:
        return list(session.scalars(select(WorkItem.kind).where(WorkItem.closed_on.is_(None)).order_by(WorkItem.id)))


async def test_what_the_271_wants_authorized_is_asked_once_and_its_number_stands_on_the_claim(
    office: FrontOffice, line: PayersLine
) -> None:
    row = booked(office)
    await AppointmentQuestions(office.books, line).ask_due(office.organisation_id, NOW)  # type: ignore[arg-type]
    assert open_kinds(office) == ["authorization_needed"]
    number = requested(office, row)
    assert requested(office, row) == number
    assert open_kinds(office) == []
    assert (await look(office, line), await look(office, line)) == (1, 0)
    granted = row_of(office, number)
    assert (granted.state, granted.next_at) == ("approved", None)
    visit = encounter()
    lines = tuple(replace(one, service_from=MONDAY_AFTER, procedure=NEEDED) for one in visit.content.lines)
    visit = replace(visit, content=replace(visit.content, lines=lines))
    claim = office.books.run(
        office.organisation_id,
        lambda session: intake.check_in(session, office.organisation_id, visit, by="desk", business_at=NOW),
    ).claim_number
    with office.books.transaction(office.organisation_id) as session:
        assert claims.content(session, claim).authorization_number == granted.authorization_number != ""


async def test_a_silent_payer_is_asked_again_within_the_hour(office: FrontOffice, line: PayersLine) -> None:
    number = requested(office, booked(office))
    line.silent = True
    assert await look(office, line) == 0
    assert row_of(office, number).next_at == NOW + timedelta(hours=1)
    line.silent = False
    assert await look(office, line, timedelta(minutes=59)) == 0
    assert await look(office, line, timedelta(hours=1)) == 1


@pytest.mark.parametrize(("expedited", "late_after"), [(True, 4), (False, 8)])
async def test_a_bound_payer_that_lets_its_clock_run_out_becomes_a_work_item(
    office: FrontOffice, line: PayersLine, expedited: bool, late_after: int
) -> None:
    number = requested(office, booked(office, "SUM100200P44", PayerKind.MEDICARE_ADVANTAGE), expedited=expedited)
    for day in range(late_after):
        assert await look(office, line, timedelta(days=day)) == 0
    assert (row_of(office, number).state, open_kinds(office)) == ("pended", [])
    await look(office, line, timedelta(days=late_after))
    assert open_kinds(office) == ["authorization_late"]
    granted = AuthorizationAnswer(state=AuthorizationState.APPROVED, number="TEL77")
    assert at_desk(office, lambda desk: authorizations.note(desk, number, granted, "Kim"))
    assert not at_desk(office, lambda desk: authorizations.note(desk, number, granted, "Kim"))
    assert (row_of(office, number).authorization_number, open_kinds(office)) == ("TEL77", [])


async def test_a_payer_that_no_clock_binds_has_no_date(office: FrontOffice) -> None:
    row = row_of(office, requested(office, booked(office)))
    assert (row.due_at, row.due_rule) == (None, "no federal clock binds this payer")


def test_a_service_that_is_not_planned_is_not_asked_about(office: FrontOffice) -> None:
    row = booked(office)
    with pytest.raises(authorizations.NotAskable):
        at_desk(office, lambda desk: authorizations.request(desk, row.number, "00000", expedited=False, by="Kim"))


def test_a_number_that_comes_after_check_in_reaches_the_claim_that_was_not_sent(office: FrontOffice) -> None:
    number = requested(office, booked(office))
    claim = checked_in(office)

    def granted(desk: Desk) -> bool:
        answer = AuthorizationAnswer(state=AuthorizationState.APPROVED, number="AUTH-9")
        return authorizations.note(desk, number, answer, "Kim")

    assert at_desk(office, granted)
    with office.books.transaction(office.organisation_id) as session:
        assert claims.content(session, claim).authorization_number == "AUTH-9"
        assert claims.get(session, claim).version == 2
    assert not at_desk(office, granted), "a decision is taken once"


def test_a_number_that_comes_after_the_claim_went_is_told_to_the_biller(office: FrontOffice) -> None:
    number = requested(office, booked(office))
    claim = checked_in(office)
    at_desk(office, lambda desk: claims.commit_ready(desk.session, claim, NextAttempt(frequency="1"), desk.today))
    answer = AuthorizationAnswer(state=AuthorizationState.APPROVED, number="AUTH-9")
    at_desk(office, lambda desk: authorizations.note(desk, number, answer, "Kim"))
    with office.books.transaction(office.organisation_id) as session:
        assert claims.content(session, claim).authorization_number == ""
        remedies = session.scalars(select(WorkItem.remedy).where(WorkItem.kind == "late_paper")).all()
    assert [f"claimflow claim correct {claim} --set authorization_number=AUTH-9" in one for one in remedies] == [True]


def checked_in(office: FrontOffice) -> int:
    visit = encounter()
    lines = tuple(replace(one, service_from=MONDAY_AFTER, procedure=NEEDED) for one in visit.content.lines)
    visit = replace(visit, content=replace(visit.content, lines=lines))
    return office.books.run(
        office.organisation_id,
        lambda session: intake.check_in(session, office.organisation_id, visit, by="desk", business_at=NOW),
    ).claim_number
