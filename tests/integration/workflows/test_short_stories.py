"""Batches, inbound files and sweeps: they begin, do one thing, and end."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from temporalio.client import WorkflowHandle

from contracts import task_queues
from contracts.wire import (
    BATCH_WORKFLOW,
    FILE_WORKFLOW,
    SWEEP_WORKFLOW,
    BatchOpened,
    BatchSent,
    FileProcessed,
    FileReceived,
    Sweep,
    Swept,
)
from tests.integration.workflows.office import Office

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


async def begin(office: Office, workflow: str, argument: object) -> WorkflowHandle[object, Mapping[str, object]]:
    return await office.client.start_workflow(
        workflow, argument, id=f"short/{uuid.uuid4()}", task_queue=task_queues.STORIES
    )


async def test_a_batch_builds_one_interchange_and_sends_it(office: Office) -> None:
    office.interchanges.ready[71] = 12
    story = await begin(office, BATCH_WORKFLOW, BatchOpened(organisation_id=1, batch_number=71, business_at=NOON))

    assert BatchSent(**await story.result()) == BatchSent(batch_number=71, claims=12)  # type: ignore[arg-type]
    assert 710 in office.interchanges.delivered


async def test_a_batch_that_finds_no_ready_claim_sends_nothing(office: Office) -> None:
    story = await begin(office, BATCH_WORKFLOW, BatchOpened(organisation_id=1, batch_number=72, business_at=NOON))

    assert BatchSent(**await story.result()).claims == 0  # type: ignore[arg-type]
    assert 720 not in office.interchanges.delivered


@pytest.mark.parametrize(
    ("number", "kinds"), [(31, ("999", "277CA")), (32, ("835", "835", "835")), (33, ())], ids=str
)
async def test_a_file_is_processed_one_transaction_set_after_another(
    office: Office, number: int, kinds: tuple[str, ...]
) -> None:
    office.inbox.files[number] = kinds
    story = await begin(office, FILE_WORKFLOW, FileReceived(organisation_id=1, file_id=number, business_at=NOON))

    assert FileProcessed(**await story.result()).transactions == len(kinds)  # type: ignore[arg-type]
    done = [ordinal for file, ordinal in office.inbox.processed if file == number]
    assert done == list(range(1, len(kinds) + 1))


@pytest.mark.parametrize(
    "kind",
    [
        "ready",
        "mailbox",
        "unacknowledged",
        "outbox",
        "deposits",
        "visits",
        "overpayments",
        "lessons",
        "appointments",
        "front_desk",
        "cards",
    ],
)
async def test_a_sweep_looks_once_and_says_what_it_found(office: Office, kind: str) -> None:
    before = office.looks.looked[kind]
    story = await begin(office, SWEEP_WORKFLOW, Sweep(kind=kind))

    assert Swept(**await story.result()).found == len(kind)  # type: ignore[arg-type]
    assert office.looks.looked[kind] == before + 1
