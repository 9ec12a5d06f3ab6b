"""Cases of care on the real server: the story waits, says why, hears the books and the Temporal UI, and ends."""

from __future__ import annotations

from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from temporalio.client import Client, WorkflowHandle
from temporalio.worker import Worker

from activities.care import applications, complaints
from activities.care.complaints import NewComplaint
from activities.case_books import CaseBooksInPostgres
from contracts import task_queues
from contracts.case import CASE_WORKFLOW, ORDER_SIGNAL, CaseOpened
from contracts.converter import KEYS_VARIABLE
from contracts.ids import case_workflow_id
from domain.care.assistance import Application
from domain.care.complaints import Complainant
from stack.temporal_server import TemporalEndpoint
from storage.organisations import LOCAL_PRACTICE
from tests.histories.keys import KEYS_OF_RECORDINGS
from tests.integration.care.conftest import Household
from tests.integration.workflows.office import BUILD, namespace_of_its_own
from tests.support.eventually import assert_eventually
from workers.deployment import make_current
from workers.registry import WORKFLOWS, deployment
from workers.sandbox import workflow_runner


@pytest.fixture
async def client(
    temporal_endpoint: TemporalEndpoint, household: Household, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Client]:
    """A worker over the household's own books."""
    monkeypatch.setenv(KEYS_VARIABLE, KEYS_OF_RECORDINGS)
    client = await namespace_of_its_own(temporal_endpoint.address, temporal_endpoint.namespace)
    books = CaseBooksInPostgres(household.books)
    with ThreadPoolExecutor(4) as threads:
        async with Worker(
            client,
            task_queue=task_queues.STORIES,
            workflows=WORKFLOWS,
            workflow_runner=workflow_runner(),
            activities=[books.look, books.remind, books.apply_order, books.record_misfit],
            activity_executor=threads,
            deployment_config=deployment(BUILD),
        ):
            await make_current(client, BUILD)
            yield client


async def _start(client: Client, house: Household, number: int) -> WorkflowHandle[object, object]:
    opened = CaseOpened(organisation_id=LOCAL_PRACTICE, case_number=number, business_at=house.now)
    return await client.start_workflow(
        CASE_WORKFLOW, opened, id=case_workflow_id(number), task_queue=task_queues.STORIES
    )


async def test_a_complaint_waits_for_its_owner_and_is_answered_from_the_temporal_ui(
    client: Client, household: Household
) -> None:
    household.now = datetime.now(UTC)
    household.owe(9_000)
    new = NewComplaint(
        category="billing_error", origin=Complainant.PATIENT, words="wrong", account_number=household.account
    )
    number = household.at_desk(lambda desk: complaints.record(desk, new, key="one", by="ana").row.number)
    story = await _start(client, household, number)
    body = {"verb": "answer", "id": "ui-1", "by": "ben", "reason": "We corrected it.", "check": "coding_error"}
    await story.signal(ORDER_SIGNAL, {**body, "verb": "approve"})
    await assert_eventually(lambda: "command_refused" in household.work_kinds(), why="the misfit is asked about")
    await story.signal(ORDER_SIGNAL, body)
    result = await story.result()
    assert result == {"case_number": number, "decision": "answered"}
    assert all("upheld" in one.reason for one in household.holds()), "no pause but the days to put it right"
    assert household.papers()[-1]["kind"] == "complaint_answered"


async def test_an_application_is_granted_elsewhere_and_its_story_ends_with_the_books(
    client: Client, household: Household
) -> None:
    household.now = datetime.now(UTC)
    household.owe(9_000)
    asked = Application(
        household=1, income_cents=1_000_000, state="NY", applied_on=household.today,
        documents=("tax_return", "household_statement"),
    )  # fmt: skip
    number = household.at_desk(
        lambda desk: applications.apply(desk, household.account, asked, key="one", by="ana").row.number
    )
    story = await _start(client, household, number)
    await story.signal(ORDER_SIGNAL, {"verb": "approve", "id": "ui-2", "by": "bea", "reason": "seen"})
    assert await story.result() == {"case_number": number, "decision": "approved"}
    assert household.open_cents() == 0
