"""Continue-as-new, when the server suggests it: the state goes along, and no message falls between two runs."""

from __future__ import annotations

import asyncio

from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHandle
from temporalio.service import RPCError, RPCStatusCode

from domain.claim.stages import Stage
from tests.conftest import SMALL_HISTORY
from tests.integration.workflows.office import Office
from tests.integration.workflows.rows import Answer
from tests.integration.workflows.story import ClaimStory

DOORBELLS_THAT_FILL_A_HISTORY = SMALL_HISTORY // 5


async def waiting_for_a_biller(office: Office) -> ClaimStory:
    row = office.practice.new_row(stage=Stage.DENIED, answers=[Answer.DENIED], answers_seen=1, owner="biller")
    story = await ClaimStory(office, row).open()
    await story.holds(lambda row: row.done("take_up_claim") == 1)
    await story.idle()
    return story


async def runs_of(story: ClaimStory) -> list[str]:
    """Run ids of one claim, from the first on."""
    client = story.handle._client
    run, runs = story.first_run, []
    while run:
        runs.append(run)
        history = await client.get_workflow_handle(story.identifier, run_id=run).fetch_history()
        last = history.events[-1]
        renewed = last.event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW
        run = last.workflow_execution_continued_as_new_event_attributes.new_execution_run_id if renewed else ""
    return runs


async def fill(story: ClaimStory) -> list[str]:
    """Ring until the history is renewed; returns the message ids."""
    messages = []
    first = (await story.description()).run_id
    for _ in range(DOORBELLS_THAT_FILL_A_HISTORY * 2):
        seen = story.row.done("act_on_answer")
        messages.append(await story.ring("letter"))
        await story.holds(lambda row, seen=seen: row.done("act_on_answer") > seen)
        await story.idle()
        if (await story.description()).run_id != first:
            return messages
    raise AssertionError("the server never suggested to continue as new")


async def test_a_renewed_claim_remembers_its_messages_and_its_orders(renewing_office: Office) -> None:
    story = await waiting_for_a_biller(renewing_office)
    hold = story.body("hold", id="desk-1")
    assert (await story.order(hold)).accepted
    messages = await fill(story)
    acted = story.row.done("act_on_answer")
    for message in messages[-3:]:
        await story.ring("letter", message_id=message)
    await story.idle()

    assert story.row.done("act_on_answer") == acted
    again = await story.handle.execute_update("hold", hold, id="desk-1-again")
    assert again["accepted"]
    assert len(story.row.commands) == 1
    assert await story.failed_tasks() == []


async def test_what_was_shown_is_shown_again_after_a_renewal(renewing_office: Office) -> None:
    story = await waiting_for_a_biller(renewing_office)
    await fill(story)

    assert (await story.details()).startswith("**Denied** with PPO1")
    shown = (await story.description()).search_attributes
    assert shown["ClaimStage"] == ["denied"]


async def test_a_renewal_drains_its_handlers_and_takes_no_order_meanwhile(renewing_office: Office) -> None:
    """Orders and doorbells are sent without a pause until the history was renewed twice."""
    story = await waiting_for_a_biller(renewing_office)
    told: dict[str, str] = {}
    for place in range(DOORBELLS_THAT_FILL_A_HISTORY * 2):
        verb = "hold" if not story.row.held else "release"
        order = asyncio.create_task(attempt(story, verb, place))
        await story.ring("letter")
        told[f"{story.identifier}:{place}"] = await order
    await story.idle()

    # A caller whose answer was lost with its run, and whose repetition comes too late, finds it in the books.
    lost = {order for order, answer in told.items() if answer not in ("done", "try again")}
    assert {order for order, answer in told.items() if answer == "done"} | lost == set(story.row.commands)
    assert len(lost) <= 2, told
    assert len(await runs_of(story)) >= 2
    assert story.row.work_items == {}
    assert await story.failed_tasks() == []


async def attempt(story: ClaimStory, verb: str, place: int) -> str:
    body = story.body(verb, id=f"{story.identifier}:{place}", version=1)
    handle: WorkflowHandle[object, object] = story.handle
    for _ in range(20):
        try:
            why = await answer_of(handle, story, body)
        except RPCError as failure:
            # The task that was to take the order was overtaken by a message: its caller asks again.
            if failure.status not in (RPCStatusCode.FAILED_PRECONDITION, RPCStatusCode.NOT_FOUND):
                raise
            continue
        if why == "done" or "try again" not in why:
            return why
    return "try again"


async def answer_of(handle: WorkflowHandle[object, object], story: ClaimStory, body: object) -> str:
    try:
        return await story.refused(body)  # type: ignore[arg-type]
    except AssertionError:
        return "done"


async def test_a_doorbell_during_a_renewal_reaches_the_next_run(renewing_office: Office) -> None:
    """The row cannot tell that a patient settled: only the doorbell does, and it must not fall between runs."""
    row = renewing_office.practice.new_row(stage=Stage.PATIENT_BALANCE, answers=[Answer.PATIENT_SHARE], answers_seen=1)
    story = await ClaimStory(renewing_office, row).open()
    await story.idle()
    # On a busy machine many doorbells are one task: only the run itself tells when its history was full.
    for _ in range(DOORBELLS_THAT_FILL_A_HISTORY * 10):
        await asyncio.gather(*(story.ring("letter") for _ in range(4)))
        if (await story.description()).run_id != story.first_run:
            break
    row.patient_settled = True
    await asyncio.gather(*(story.ring("patient_settled") for _ in range(2)))

    assert (await story.handle.result())["outcome"] == "paid_by_payer_and_patient"
    assert len(await runs_of(story)) >= 2
