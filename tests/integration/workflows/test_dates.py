"""Waiting: absolute dates, silence of payers, holds, and what the Temporal UI says meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from temporalio.api.enums.v1 import EventType

from domain.claim.stages import Owes, Stage
from domain.coverage.eligibility import CoverageStatus
from tests.integration.workflows.practice import RETRY_AFTER
from tests.integration.workflows.story import ClaimStory

TIMER_STARTED = EventType.EVENT_TYPE_TIMER_STARTED
MOMENT = timedelta(minutes=1)


def waiting(claim: Callable[..., ClaimStory], stage: Stage, days: int, **facts: object) -> ClaimStory:
    story = claim(stage=stage, owes=Owes.PAYER, next_what="a biller to act", owner="biller", **facts)
    story.row.next_at = story.began + timedelta(days=days)
    return story


async def test_a_payer_silent_three_times_lets_the_visit_go_on(claim: Callable[..., ClaimStory]) -> None:
    story = await claim(eligibility=[None, None, None]).open()
    for _ in range(2):
        await story.idle()
        assert story.row.stage is Stage.CHECKED_IN
        assert story.row.next_at is not None
        await story.move_to(story.row.next_at + MOMENT)
    await story.reaches(Stage.WITH_PAYER)

    assert story.row.done("payer_silent") == 3
    first, *_, last = story.row.days
    assert last - first >= 2 * RETRY_AFTER


async def test_a_payer_that_answers_after_silence_is_asked_no_more(claim: Callable[..., ClaimStory]) -> None:
    story = await claim(eligibility=[None, CoverageStatus.ACTIVE]).open()
    await story.idle()
    assert story.row.next_at is not None
    await story.move_to(story.row.next_at + MOMENT)
    await story.reaches(Stage.WITH_PAYER)

    assert story.row.done("verify_eligibility") == 2


async def test_a_missing_answer_is_asked_for_when_its_date_comes_and_not_before(
    claim: Callable[..., ClaimStory],
) -> None:
    story = await claim().open()
    await story.reaches(Stage.WITH_PAYER)
    due = story.row.next_at
    assert due is not None
    await story.move_to(due - timedelta(hours=1))
    assert story.row.done("ask_claim_status") == 0
    await story.move_to(due + MOMENT)
    await story.holds(lambda row: row.done("ask_claim_status") == 1)

    assert story.row.days[-1] >= due


async def test_nobody_acts_and_the_owner_is_reminded_again_and_again(claim: Callable[..., ClaimStory]) -> None:
    story = await waiting(claim, Stage.DENIED, days=7).open()
    for times in (1, 2, 3):
        await story.idle()
        assert story.row.next_at is not None
        await story.move_to(story.row.next_at + MOMENT)
        assert story.row.done("remind_owner") == times
    assert story.row.owner == "billing_manager"


async def test_a_deadline_keeps_its_date_when_a_later_today_was_told(claim: Callable[..., ClaimStory]) -> None:
    """A doorbell tells of day 5; the deadline of day 7 is still two days away, by the told date."""
    story = await waiting(claim, Stage.DENIED, days=7).open()
    await story.idle()
    await story.ring("letter", at=story.began + timedelta(days=5))
    await story.holds(lambda row: row.done("act_on_answer") == 1)
    await story.idle()
    assert story.row.days[-1] >= story.began + timedelta(days=5)

    await story.move_to(story.began + timedelta(days=6))
    assert story.row.done("remind_owner") == 0
    await story.move_to(story.began + timedelta(days=7) + MOMENT)
    assert story.row.done("remind_owner") == 1


async def test_a_deadline_that_a_message_tells_to_be_past_fires_at_once(claim: Callable[..., ClaimStory]) -> None:
    story = await waiting(claim, Stage.DENIED, days=7).open()
    await story.idle()
    await story.ring("letter", at=story.began + timedelta(days=8))
    await story.holds(lambda row: row.done("remind_owner") == 1, "the told date was not believed")

    assert story.row.days[-1] >= story.began + timedelta(days=8)


async def test_a_date_told_late_never_moves_today_back(claim: Callable[..., ClaimStory]) -> None:
    story = await waiting(claim, Stage.DENIED, days=30).open(at=None)
    await story.idle()
    await story.ring("letter", at=story.began + timedelta(days=9))
    await story.holds(lambda row: row.done("act_on_answer") == 1)
    await story.ring("letter", at=story.began + timedelta(days=2))
    await story.holds(lambda row: row.done("act_on_answer") == 2)

    assert story.row.days[-1] >= story.began + timedelta(days=9)


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage is not Stage.CLOSED])
async def test_a_claim_is_startable_at_every_stage(claim: Callable[..., ClaimStory], stage: Stage) -> None:
    story = await waiting(claim, stage, days=7).open()
    going_on = stage in (Stage.CHECKED_IN, Stage.CODING)
    await story.reaches(Stage.WITH_PAYER if going_on else stage)
    await story.holds(lambda row: row.done("take_up_claim") == 1)
    await story.idle()

    assert await story.count(TIMER_STARTED) == 1
    assert await story.failed_tasks() == []


async def test_a_closed_claim_that_is_started_again_ends_at_once(claim: Callable[..., ClaimStory]) -> None:
    story = await claim(stage=Stage.CLOSED, owes=Owes.NOBODY, outcome="paid").open()

    assert (await story.handle.result())["outcome"] == "paid"
    assert story.row.steps == ["take_up_claim"]


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage is not Stage.CLOSED])
async def test_a_held_claim_waits_and_never_spins(claim: Callable[..., ClaimStory], stage: Stage) -> None:
    story = await waiting(claim, stage, days=7, held=True).open()
    await story.holds(lambda row: row.done("take_up_claim") == 1)
    await story.idle()
    assert story.row.steps == ["take_up_claim"]

    assert story.row.next_at is not None
    await story.move_to(story.row.next_at + MOMENT)
    assert story.row.steps == ["take_up_claim", "remind_owner"]
    await story.ring("status_reported")
    await story.holds(lambda row: row.done("act_on_answer") == 1)
    await story.idle()
    assert story.row.steps == ["take_up_claim", "remind_owner", "act_on_answer"]
    assert story.row.stage is stage


async def test_a_held_claim_goes_on_when_it_is_released(claim: Callable[..., ClaimStory]) -> None:
    story = await waiting(claim, Stage.CODING, days=7, held=True).open()
    await story.idle()
    assert "On hold by a person's order" in await story.details()
    assert (await story.order(story.body("release"))).accepted
    await story.reaches(Stage.WITH_PAYER)


@pytest.mark.parametrize("stage", [Stage.CHECKED_IN, Stage.CODING, Stage.DENIED, Stage.WITH_PAYER])
async def test_a_held_claim_without_a_date_waits_for_its_release(
    claim: Callable[..., ClaimStory], stage: Stage
) -> None:
    story = await claim(stage=stage, held=True).open()
    await story.holds(lambda row: row.done("take_up_claim") == 1)
    await story.idle()
    assert story.row.steps == ["take_up_claim"]
    await story.order(story.body("release"))
    await story.holds(lambda row: not row.held)


async def test_current_details_say_what_is_waited_for_until_when(claim: Callable[..., ClaimStory]) -> None:
    story = await waiting(claim, Stage.DENIED, days=7).open()
    await story.idle()
    details = await story.details()

    assert details.startswith("**Denied** with PPO1; owed by payer.")
    assert "Waits for: a biller to act" in details
    assert f"{story.row.next_at:%d %B %Y}" in details
    assert "Owner: biller" in details
