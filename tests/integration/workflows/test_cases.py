"""A case waits for a decision, reminds, escalates, and ends with what was decided."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from temporalio.client import WorkflowExecutionStatus

from contracts.case import CaseClosed
from domain.cases.kinds import CaseState
from tests.integration.workflows.case_story import CaseStory
from tests.integration.workflows.office import Office

FORTNIGHT = timedelta(days=14)
MOMENT = timedelta(minutes=1)


async def opened(office: Office) -> CaseStory:
    now = datetime.now(UTC)
    return await CaseStory(office, office.cases.new_case(now + FORTNIGHT), now).open()


async def result(story: CaseStory) -> CaseClosed:
    return CaseClosed(**await story.handle.result())


async def test_a_case_is_approved_then_sent_and_ends(office: Office) -> None:
    story = await opened(office)
    assert "asked again on" in await story.details()
    assert (await story.order("approve")).accepted
    assert "approved" in await story.details()
    assert (await story.order("sent", check="10442")).accepted

    assert await result(story) == CaseClosed(case_number=story.row.number, decision="refunded")
    assert await story.failed_tasks() == []


async def test_nobody_acts_and_the_case_reminds_then_escalates(office: Office) -> None:
    story = await opened(office)
    for owner in ("biller", "billing_manager"):
        await story.move_to(story.row.next_at + MOMENT)
        assert story.row.owner == owner
    assert story.row.steps["remind"] == 2
    assert "billing manager" in await story.details()
    await story.order("reject")
    assert (await result(story)).decision == "rejected"


async def test_a_suspended_case_waits_for_its_new_date(office: Office) -> None:
    story = await opened(office)
    first = story.row.next_at
    await story.order("suspend")
    await story.move_to(first + MOMENT)
    assert story.row.steps["remind"] == 0
    await story.order("reject")
    await story.handle.result()


async def test_what_does_not_fit_the_state_or_the_update_is_refused_and_nothing_happens(office: Office) -> None:
    story = await opened(office)
    assert "not possible while the case is open" in await story.refused("sent", check="1")
    assert "check must be" in await story.refused("sent")
    assert "the body says reject" in await story.refused("reject", update="approve")
    story.row.refuses = "nothing is owed any more"
    assert "nothing is owed" in await story.refused("approve")
    assert story.row.orders == []
    story.row.refuses = ""
    await story.order("reject")
    await story.handle.result()


async def test_the_same_order_again_is_carried_out_once(office: Office) -> None:
    story = await opened(office)
    for _ in range(2):
        assert (await story.order("approve", id="desk-1")).accepted
    assert story.row.orders == ["approve"]
    await story.order("reject")
    await story.handle.result()


async def test_a_recoupment_in_the_books_ends_the_case_and_a_late_bell_finds_it_closed(office: Office) -> None:
    story = await opened(office)
    await story.ring("balance_changed", message_id="same")
    await story.ring("balance_changed", message_id="same")
    await story.idle()
    assert story.row.steps["look"] == 2
    story.row.settled = True
    await story.ring("balance_changed")
    assert (await result(story)).decision == "recouped"
    await story.ring("balance_changed")
    assert (await result(story)).decision == "recouped"
    assert (await story.description()).status is WorkflowExecutionStatus.COMPLETED


async def test_a_case_is_taken_up_from_its_row_at_any_state(office: Office) -> None:
    now = datetime.now(UTC)
    row = office.cases.new_case(now + FORTNIGHT)
    row.state = CaseState.APPROVED
    story = await CaseStory(office, row, now).open()
    await story.order("sent", check="10442")
    assert (await result(story)).decision == "refunded"


async def test_an_order_from_the_temporal_ui_is_taken_and_what_does_not_fit_is_kept_with_its_reason(
    office: Office,
) -> None:
    story = await opened(office)
    right = {"verb": "reject", "id": "ui-1", "by": "omar", "reason": "paid for two visits"}
    for name, body in (
        ("case_command", "reject it"),
        ("case_command", {"verb": "reject"}),
        ("case_command", {**right, "id": "ui-2", "verb": "sent", "check": "1"}),
        ("remitted", right),
        ("case_command", right),
    ):
        await story.handle.signal(name, body)
    assert (await result(story)).decision == "rejected"
    assert story.row.orders == ["reject"]
    assert [problem.split(":")[0] for problem in story.row.misfits] == [
        "an order is one JSON object",
        "id must be 1 to 100 letters, digits, or ._",
        "by must name the person who orders it",
        "reason must say why",
        "sent is not possible while the case is open",
        "a signal came that cases do not know",
    ]
    assert await story.failed_tasks() == []
