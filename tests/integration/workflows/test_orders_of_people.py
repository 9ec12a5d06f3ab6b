"""Orders by update: refused before they enter the history, told when they came too late, done once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowUpdateFailedError

from domain.claim.stages import Stage
from tests.integration.workflows.rows import Answer
from tests.integration.workflows.story import ClaimStory

ACCEPTED = EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED
MODIFIER = {"lines.1.modifiers": "25"}


@pytest.fixture
async def denied(claim: Callable[..., ClaimStory]) -> ClaimStory:
    story = await claim(stage=Stage.DENIED, answers=[Answer.DENIED], answers_seen=1, owner="biller").open()
    await story.holds(lambda row: row.done("take_up_claim") == 1)
    await story.idle()
    return story


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"command": "correct", "id": "a", "by": "dana", "expected_version": 1, "reason": "", "changes": MODIFIER},
         "reason: missing"),
        ({"command": "correct", "id": "a", "by": "dana", "expected_version": 1, "reason": "typo", "changes": {}},
         "a correction changes at least one field"),
        ({"command": "correct", "id": "a", "by": "dana", "expected_version": 1, "reason": "typo",
          "changes": {"patient name": "x"}}, "field 1 is not known"),
        ({"command": "release", "id": "a", "by": "dana", "expected_version": 1, "reason": "typo"},
         "release is not possible in stage denied"),
        ({"command": "correct"}, "Failed decoding arguments"),
        ("correct it please", "Failed decoding arguments"),
        ([], "Failed decoding arguments"),
        (None, "the body is not a JSON object"),
    ],
    ids=["no reason", "no changes", "unknown field", "not now", "half a body", "a string", "a list", "nothing"],
)  # fmt: skip
async def test_an_update_with_a_bad_body_is_refused_before_it_enters_the_history(
    denied: ClaimStory, body: object, told: str
) -> None:
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await denied.handle.execute_update("correct", body)
    await denied.idle()

    assert told in str(refused.value.cause)
    assert await denied.count(ACCEPTED) == 0
    assert denied.row.done("apply_command") == 0
    assert await denied.failed_tasks() == []


async def test_an_update_named_otherwise_than_its_body_is_refused(denied: ClaimStory) -> None:
    assert "the body says hold, the update void" in await denied.refused(denied.body("hold"), verb="void")
    assert await denied.count(ACCEPTED) == 0


async def test_an_update_of_a_stale_version_is_refused(denied: ClaimStory) -> None:
    denied_why = await denied.refused(denied.body("correct", changes=MODIFIER, version=7))

    assert "it has version 1, the command expects 7" in denied_why
    assert await denied.count(ACCEPTED) == 0


async def test_of_two_people_at_once_the_second_is_told(denied: ClaimStory) -> None:
    gate = denied.row.gate("apply_command")
    dana = asyncio.create_task(denied.order(denied.body("correct", changes=MODIFIER, by="dana")))
    assert await asyncio.to_thread(gate.entered.wait, 10)
    lee = asyncio.create_task(denied.refused(denied.body("correct", changes={"member_id": "W1"}, by="lee")))
    gate.opened.set()

    assert (await dana).accepted
    assert "possible" in await lee or "changed meanwhile" in await lee
    await denied.reaches(Stage.WITH_PAYER)
    assert denied.row.version == 2
    assert denied.row.attempt == 1


async def test_a_repeated_order_is_done_once_and_gets_the_same_answer(denied: ClaimStory) -> None:
    body = denied.body("correct", changes=MODIFIER, id="desk-17")
    first = await denied.order(body)
    await denied.reaches(Stage.WITH_PAYER)
    # A caller that lost the answer repeats the order, here under another update id.
    again = await denied.handle.execute_update("correct", body, id="desk-17-again")

    assert first.accepted
    assert again["accepted"]
    assert denied.row.version == 2
    assert denied.row.attempt == 1


async def test_a_repeated_message_changes_nothing(denied: ClaimStory) -> None:
    message = await denied.ring("letter")
    await denied.holds(lambda row: row.done("act_on_answer") == 1)
    await denied.idle()
    for _ in range(3):
        await denied.ring("letter", message_id=message)
    await denied.idle()

    assert denied.row.done("act_on_answer") == 1


@pytest.mark.parametrize("verb", ["appeal", "send_records"])
async def test_a_paper_is_ordered_by_update_and_waits_for_the_payer(denied: ClaimStory, verb: str) -> None:
    assert (await denied.order(denied.body(verb))).accepted
    await denied.idle()

    assert denied.row.stage is Stage.UNDER_REVIEW
    assert "PPO1 to decide on the paper" in await denied.details()
    assert "possible now: hold" in await denied.refused(denied.body(verb))
    assert await denied.failed_tasks() == []


async def test_self_pay_is_ordered_by_update_and_the_claim_waits_for_the_patient(denied: ClaimStory) -> None:
    assert (await denied.order(denied.body("self_pay"))).accepted
    await denied.idle()

    assert denied.row.stage is Stage.PATIENT_BALANCE
    assert "the patient's payment" in await denied.details()
    assert "self_pay is not possible" in await denied.refused(denied.body("self_pay", id="again"))


async def test_a_paper_that_the_books_refuse_is_told_and_the_claim_stays(denied: ClaimStory) -> None:
    denied.row.appealable = False
    assert "no right of appeal" in await denied.refused(denied.body("appeal"))
    assert denied.row.stage is Stage.DENIED
