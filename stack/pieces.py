"""The pieces of the local stack: each can be started, asked after, stopped and killed by itself."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from temporalio.api.workflowservice.v1 import DescribeWorkerDeploymentRequest
from temporalio.client import Client
from temporalio.service import RPCError

from contracts import task_queues
from stack.asynchronous import run_apart
from stack.errors import StackError
from stack.paths import CHECKOUT, StackPaths
from stack.pollers import poller_identities
from stack.postgres import EmbeddedPostgres, answers, external_url
from stack.processes import ManagedProcess, wait_healthy
from stack.temporal_server import (
    LocalTemporal,
    TemporalEndpoint,
    connect,
    ensure_search_attributes,
    external_endpoint,
    serves,
)
from workers.settings import DEPLOYMENT, build_id

_STARTUP_SECONDS = 90.0
_WORKERS_PATIENCE = 25.0  # seconds for running activities to end before workers are killed


class Piece(Protocol):
    """One part of the stack. `start` takes what earlier pieces provide and raises StackError on failure."""

    name: str

    def start(self, environment: Mapping[str, str]) -> None: ...

    def stop(self) -> bool: ...

    def kill(self) -> bool: ...

    def is_healthy(self) -> bool: ...

    @property
    def pid(self) -> int | None: ...

    def provides(self) -> dict[str, str]:
        """Environment variables for the pieces after it, and for programs that use the stack."""

    def where(self) -> str:
        """For people: an address or what it is."""


class _OwnProcess:
    """What pieces that are one process of ours share."""

    name: str

    def __init__(self, paths: StackPaths) -> None:
        self._paths = paths
        self._process = ManagedProcess(self.name, paths)

    @property
    def pid(self) -> int | None:
        return self._process.pid

    def kill(self) -> bool:
        return self._process.kill()

    def provides(self) -> dict[str, str]:
        return {}


class Postgres:
    """DATABASE_URL's server, or the embedded one."""

    name = "postgres"

    def __init__(self, embedded: EmbeddedPostgres) -> None:
        self._embedded = embedded
        self._external = external_url()

    @property
    def has_address(self) -> bool:
        return self._external is not None or self._embedded.port is not None

    @property
    def pid(self) -> int | None:
        return None if self._external else self._embedded.process.pid

    def start(self, environment: Mapping[str, str]) -> None:  # noqa: ARG002 - first piece
        if self._external is None:
            self._embedded.start()
        elif not answers(self._external):
            raise StackError("DATABASE_URL: no PostgreSQL answers there; start it, or unset the variable")

    def stop(self) -> bool:
        return self._external is None and self._embedded.stop()

    def kill(self) -> bool:
        return self._external is None and self._embedded.kill()

    def is_healthy(self) -> bool:
        return answers(self._external) if self._external else self._embedded.is_healthy()

    def provides(self) -> dict[str, str]:
        return {"DATABASE_URL": self._external or self._embedded.url()}

    def where(self) -> str:
        if self._external:
            return "the server of DATABASE_URL"
        return f"port {self._embedded.port}, database claimflow"


class Temporal:
    """TEMPORAL_ADDRESS's server, or one of our own."""

    name = "temporal"

    def __init__(self, local: LocalTemporal) -> None:
        self._local = local
        self._external = external_endpoint()

    @property
    def endpoint(self) -> TemporalEndpoint:
        return self._external or self._local.endpoint()

    @property
    def has_address(self) -> bool:
        return self._external is not None or self._local.port is not None

    @property
    def pid(self) -> int | None:
        return None if self._external else self._local.process.pid

    def start(self, environment: Mapping[str, str]) -> None:  # noqa: ARG002 - needs no other piece
        if self._external is None:
            self._local.start()
        elif self.is_healthy():
            run_apart(self._register)
        else:
            raise StackError(f"TEMPORAL_ADDRESS={self._external.address}: no Temporal server answers there")

    async def _register(self) -> None:
        try:
            await ensure_search_attributes(await connect(self.endpoint))
        except RPCError as refusal:
            raise StackError(f"Temporal refuses our search attributes: {refusal.message}") from refusal

    def stop(self) -> bool:
        return self._external is None and self._local.stop()

    def kill(self) -> bool:
        return self._external is None and self._local.kill()

    def is_healthy(self) -> bool:
        external = self._external
        return run_apart(lambda: serves(external)) if external else self._local.is_healthy()

    def provides(self) -> dict[str, str]:
        return self.endpoint.environment()

    def where(self) -> str:
        endpoint = self.endpoint
        ui = f", UI {endpoint.ui}" if endpoint.ui else ""
        return f"{endpoint.address}, namespace {endpoint.namespace}{ui}"


class Migrations:
    """Not a process that stays: brings the schema to the newest revision."""

    name = "migrations"
    pid: int | None = None

    def __init__(self) -> None:
        self._result = "not run"

    def start(self, environment: Mapping[str, str]) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "storage.migrate"],
            cwd=CHECKOUT,
            env=os.environ | dict(environment),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            why = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
            raise StackError(f"the database schema could not be brought up to date: {why}")
        self._result = done.stdout.strip()

    def stop(self) -> bool:
        return False

    def kill(self) -> bool:
        return False

    def is_healthy(self) -> bool:
        return True

    def provides(self) -> dict[str, str]:
        return {}

    def where(self) -> str:
        return self._result


class Simulator(_OwnProcess):
    """Payers and a clearinghouse in a process with files of its own; its ready file tells the ports."""

    name = "simulator"

    def __init__(self, paths: StackPaths, *, seed: int = 1) -> None:
        super().__init__(paths)
        self._seed = seed

    @property
    def ready_file(self) -> Path:
        return self._paths.simulator / "simulator.json"

    def start(self, environment: Mapping[str, str]) -> None:
        if self.is_healthy():
            return
        self._process.stop()
        with contextlib.suppress(OSError):
            self.ready_file.unlink()
        command: list[str | Path] = [sys.executable, "-m", "simulator", "--state", self._paths.simulator]
        command += ["--seed", str(self._seed)]
        # It stands for somebody else's computer: it does not get to know our database and Temporal.
        theirs = {name: value for name, value in os.environ.items() if name not in environment}
        self._process.spawn(command, environment=theirs)
        wait_healthy(self._process, self.is_healthy, _STARTUP_SECONDS)

    def stop(self) -> bool:
        return self._process.stop()

    def is_healthy(self) -> bool:
        try:
            ready = json.loads(self.ready_file.read_text())
        except (OSError, json.JSONDecodeError):
            return False
        return self.pid is not None and ready.get("pid") == self.pid

    def provides(self) -> dict[str, str]:
        return {"CLAIMFLOW_CLEARINGHOUSE": str(self.ready_file)}

    def where(self) -> str:
        if not self.is_healthy():
            return "clearinghouse and payers"
        ready = json.loads(self.ready_file.read_text())
        return f"SFTP port {ready['sftp_port']}, HTTPS port {ready['https_port']}"


class Workers(_OwnProcess):
    """The workers' process: healthy once it polls and its build takes new work."""

    name = "workers"

    def __init__(self, paths: StackPaths, endpoint: Callable[[], TemporalEndpoint]) -> None:
        super().__init__(paths)
        self._endpoint = endpoint

    def start(self, environment: Mapping[str, str]) -> None:
        if self.is_healthy():
            return
        self._process.stop(patience=_WORKERS_PATIENCE)
        self._process.spawn([sys.executable, "-m", "workers"], environment=os.environ | dict(environment))
        wait_healthy(self._process, self.is_healthy, _STARTUP_SECONDS)

    def stop(self) -> bool:
        return self._process.stop(patience=_WORKERS_PATIENCE)

    def is_healthy(self) -> bool:
        return self.pid is not None and run_apart(self._polls_and_is_current)

    async def _polls_and_is_current(self) -> bool:
        try:
            client = await connect(self._endpoint())
            for queue in (task_queues.STORIES, task_queues.OUTSIDE):
                ours = f"{self.pid}@"
                if not any(name.startswith(ours) for name in await poller_identities(client, queue)):
                    return False
            return await _current_build(client) == build_id()
        except (RPCError, RuntimeError):
            return False

    def where(self) -> str:
        return f"task queues {task_queues.STORIES}, {task_queues.OUTSIDE}"


async def _current_build(client: Client) -> str:
    """The build that takes new work; RPCError when no worker ever polled."""
    answer = await client.workflow_service.describe_worker_deployment(
        DescribeWorkerDeploymentRequest(namespace=client.namespace, deployment_name=DEPLOYMENT)
    )
    return answer.worker_deployment_info.routing_config.current_deployment_version.build_id
