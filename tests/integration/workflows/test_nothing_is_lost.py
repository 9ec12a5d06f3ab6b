"""Messages that come at bad moments, and databases that are away."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.service import RPCError

from contracts.claim import CLAIM_WORKFLOW, COMMAND_SIGNAL
from domain.claim.stages import Owes, Stage
from tests.integration.workflows.front_office import AccountRow
from tests.integration.workflows.office import Office
from tests.integration.workflows.rows import Answer
from tests.integration.workflows.story import AccountStory, ClaimStory

QUICK_TRIES = 3  # of a local activity, before it is done by a normal one


async def test_a_signal_that_arrives_while_the_workflow_closes_is_not_lost(
    claim: Callable[..., ClaimStory],
) -> None:
    story = await claim().open()
    await story.reaches(Stage.WITH_PAYER)
    gate = story.row.gate("act_on_answer")
    story.row.answers.append(Answer.PAID)
    await story.ring("remitted")
    assert await asyncio.to_thread(gate.entered.wait, 10)
    # The step that closes the claim is under way; the reversal is posted after it has read the row.
    closing = asyncio.create_task(story.holds(lambda row: row.done("act_on_answer") >= 1))
    await story.ring("remitted", message_id="too-early")
    gate.opened.set()
    await closing
    story.row.answers.append(Answer.REVERSED)
    await story.ring("remitted")
    await story.reaches(Stage.NEEDS_REVIEW)

    assert story.row.answers_seen == 2
    assert await story.failed_tasks() == []


async def test_doorbells_in_a_burst_around_the_closing_are_all_answered(claim: Callable[..., ClaimStory]) -> None:
    story = await claim().open()
    await story.reaches(Stage.WITH_PAYER)
    for answer in (Answer.DENIED, Answer.PAID, Answer.REVERSED, Answer.PAID, Answer.REVERSED):
        story.row.answers.append(answer)
        await story.ring("remitted")
    await story.holds(lambda row: row.answers_seen == 5)
    await story.reaches(Stage.NEEDS_REVIEW)


async def test_an_order_that_arrives_while_the_workflow_closes_is_told_when_repeated(
    claim: Callable[..., ClaimStory],
) -> None:
    story = await claim(stage=Stage.PATIENT_BALANCE, owes=Owes.PATIENT, answers=[Answer.PATIENT_SHARE],
                        answers_seen=1).open()  # fmt: skip
    await story.holds(lambda row: row.done("take_up_claim") == 1)
    await story.idle()
    gate = story.row.gate("act_on_answer")
    story.row.patient_settled = True
    await story.ring("patient_settled")
    assert await asyncio.to_thread(gate.entered.wait, 10)
    body = story.body("write_off")
    order = asyncio.create_task(story.refused(body))
    gate.opened.set()
    # The server may end the update with the run; its caller then starts the claim with the same order.
    with suppress(RPCError):
        assert "not possible in stage closed" in await order

    assert (await story.handle.result())["outcome"] == "paid_by_payer_and_patient"
    await story.ring_as_the_dispatcher(CLAIM_WORKFLOW, story.opened(), COMMAND_SIGNAL, body)
    await story.handle.result()
    assert "not possible in stage closed" in " ".join(story.row.work_items.values())
    assert story.row.commands == {}


@pytest.mark.parametrize("step", ["take_up_claim", "scrub_claim", "commit_ready_attempt", "act_on_answer"])
async def test_a_step_that_fails_three_times_as_a_local_activity_is_done_by_a_normal_one(
    claim: Callable[..., ClaimStory], step: str
) -> None:
    story = claim()
    story.row.faults[step] = QUICK_TRIES
    await story.open()
    await story.reaches(Stage.WITH_PAYER)
    story.row.answers.append(Answer.PAID)
    await story.ring("remitted")
    await story.handle.result()

    assert story.row.tries[step] == QUICK_TRIES + 1
    assert dict(zip(story.row.steps, story.row.local, strict=True)) == {
        name: name not in (step, "verify_eligibility") for name in story.row.steps
    }


async def test_an_order_and_a_payers_silence_survive_a_database_that_is_away(
    claim: Callable[..., ClaimStory],
) -> None:
    story = claim(eligibility=[None])
    story.row.faults.update({"payer_silent": QUICK_TRIES, "apply_command": QUICK_TRIES})
    await story.open()
    await story.holds(lambda row: row.done("payer_silent") == 1)
    await story.idle()

    assert (await story.order(story.body("hold"))).accepted
    assert story.row.held


async def test_an_account_survives_a_database_that_is_away(office: Office) -> None:
    began = ClaimStory(office, office.practice.new_row()).began
    row: AccountRow = office.accounts.new_row(2500, began)
    row.faults["plan_account"] = QUICK_TRIES
    account = await AccountStory(office, row).ring("balance_changed", began)
    await account.idle()

    assert row.local == [False]
    assert await account.failed_tasks() == []


async def test_a_payment_keeps_the_next_statement_in_the_house(office: Office) -> None:
    began = ClaimStory(office, office.practice.new_row()).began
    row = office.accounts.new_row(2500, began)
    account = await AccountStory(office, row).ring("balance_changed", began)
    await account.move_to(row.last_asked + timedelta(days=30, minutes=1))
    assert row.sent == [1]
    row.open_cents = 0
    message = "the-payment"
    await account.ring("payment_received", row.last_asked, message_id=message)

    assert await account.handle.result() == {"account_number": row.number}
    assert row.sent == [1]


async def test_an_unpaid_account_is_asked_to_the_last_step_and_then_ends(office: Office) -> None:
    began = ClaimStory(office, office.practice.new_row()).began
    row = office.accounts.new_row(2500, began)
    account = await AccountStory(office, row).ring("balance_changed", began)
    await account.idle()
    assert "the next statement" in await account.details()
    for _ in range(4):
        await account.move_to(row.last_asked + timedelta(days=30, minutes=1))
    await account.handle.result()

    assert row.asked == ["statement", "reminder", "final_notice", "placement"]
    assert row.sent == [1, 2, 3, 4]
    assert await account.count(EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED) == 0


async def test_a_repeated_doorbell_makes_an_account_look_once(office: Office) -> None:
    began = ClaimStory(office, office.practice.new_row()).began
    row = office.accounts.new_row(2500, began)
    account = await AccountStory(office, row).ring("balance_changed", began, message_id="b1")
    await account.idle()
    looks = row.plans
    await account.ring("balance_changed", began, message_id="b1")
    await account.idle()

    assert row.plans == looks
