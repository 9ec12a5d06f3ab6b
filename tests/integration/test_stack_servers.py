"""The two servers of the local stack: real processes, killed and started again on the same data."""

from __future__ import annotations

import os
import signal
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import psycopg2
import pytest
from sqlalchemy.engine import make_url
from temporalio import workflow
from temporalio.client import Client, WorkflowHandle
from temporalio.common import (
    SearchAttributeKey,
    SearchAttributePair,
    TypedSearchAttributes,
)
from temporalio.testing import TimeSkipper
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from stack.errors import StackError
from stack.guardian import Guardian
from stack.ports import PortBook, is_free
from stack.postgres import EmbeddedPostgres, answers, create_database, drop_database
from stack.temporal_server import SEARCH_ATTRIBUTES, LocalTemporal, TemporalEndpoint
from tests.support.eventually import assert_eventually
from tests.support.servers import ephemeral_ports, paths_for


@pytest.fixture
def postgres(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(paths_for(tmp_path), ports=ephemeral_ports(tmp_path))
    with Guardian(paths_for(tmp_path)):
        server.start()
        yield server
        server.stop()


@pytest.fixture
def temporal(tmp_path: Path) -> Iterator[LocalTemporal]:
    server = LocalTemporal(paths_for(tmp_path), ports=ephemeral_ports(tmp_path))
    with Guardian(paths_for(tmp_path)):
        server.start()
        yield server
        server.stop()


def run_sql(url: str, statement: str) -> list[tuple[object, ...]]:
    connection = psycopg2.connect(make_url(url).set(drivername="postgresql").render_as_string(False))
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def test_committed_rows_survive_a_kill_of_postgres(postgres: EmbeddedPostgres) -> None:
    run_sql(postgres.url(), "CREATE TABLE paid (cents integer); INSERT INTO paid VALUES (12345)")
    before = postgres.process.pid

    assert postgres.kill()
    assert not answers(postgres.url())
    url = postgres.start()

    assert postgres.process.pid != before
    assert run_sql(url, "SELECT cents FROM paid") == [(12345,)]


def test_postgres_starts_although_its_lock_names_another_programs_pid(postgres: EmbeddedPostgres) -> None:
    postgres.kill()
    lock = postgres.data / "postmaster.pid"
    lines = lock.read_text().splitlines()
    lock.write_text("\n".join([str(os.getppid()), *lines[1:]]) + "\n")

    assert answers(postgres.start())


def test_postgres_is_not_started_twice(postgres: EmbeddedPostgres, tmp_path: Path) -> None:
    before = postgres.process.pid
    again = EmbeddedPostgres(paths_for(tmp_path), ports=ephemeral_ports(tmp_path))

    assert again.start() == postgres.url()
    assert again.process.pid == before


def test_postgres_wants_its_password(postgres: EmbeddedPostgres) -> None:
    without = make_url(postgres.url()).set(password="guess").render_as_string(False)

    assert not answers(without)


def test_an_interrupted_initdb_is_done_again(tmp_path: Path) -> None:
    (tmp_path / "postgres.new" / "base").mkdir(parents=True)
    server = EmbeddedPostgres(paths_for(tmp_path), ports=ephemeral_ports(tmp_path), durable=False)
    try:
        assert answers(server.start())
        assert not (tmp_path / "postgres.new").exists()
    finally:
        server.stop()


def test_a_database_is_copied_from_a_template_and_dropped(postgres_url: str) -> None:
    template, name = f"t_{uuid.uuid4().hex}", f"d_{uuid.uuid4().hex}"
    run_sql(create_database(postgres_url, template), "CREATE TABLE payer (name text)")
    url = create_database(postgres_url, name, template=template)

    assert run_sql(url, "SELECT count(*) FROM payer") == [(0,)]
    drop_database(postgres_url, name)
    assert not answers(url)


def test_a_port_fixed_by_the_user_and_taken_is_refused_in_one_line(
    postgres: EmbeddedPostgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = make_url(postgres.url()).port
    assert taken is not None
    assert not is_free(taken)
    monkeypatch.setenv("CLAIMFLOW_TEMPORAL_PORT", str(taken))

    with pytest.raises(StackError, match=f"CLAIMFLOW_TEMPORAL_PORT={taken}: not a free port"):
        PortBook(tmp_path / "other.json").choose("temporal", 7233)


@workflow.defn
class Reminder:
    """Sleeps for months, then says what day it has become."""

    @workflow.run
    async def run(self, days: int) -> str:
        await workflow.sleep(timedelta(days=days))
        return workflow.now().date().isoformat()


def reminders(client: Client, task_queue: str) -> Worker:
    return Worker(
        client, task_queue=task_queue, workflows=[Reminder], workflow_runner=UnsandboxedWorkflowRunner()
    )


async def client_of(endpoint: TemporalEndpoint) -> Client:
    return await Client.connect(endpoint.address, namespace=endpoint.namespace)


async def has_started(handle: WorkflowHandle[Reminder, str]) -> bool:
    events = (await handle.fetch_history()).events
    return any(event.HasField("timer_started_event_attributes") for event in events)


async def test_a_workflow_skips_three_months_in_seconds(temporal_client: Client, task_queue: str) -> None:
    async with reminders(temporal_client, task_queue):
        handle = await temporal_client.start_workflow(
            Reminder.run, 90, id=f"reminder/{uuid.uuid4()}", task_queue=task_queue
        )
        await assert_eventually(lambda: has_started(handle))
        await TimeSkipper(temporal_client).fast_forward(handle, timedelta(days=91))
        description = await handle.describe()
        until = (description.start_time + timedelta(days=90)).date().isoformat()

        assert await handle.result() == until


async def test_workflows_are_found_by_each_search_attribute(temporal_client: Client, task_queue: str) -> None:
    stage = uuid.uuid4().hex
    async with reminders(temporal_client, task_queue):
        await temporal_client.start_workflow(
            Reminder.run,
            0,
            id=f"reminder/{uuid.uuid4()}",
            task_queue=task_queue,
            search_attributes=TypedSearchAttributes(
                [SearchAttributePair(SearchAttributeKey.for_keyword("ClaimStage"), stage)]
            ),
        )

        async def found() -> bool:
            return (await temporal_client.count_workflows(f"ClaimStage = '{stage}'")).count == 1

        await assert_eventually(found)
    for name, kind in SEARCH_ATTRIBUTES.items():
        value = "'2026-11-23T00:00:00Z'" if kind == "Datetime" else "'x'"
        assert (await temporal_client.count_workflows(f"{name} = {value}")).count == 0


async def test_open_workflows_survive_a_kill_of_temporal(temporal: LocalTemporal, task_queue: str) -> None:
    client = await client_of(temporal.endpoint())
    handle = await client.start_workflow(Reminder.run, 0, id="reminder/1", task_queue=task_queue)

    assert temporal.process.pid is not None
    os.kill(temporal.process.pid, signal.SIGKILL)
    await assert_eventually(lambda: not temporal.process.is_alive())
    endpoint = temporal.start()

    client = await client_of(endpoint)
    async with reminders(client, task_queue):
        result = await client.get_workflow_handle_for(Reminder.run, handle.id).result()
    assert result


def test_temporal_keeps_its_ports_over_a_restart_and_stops_cleanly(temporal: LocalTemporal) -> None:
    before = temporal.endpoint()

    assert temporal.stop()
    assert not temporal.is_healthy()
    assert temporal.start() == before
    assert "panic" not in temporal.process.log.read_text()
