"""Payers are asked before a visit and on its day; a silent one is asked again; people mend what only they can."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from activities.frontdesk.questions import SILENT_RETRY, TELL_AFTER, AppointmentQuestions
from cli.frontdesk.eligibility import answers_document
from storage import frontdesk
from storage.models import Appointment, EligibilityRow, TimelineEntry, WorkItem
from tests.integration.frontdesk.conftest import NOW, FrontOffice, PayersLine, coverage


async def ask(office: FrontOffice, line: PayersLine, now: datetime = NOW) -> int:
    questions = AppointmentQuestions(office.books, line)  # type: ignore[arg-type]
    return await questions.ask_due(office.organisation_id, now)


def items(office: FrontOffice) -> list[tuple[str, str]]:
    with office.books.transaction(office.organisation_id) as session:
        return [(row.kind, row.remedy) for row in session.scalars(select(WorkItem).order_by(WorkItem.id))]


def appointment(office: FrontOffice, number: int) -> Appointment:
    with office.books.transaction(office.organisation_id) as session:
        return frontdesk.get(session, number)


async def test_a_visit_is_asked_about_when_it_is_made_the_day_before_and_on_the_day(
    office: FrontOffice, line: PayersLine
) -> None:
    row = office.appoint(coverage())
    moments = []
    now: datetime | None = NOW
    while now is not None:
        moments.append(now)
        assert await ask(office, line, now) == 1
        assert await ask(office, line, now) == 0, "nothing is asked twice"
        now = appointment(office, row.number).next_question_at
    assert [when.astimezone(UTC).strftime("%m-%d %H") for when in moments] == ["03-02 15", "03-08 10", "03-09 10"]
    with office.books.transaction(office.organisation_id) as session:
        kept = session.scalars(select(EligibilityRow).order_by(EligibilityRow.id)).all()
        told = session.scalars(select(TimelineEntry.why)).all()
    assert [one.status for one in kept] == ["active"] * 3
    assert "copay $25.00" in told[0]
    assert items(office) == []


async def test_the_screen_shows_every_benefit(office: FrontOffice, line: PayersLine) -> None:
    row = office.appoint(coverage())
    await ask(office, line)
    with office.books.transaction(office.organisation_id) as session:
        document: dict[str, Any] = answers_document(session, row.number)
    (answer,) = document["answers"]
    assert (answer["copay_cents"], answer["coinsurance_percent"]) == (2_500, 20)
    kinds = {benefit["kind"] for benefit in answer["benefits"]}
    assert kinds == {"active", "copay", "coinsurance", "deductible", "out_of_pocket", "limit"}
    assert {benefit["network"] for benefit in answer["benefits"]} == {"in", "out", "unknown"}


async def test_a_silent_payer_is_asked_again_until_it_answers_and_a_person_is_told_once(
    office: FrontOffice, line: PayersLine
) -> None:
    row = office.appoint(coverage())
    line.silent = True
    now = NOW
    for _ in range(TELL_AFTER + 1):
        assert await ask(office, line, now) == 0
        assert appointment(office, row.number).next_question_at == now + SILENT_RETRY
        now += SILENT_RETRY
    assert [kind for kind, _ in items(office)] == ["payer_silent"]
    line.silent = False
    assert await ask(office, line, now) == 1
    assert appointment(office, row.number).questions == 0


async def test_a_payer_that_says_it_cannot_answer_now_counts_as_silent(office: FrontOffice, line: PayersLine) -> None:
    office.appoint(coverage("SUM100200S42"))
    assert await ask(office, line) == 0
    assert items(office) == []
    with office.books.transaction(office.organisation_id) as session:
        assert "we try again" in session.scalars(select(TimelineEntry.why)).one()


@pytest.mark.parametrize(
    ("member_id", "remedy"),
    [
        ("SUM100200D71", "Ask the patient for the birth date"),
        ("SUM100200N73", "Write the subscriber's name as the card shows it"),
        ("SUM100200U31", "Check the card"),
        ("X1", "Copy the member id from the card"),
        ("SUM100200T27", "Ask the patient for the present card"),
    ],
)
async def test_the_front_desk_is_told_what_to_mend(
    office: FrontOffice, line: PayersLine, member_id: str, remedy: str
) -> None:
    office.appoint(coverage(member_id))
    await ask(office, line)
    await ask(office, line, NOW + timedelta(days=6))
    ((kind, told),) = items(office)
    assert kind == "coverage"
    assert told.startswith(remedy)


async def test_another_payer_that_nobody_told_of_is_asked_about(office: FrontOffice, line: PayersLine) -> None:
    hmo = coverage("HAR100200R88")
    payer = hmo.coverage.payer
    hmo = replace(hmo, coverage=replace(hmo.coverage, payer=replace(payer, code="HMO01")))
    office.appoint(hmo)
    await ask(office, line)
    assert [kind for kind, _ in items(office)] == ["other_coverage"]


async def test_another_organisation_sees_none_of_it(office: FrontOffice, line: PayersLine) -> None:
    office.appoint(coverage())
    await ask(office, line)
    with office.books.transaction(office.organisation_id + 1) as session:
        assert session.scalars(select(Appointment)).all() == []
        assert session.scalars(select(EligibilityRow)).all() == []
