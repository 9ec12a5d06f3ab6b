"""The signal that operations send from the Temporal UI: whatever its body, the workflow goes on."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.client import WorkflowHandle
from temporalio.common import RawValue

from contracts.converter import data_converter
from domain.claim.stages import Stage
from tests.integration.workflows.rows import Answer
from tests.integration.workflows.story import ClaimStory


def right_body(order: str = "ui-1") -> dict[str, object]:
    return {
        "command": "correct",
        "id": order,
        "by": "omar",
        "expected_version": 1,
        "reason": "the modifier was missing",
        "changes": {"lines.1.modifiers": "25"},
    }


@pytest.fixture
async def denied(claim: Callable[..., ClaimStory]) -> ClaimStory:
    story = await claim(stage=Stage.DENIED, answers=[Answer.DENIED], answers_seen=1, owner="biller").open()
    await story.idle()
    return story


async def test_wrong_bodies_become_work_items_and_the_right_one_is_done(denied: ClaimStory) -> None:
    wrong: list[object] = ["correct it", [1, 2], {"command": "correct", "why": "?"}, 7, None]
    for body in wrong:
        await denied.handle.signal("biller_command", body)
    await denied.handle.signal("biller_command", right_body())
    await denied.reaches(Stage.WITH_PAYER)

    assert len(denied.row.work_items) == len(wrong)
    reasons = " | ".join(denied.row.work_items.values())
    assert "the body is not a JSON object" in reasons
    assert "key 2 of the body is not known" in reasons
    assert denied.row.version == 2
    assert await denied.failed_tasks() == []


async def test_a_signal_without_any_body_or_with_two_leaves_the_workflow_able_to_go_on(denied: ClaimStory) -> None:
    await denied.handle.signal("biller_command")
    await denied.handle.signal("biller_command", args=[right_body(), "and more"])
    await denied.handle.signal("biler_command", right_body())
    await denied.handle.signal("biller_command", right_body("ui-2"))
    await denied.reaches(Stage.WITH_PAYER)

    reasons = " | ".join(denied.row.work_items.values())
    assert "with 0 bodies" in reasons
    assert "with 2 bodies" in reasons
    assert "a signal came that claims do not know" in reasons
    assert await denied.failed_tasks() == []


async def test_a_doorbell_without_its_body_only_makes_the_claim_look(denied: ClaimStory) -> None:
    await denied.handle.signal("remitted")
    await denied.holds(lambda row: row.done("act_on_answer") == 1)
    await denied.idle()

    assert denied.row.stage is Stage.DENIED
    assert await denied.failed_tasks() == []


@pytest.mark.parametrize(
    "payload",
    [
        Payload(metadata={"encoding": b"json/plain"}, data=b'{"command": '),
        Payload(metadata={"encoding": b"binary/zipped"}, data=b"\x00\x01"),
        Payload(metadata={"encoding": b"binary/plain"}, data=b"\xff\xfe"),
        Payload(metadata={}, data=b"{}"),
        Payload(metadata={"encoding": b"binary/protected"}, data=b"short"),
        Payload(metadata={"encoding": b"binary/protected", "key": b"gone"}, data=b"x" * 40),
        Payload(metadata={"encoding": b"binary/protected", "key": b"recordings"}, data=b"x" * 40),
    ],
    ids=["broken JSON", "unknown encoding", "bytes", "no encoding", "no key", "a key we lack", "forged"],
)
async def test_a_body_that_cannot_even_be_decoded_becomes_a_work_item(denied: ClaimStory, payload: Payload) -> None:
    await denied.handle.signal("biller_command", RawValue(payload))
    await denied.holds(lambda row: len(row.work_items) == 1, "the signal left no trace")
    await denied.handle.signal("biller_command", right_body())
    await denied.reaches(Stage.WITH_PAYER)

    assert await denied.failed_tasks() == []


async def test_a_command_that_is_not_possible_now_becomes_a_work_item_that_says_what_is(denied: ClaimStory) -> None:
    await denied.handle.signal("biller_command", {**right_body(), "command": "release", "changes": {}})
    await denied.holds(lambda row: row.work_items)

    (reason,) = denied.row.work_items.values()
    assert reason.startswith("release is not possible in stage denied; possible now: ")
    assert denied.row.done("apply_command") == 0


async def test_a_repeated_command_is_done_once_and_bothers_nobody(denied: ClaimStory) -> None:
    for _ in range(3):
        await denied.handle.signal("biller_command", right_body())
    await denied.reaches(Stage.WITH_PAYER)

    assert denied.row.version == 2
    assert denied.row.work_items == {}


async def test_a_command_sent_before_the_row_was_read_waits_for_it(
    claim: Callable[..., ClaimStory],
) -> None:
    story = claim(stage=Stage.DENIED, answers=[Answer.DENIED], answers_seen=1)
    gate = story.row.gate("take_up_claim")
    await story.open()
    await story.handle.signal("biller_command", right_body())
    gate.opened.set()
    await story.reaches(Stage.WITH_PAYER)

    assert story.row.work_items == {}


async def test_an_order_is_not_readable_in_the_raw_history_while_ids_and_codes_are(denied: ClaimStory) -> None:
    body = denied.body("correct", changes={"member_id": "W123456789"}, by="dana")
    assert (await denied.order(body)).accepted
    await denied.reaches(Stage.WITH_PAYER)
    raw = b"".join([event.SerializeToString() for event in await denied.events()])

    assert b"W123456789" not in raw
    assert b"the payer's letter says so" not in raw
    assert str(denied.row.number).encode() in raw
    assert b"with_payer" in raw
    assert denied.row.commands[body.id].accepted


async def test_a_protected_value_comes_back_whole_for_those_who_hold_the_key(denied: ClaimStory) -> None:
    handle: WorkflowHandle[object, object] = denied.handle
    body = denied.body("correct", changes={"member_id": "W123456789"})
    converter = data_converter().payload_converter
    (payload,) = converter.to_payloads([body])

    assert converter.from_payload(payload, type(body)) == body
    assert handle.id == denied.identifier


@pytest.mark.parametrize("verb", ["appeal", "send_records"])
async def test_a_paper_is_ordered_from_the_temporal_ui_too(denied: ClaimStory, verb: str) -> None:
    await denied.handle.signal("biller_command", {**right_body(), "command": verb, "changes": {}})
    await denied.reaches(Stage.UNDER_REVIEW)

    assert denied.row.work_items == {}


async def test_self_pay_is_ordered_from_the_temporal_ui_too(denied: ClaimStory) -> None:
    await denied.handle.signal("biller_command", {**right_body(), "command": "self_pay", "changes": {}})
    await denied.reaches(Stage.PATIENT_BALANCE)

    assert denied.row.work_items == {}
