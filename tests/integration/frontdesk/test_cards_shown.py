"""A card shown at the desk is kept by who saw it, held beside coverage and 271, and its numbers may stand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import pytest
from sqlalchemy import select

from activities.cases.desk import Desk
from activities.frontdesk.arrivals import Said, arrive
from activities.frontdesk.cards_shown import NoCard, cards_of, take_card
from activities.frontdesk.questions import AppointmentQuestions
from domain.checkin.insurance_card import InsuranceCard
from storage import frontdesk
from storage.models import WorkItem
from tests.integration.frontdesk.conftest import NOW, TODAY, FrontOffice, PayersLine, coverage

T = TypeVar("T")
RIGHT = InsuranceCard(
    payer_code="PPO01", payer_name="Simulated Summit PPO", member_id="SUM100200300", back_seen=True
)


def at_desk(office: FrontOffice, work: Callable[[Desk], T]) -> T:
    return office.books.run(
        office.organisation_id, lambda session: work(Desk.at(session, office.organisation_id, NOW))
    )


def asked(office: FrontOffice) -> list[WorkItem]:
    with office.books.transaction(office.organisation_id) as session:
        return list(
            session.scalars(select(WorkItem).where(WorkItem.kind == "card_differs", WorkItem.closed_on.is_(None)))
        )


async def test_a_card_that_differs_is_asked_of_the_desk_and_its_numbers_may_stand(
    office: FrontOffice, line: PayersLine
) -> None:
    row = office.appoint(coverage("OLD1"))
    at_desk(office, lambda desk: arrive(desk, row.number, Said(cards=(RIGHT,)), "Kim"))
    (item,) = asked(office)
    assert item.owner == "front_desk"
    assert "member id differs from the coverage of the visit" in item.reason
    assert "OLD1" not in item.reason + item.remedy
    with office.books.transaction(office.organisation_id) as session:
        (shown,) = cards_of(session, frontdesk.get(session, row.number))
    assert (shown.card.seen_on, shown.card.seen_by) == (TODAY, "Kim")
    done = at_desk(office, lambda desk: take_card(desk, row.number, "PPO01", "Kim"))
    assert [one.coverage.member_id for one in frontdesk.coverages_of(done)] == ["SUM100200300"]
    assert done.next_question_at == NOW, "the payer is asked again"
    assert asked(office) == []
    await AppointmentQuestions(office.books, line).ask_due(office.organisation_id, NOW)  # type: ignore[arg-type]
    assert asked(office) == [], "the payer says the same"
    with office.books.transaction(office.organisation_id) as session:
        (shown,) = cards_of(session, frontdesk.get(session, row.number))
    assert shown.answer is not None
    assert shown.answer.member_id == "SUM100200300"


async def test_what_the_payer_says_against_the_card_comes_up_with_its_answer(
    office: FrontOffice, line: PayersLine
) -> None:
    row = office.appoint(coverage())
    other = replace(RIGHT, plan_name="Zzyzx")
    at_desk(office, lambda desk: arrive(desk, row.number, Said(cards=(other,)), "Kim"))
    assert asked(office) == []
    await AppointmentQuestions(office.books, line).ask_due(office.organisation_id, NOW)  # type: ignore[arg-type]
    (item,) = asked(office)
    assert "plan differs from what the payer says" in item.reason


def test_a_second_arrival_without_a_card_keeps_the_one_that_was_seen(office: FrontOffice) -> None:
    row = office.appoint(coverage())
    for said in (Said(cards=(RIGHT,)), Said(phone="5185550100")):
        at_desk(office, lambda desk, said=said: arrive(desk, row.number, said, "Kim"))  # type: ignore[misc]
    with office.books.transaction(office.organisation_id) as session:
        assert len(cards_of(session, frontdesk.get(session, row.number))) == 1


def test_a_card_nobody_showed_is_not_taken(office: FrontOffice) -> None:
    row = office.appoint(coverage())
    with pytest.raises(NoCard, match="no card of PPO01"):
        at_desk(office, lambda desk: take_card(desk, row.number, "PPO01", "Kim"))
