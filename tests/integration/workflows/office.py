"""The in-memory practice as a whole, with its workers, on a namespace of its own."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import timedelta

from google.protobuf.duration_pb2 import Duration
from temporalio.api.workflowservice.v1 import RegisterNamespaceRequest
from temporalio.client import Client
from temporalio.worker import Worker

from contracts import task_queues
from contracts.converter import data_converter
from stack.temporal_server import ensure_search_attributes
from storage.appeal_rules import ladders
from tests.integration.workflows.appeal_desk import AppealRoom, every_year
from tests.integration.workflows.case_desk import CaseDesk
from tests.integration.workflows.chart_room import ChartRoom
from tests.integration.workflows.front_office import Accounts, Inbox, Interchanges, Looks, Post
from tests.integration.workflows.practice import Payers, Practice
from workers.deployment import make_current
from workers.registry import WORKFLOWS, deployment
from workers.sandbox import workflow_runner

BUILD = "tests"
"""The workflows declare how they are versioned, which the server takes from versioned workers only."""


class Office:
    """Everything the stories' activities write to."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.practice = Practice()
        self.accounts = Accounts()
        self.cases = CaseDesk()
        self.appeals = AppealRoom(every_year(ladders()))
        self.interchanges = Interchanges()
        self.inbox = Inbox()
        self.looks = Looks()
        self.charts = ChartRoom()


async def namespace_of_its_own(address: str, namespace: str) -> Client:
    """A client of a fresh namespace: workflows name their task queues, so nobody else may poll them there."""
    anyone = await Client.connect(address, namespace=namespace)
    own = f"stories-{uuid.uuid4().hex[:8]}"
    await anyone.workflow_service.register_namespace(
        RegisterNamespaceRequest(
            namespace=own, workflow_execution_retention_period=Duration(seconds=int(timedelta(days=1).total_seconds()))
        )
    )
    client = await Client.connect(address, namespace=own, data_converter=data_converter())
    await ensure_search_attributes(client)
    return client


@asynccontextmanager
async def open_office(client: Client, max_cached_workflows: int) -> AsyncIterator[Office]:
    """Workers as `workers.registry` builds them, over the in-memory practice."""
    office = Office(client)
    with ThreadPoolExecutor(12) as threads:
        async with (
            stories_worker(office, threads, max_cached_workflows),
            Worker(
                client,
                task_queue=task_queues.OUTSIDE,
                activities=outside_activities(office),
                disable_eager_activity_execution=True,
                deployment_config=deployment(BUILD),
            ),
        ):
            await make_current(client, BUILD)
            yield office
            await _terminate_open(client)


def stories_worker(office: Office, threads: ThreadPoolExecutor, max_cached_workflows: int) -> Worker:
    practice, accounts, inbox, looks = office.practice, office.accounts, office.inbox, office.looks
    return Worker(
        office.client,
        task_queue=task_queues.STORIES,
        workflows=WORKFLOWS,
        workflow_runner=workflow_runner(),
        activities=[
            practice.take_up,
            practice.payer_silent,
            practice.scrub,
            practice.commit_ready,
            practice.act_on_answer,
            practice.remind,
            practice.apply_command,
            practice.record_misfit,
            accounts.plan,
            accounts.issue,
            office.cases.look,
            office.cases.remind,
            office.cases.apply_order,
            office.cases.record_misfit,
            office.appeals.look,
            office.appeals.act_on_date,
            office.appeals.apply_order,
            office.appeals.record_misfit,
            office.interchanges.build,
            inbox.classify,
            inbox.process,
            inbox.finish,
            office.charts.next_organisation,
            office.charts.audit_page,
            office.charts.audit_practice,
            looks.ready,
            looks.unacknowledged,
            looks.deposits,
            looks.visits,
            looks.overpayments,
            looks.lessons,
            looks.front_desk,
        ],
        activity_executor=threads,
        max_concurrent_activities=6,
        max_concurrent_local_activities=6,
        max_cached_workflows=max_cached_workflows,
        graceful_shutdown_timeout=timedelta(seconds=10),
        deployment_config=deployment(BUILD),
    )


def outside_activities(office: Office) -> list[object]:
    payers = Payers(office.practice)
    return [
        payers.verify_eligibility,
        payers.ask_status,
        office.interchanges.deliver,
        Post(office.accounts).send,
        office.looks.mailbox,
        office.looks.outbox,
        office.looks.appointments,
        office.looks.cards,
    ]


async def _terminate_open(client: Client) -> None:
    """Stories that a test left waiting end with it, so that the workers stop idle."""
    running = [execution async for execution in client.list_workflows("ExecutionStatus = 'Running'")]
    await asyncio.gather(
        *(client.get_workflow_handle(execution.id).terminate("the test is over") for execution in running),
        return_exceptions=True,
    )
