"""The stories that are recorded over the in-memory practice."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from temporalio.client import WorkflowHistory

from contracts import task_queues
from contracts.audit import AUDIT_WORKFLOW, AuditNight
from contracts.wire import BATCH_WORKFLOW, FILE_WORKFLOW, SWEEP_WORKFLOW, BatchOpened, FileReceived, Sweep
from domain.appeals.states import Outcome
from domain.claim.stages import Stage
from domain.coverage.coverage import PayerKind
from storage.appeal_rules import ladders
from tests.integration.workflows.appeal_story import AppealStory
from tests.integration.workflows.case_story import CaseStory
from tests.integration.workflows.office import Office
from tests.integration.workflows.rows import Answer
from tests.integration.workflows.story import AccountStory, ClaimStory

MOMENT = timedelta(minutes=1)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
RIGHT = {"command": "correct", "id": "ui-1", "by": "omar", "expected_version": 1, "reason": "the modifier was missing",
         "changes": {"lines.1.modifiers": "25"}}  # fmt: skip


async def with_payer(office: Office, **facts: object) -> ClaimStory:
    story = await ClaimStory(office, office.practice.new_row(**facts)).open()
    await story.reaches(Stage.WITH_PAYER)
    return story


async def answered(story: ClaimStory, answer: Answer, stage: Stage) -> None:
    story.row.answers.append(answer)
    await story.ring("remitted")
    await story.reaches(stage)


async def runs(story: ClaimStory | AccountStory) -> list[WorkflowHistory]:
    await story.idle()
    return [await story.handle.fetch_history()]


async def clean(office: Office) -> list[WorkflowHistory]:
    story = await with_payer(office)
    await answered(story, Answer.PAID, Stage.CLOSED)
    return await runs(story)


async def denied_and_corrected(office: Office) -> list[WorkflowHistory]:
    story = await with_payer(office)
    await answered(story, Answer.DENIED, Stage.DENIED)
    await story.order(story.body("correct", changes={"lines.1.modifiers": "25"}))
    await story.reaches(Stage.WITH_PAYER)
    await answered(story, Answer.PATIENT_SHARE, Stage.PATIENT_BALANCE)
    story.row.patient_settled = True
    await story.ring("patient_settled")
    await story.reaches(Stage.CLOSED)
    return await runs(story)


async def appealed_and_answered_with_records(office: Office) -> list[WorkflowHistory]:
    story = await with_payer(office)
    await answered(story, Answer.DENIED, Stage.DENIED)
    await story.order(story.body("appeal"))
    await story.reaches(Stage.UNDER_REVIEW)
    await story.ring("letter")
    await answered(story, Answer.DENIED, Stage.DENIED)
    records = {**RIGHT, "command": "send_records", "id": "ui-2", "changes": {}}
    await story.handle.signal("biller_command", records)
    await story.reaches(Stage.UNDER_REVIEW)
    await story.idle()
    await story.move_to(story.row.next_at + MOMENT if story.row.next_at else NOON)
    await answered(story, Answer.PAID, Stage.CLOSED)
    return await runs(story)


async def reversed_after_close(office: Office) -> list[WorkflowHistory]:
    story = await with_payer(office)
    await answered(story, Answer.PAID, Stage.CLOSED)
    first = await runs(story)
    await answered(story, Answer.REVERSED, Stage.NEEDS_REVIEW)
    await story.order(story.body("write_off"))
    await story.reaches(Stage.CLOSED)
    return [*first, *await runs(story)]


async def ordered_from_the_ui(office: Office) -> list[WorkflowHistory]:
    story = await with_payer(office)
    await answered(story, Answer.REJECTED, Stage.REJECTED)
    for body in ("correct it", [1], {"command": "correct"}, RIGHT):
        await story.handle.signal("biller_command", body)
    await story.reaches(Stage.WITH_PAYER)
    await answered(story, Answer.PAID, Stage.CLOSED)
    return await runs(story)


async def silent_held_and_reminded(office: Office) -> list[WorkflowHistory]:
    story = await ClaimStory(office, office.practice.new_row(eligibility=[None, None, None])).open()
    for _ in range(2):
        await story.idle()
        await story.move_to(story.row.next_at + MOMENT if story.row.next_at else NOON)
    await story.reaches(Stage.WITH_PAYER)
    for _ in range(2):
        await story.idle()
        await story.move_to(story.row.next_at + MOMENT if story.row.next_at else NOON)
    await answered(story, Answer.DENIED, Stage.DENIED)
    await story.order(story.body("hold"))
    await story.idle()
    await story.move_to(story.row.next_at + MOMENT if story.row.next_at else NOON)
    await story.order(story.body("release"))
    await story.order(story.body("write_off"))
    await story.reaches(Stage.CLOSED)
    return await runs(story)


async def resubmitted_though_late(office: Office) -> list[WorkflowHistory]:
    """A finding is answered by a resubmission, ordered once in the console and once from the Temporal UI."""
    histories = []
    for told in ("console", "ui"):
        story = await ClaimStory(office, office.practice.new_row(has_findings=True)).open()
        await story.reaches(Stage.FINDINGS)
        if told == "console":
            await story.order(story.body("resubmit"))
        else:
            await story.handle.signal("biller_command", {**RIGHT, "command": "resubmit", "changes": {}})
        await story.reaches(Stage.WITH_PAYER)
        await answered(story, Answer.PAID, Stage.CLOSED)
        histories += await runs(story)
    return histories


async def database_away(office: Office) -> list[WorkflowHistory]:
    story = ClaimStory(office, office.practice.new_row())
    story.row.faults.update({"take_up_claim": 3, "commit_ready_attempt": 4})
    await story.open()
    await story.reaches(Stage.WITH_PAYER)
    await answered(story, Answer.PAID, Stage.CLOSED)
    return await runs(story)


async def account(office: Office) -> list[WorkflowHistory]:
    histories = []
    for statements in (2, 4):
        row = office.accounts.new_row(2500, datetime.now(UTC))
        story = await AccountStory(office, row).ring("balance_changed", row.last_asked)
        for _ in range(statements):
            await story.move_to(row.last_asked + timedelta(days=30) + MOMENT)
        row.open_cents = 0
        if statements < 4:
            await story.ring("payment_received", row.last_asked)
        await story.handle.result()
        histories += await runs(story)
    return histories


async def case(office: Office) -> list[WorkflowHistory]:
    histories = []
    for ending in ("sent", "recouped"):
        now = datetime.now(UTC)
        story = await CaseStory(office, office.cases.new_case(now + timedelta(days=14)), now).open()
        await story.move_to(story.row.next_at + MOMENT)
        await story.order("suspend")
        await story.order("approve")
        if ending == "sent":
            await story.move_to(story.row.next_at + MOMENT)
            await story.order("sent", check="10442")
        else:
            story.row.settled = True
            await story.ring("balance_changed")
        await story.handle.result()
        await story.idle()
        histories.append(await story.handle.fetch_history())
    return histories


async def appeal(office: Office) -> list[WorkflowHistory]:
    """Gathered for, warned about, filed, overdue; then upheld and ended, or overturned and paid, or lapsed."""
    histories = []
    for ending in ("upheld", "paid", "lapsed"):
        now = datetime.now(UTC)
        level = ladders().of(PayerKind.MEDICARE, "", now.date())[0]
        story = await AppealStory(office, office.appeals.new_level(level, now.date()), now).open()
        await story.reaches_its_date()
        if ending == "lapsed":
            while story.row.next_at is not None:
                await story.reaches_its_date()
        else:
            await story.handle.signal("appeal_command", {"verb": "file"})
            await story.order("evidence", item="medical_records")
            await story.order("file")
            await story.reaches_its_date()
        if ending == "upheld":
            await story.order("decide", decision="unfavourable", dated=now.date().isoformat())
            await story.reaches_its_date()
            await story.order("end")
        if ending == "paid":
            story.row.letter = Outcome.FAVOURABLE
            await story.ring("decision")
            await story.idle()
            story.row.paid = True
            await story.ring("decision")
        await story.handle.result()
        await story.idle()
        histories.append(await story.handle.fetch_history())
    return histories


async def short(office: Office, workflow: str, argument: object) -> WorkflowHistory:
    handle = await office.client.start_workflow(
        workflow, argument, id=f"short/{uuid.uuid4()}", task_queue=task_queues.STORIES
    )
    await handle.result()
    return await handle.fetch_history()


async def batch(office: Office) -> list[WorkflowHistory]:
    office.interchanges.ready[71] = 12
    return [
        await short(office, BATCH_WORKFLOW, BatchOpened(organisation_id=1, batch_number=number, business_at=NOON))
        for number in (71, 72)
    ]


async def file(office: Office) -> list[WorkflowHistory]:
    office.inbox.files.update({31: ("999", "277CA"), 33: ()})
    return [
        await short(office, FILE_WORKFLOW, FileReceived(organisation_id=1, file_id=number, business_at=NOON))
        for number in (31, 33)
    ]


async def sweep(office: Office) -> list[WorkflowHistory]:
    return [
        await short(office, SWEEP_WORKFLOW, Sweep(kind=kind))
        for kind in ("ready", "mailbox", "unacknowledged", "outbox")
    ]


async def audit(office: Office) -> list[WorkflowHistory]:
    return [await short(office, AUDIT_WORKFLOW, AuditNight())]


async def renewed(office: Office) -> list[WorkflowHistory]:
    """Two runs of one claim; on a server that suggests continue-as-new early."""
    story = await with_payer(office)
    await answered(story, Answer.DENIED, Stage.DENIED)
    first = (await story.description()).run_id
    while (await story.description()).run_id == first:
        seen = story.row.done("act_on_answer")
        await story.ring("letter")
        await story.holds(lambda row, seen=seen: row.done("act_on_answer") > seen)
        await story.idle()
    await story.order(story.body("write_off"))
    await story.reaches(Stage.CLOSED)
    earlier = office.client.get_workflow_handle(story.identifier, run_id=first)
    return [await earlier.fetch_history(), *await runs(story)]


STORIES: dict[str, Callable[[Office], Awaitable[list[WorkflowHistory]]]] = {
    "claim-clean": clean,
    "claim-denied-and-corrected": denied_and_corrected,
    "claim-appealed-and-records-sent": appealed_and_answered_with_records,
    "claim-reversed-after-close": reversed_after_close,
    "claim-ordered-from-the-ui": ordered_from_the_ui,
    "claim-silent-held-and-reminded": silent_held_and_reminded,
    "claim-resubmitted-though-late": resubmitted_though_late,
    "claim-while-the-database-was-away": database_away,
    "account": account,
    "case": case,
    "appeal": appeal,
    "batch": batch,
    "file": file,
    "sweep": sweep,
    "audit": audit,
}
