"""Each level of each ladder in skipped time: filed on the last day, a day late, overdue, overturned, upheld."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from contracts.appeal import AppealClosed
from domain.appeals.ladder import Level, WhenOverdue
from domain.appeals.states import AppealState, Outcome
from domain.coverage.coverage import PayerKind
from storage.appeal_rules import ladders
from tests.integration.workflows.appeal_story import AppealStory
from tests.integration.workflows.office import Office

EVERY_LEVEL = [level for kind in PayerKind for level in ladders().of(kind, "", date(2026, 3, 2))]
FIRST_LEVELS = [level for level in EVERY_LEVEL if level.level == 1]


def named(level: Level) -> str:
    return f"{level.payer_kind.value}-{level.level}"


async def opened(office: Office, level: Level = EVERY_LEVEL[0]) -> AppealStory:
    now = datetime.now(UTC)
    return await AppealStory(office, office.appeals.new_level(level, now.date()), now).open()


async def result(story: AppealStory) -> AppealClosed:
    return AppealClosed(**await story.handle.result())


@pytest.mark.parametrize("level", EVERY_LEVEL, ids=named)
async def test_filed_on_its_last_day_each_level_is_overturned_and_ends_with_its_money(
    office: Office, level: Level
) -> None:
    story = await opened(office, level)
    assert story.row.deadline is not None
    await story.reaches(story.row.deadline)
    assert story.row.told == [f"{days} days left" for days in (30, 14, 7, 3, 1)]
    assert (await story.order("file")).accepted
    story.row.letter = Outcome.FAVOURABLE
    await story.ring("decision")
    await story.idle()
    assert "overturned" in await story.details()
    story.row.paid = True
    await story.ring("decision")

    assert await result(story) == AppealClosed(appeal_number=story.row.number, decision="favourable")
    assert await story.failed_tasks() == []


@pytest.mark.parametrize("level", FIRST_LEVELS, ids=named)
async def test_a_day_late_the_level_has_lapsed_and_takes_no_filing(office: Office, level: Level) -> None:
    story = await opened(office, level)
    assert story.row.deadline is not None
    late = story.row.deadline + timedelta(days=1)
    while story.row.state is AppealState.GATHERING:
        await story.reaches_its_date()

    assert (await result(story)).decision == "lapsed"
    assert story.row.told == [f"{days} days left" for days in (30, 14, 7, 3, 1)]
    assert story.row.orders == []
    assert late is not None


@pytest.mark.parametrize("level", EVERY_LEVEL, ids=named)
async def test_overdue_it_is_asked_for_and_escalated_where_the_rule_lets_it(office: Office, level: Level) -> None:
    story = await opened(office, level)
    await story.order("file")
    await story.reaches_its_date()
    assert story.row.told == ["overdue"]
    if level.when_overdue is WhenOverdue.ESCALATE:
        assert (await story.order("escalate")).accepted
        assert (await result(story)).decision == "escalated"
    else:
        assert "gives no right to go on without its decision" in await story.refused("escalate")
        await story.order("withdraw")
        assert (await result(story)).decision == "withdrawn"


@pytest.mark.parametrize("level", FIRST_LEVELS, ids=named)
async def test_upheld_it_warns_of_the_next_level_and_ends_by_a_person_or_on_its_day(
    office: Office, level: Level
) -> None:
    story = await opened(office, level)
    await story.order("file")
    await story.order("decide", decision="unfavourable", dated="2026-03-02")
    assert "**Redetermination" in await story.details() or "upheld" in await story.details()
    await story.reaches_its_date()
    assert story.row.told == ["30 days left"]
    await story.order("end")
    assert (await result(story)).decision == "unfavourable"


async def test_what_does_not_fit_the_state_or_the_update_is_refused_and_nothing_happens(office: Office) -> None:
    story = await opened(office)
    assert "not possible while the level is gathering" in await story.refused("end")
    assert "dated must be the date" in await story.refused("decide", decision="favourable")
    assert "item must name" in await story.refused("evidence")
    assert "the body says withdraw" in await story.refused("withdraw", update="file")
    assert story.row.orders == []
    await story.order("withdraw")
    await story.handle.result()


async def test_the_same_order_and_the_same_bell_count_once(office: Office) -> None:
    story = await opened(office)
    for _ in range(2):
        assert (await story.order("file", id="desk-file-1")).accepted
        await story.ring("letter", message_id="same")
    await story.idle()
    assert story.row.orders == ["file"]
    assert story.row.steps["look"] == 2
    await story.order("withdraw")
    await story.handle.result()


async def test_an_order_from_the_temporal_ui_is_taken_and_what_does_not_fit_is_kept_with_its_reason(
    office: Office,
) -> None:
    story = await opened(office)
    right = {"verb": "withdraw", "id": "ui-appeal-1", "by": "omar", "reason": "opened by mistake"}
    for name, body in (
        ("appeal_command", "withdraw it"),
        ("appeal_command", {"verb": "withdraw"}),
        ("appeal_command", {**right, "id": "ui-appeal-2", "verb": "end"}),
        ("remitted", right),
        ("appeal_command", right),
    ):
        await story.handle.signal(name, body)
    assert (await result(story)).decision == "withdrawn"
    assert [problem.split(":")[0] for problem in story.row.misfits] == [
        "an order is one JSON object",
        "id must be 1 to 100 letters, digits, or ._",
        "by must name the person who orders it",
        "reason must say why, or for evidence where it is",
        "end is not possible while the level is gathering",
        "a signal came that appeals do not know",
    ]
    assert await story.failed_tasks() == []
