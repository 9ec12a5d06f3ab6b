"""Fixtures for every kind of test: real servers, started when the first test asks for them."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import create_engine
from temporalio.client import Client
from xdist.scheduler import LoadFileScheduling

from stack.postgres import create_database, drop_database
from stack.temporal_server import TemporalEndpoint
from tests.support.servers import postgres_for_tests, temporal_for_tests

SMALL_HISTORY = 120  # events after which the server of `small_history_endpoint` suggests continue-as-new
_servers_used: list[str] = []
_seconds_by_kind: dict[str, float] = defaultdict(float)


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a PostgreSQL server (its database claimflow, empty) for this session."""
    with postgres_for_tests(tmp_path_factory.mktemp("postgres")) as server:
        _servers_used.append(f"PostgreSQL: {server.description}")
        yield server.url


@pytest.fixture(scope="session")
def migrated_template(postgres_url: str) -> str:
    """Name of a database with the newest schema, to copy from."""
    from storage.migrate import migrate

    engine = create_engine(create_database(postgres_url, "claimflow_template"))
    try:
        migrate(engine)
    finally:
        engine.dispose()
    return "claimflow_template"


@pytest.fixture
def database_url(postgres_url: str, migrated_template: str) -> Iterator[str]:
    """URL of a database of this test alone, with the newest schema and the reference rows."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    yield create_database(postgres_url, name, template=migrated_template)
    drop_database(postgres_url, name)


@pytest.fixture(scope="session")
def temporal_endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TemporalEndpoint]:
    """Our Temporal server for this session: time skipping and search attributes as in the local stack."""
    with temporal_for_tests(tmp_path_factory.mktemp("temporal")) as endpoint:
        _servers_used.append(f"Temporal: {endpoint.address}, namespace {endpoint.namespace}")
        yield endpoint


@pytest.fixture(scope="session")
def small_history_endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TemporalEndpoint]:
    """A second server, which suggests continue-as-new after SMALL_HISTORY events."""
    dynamic_config = {"limit.historyCount.suggestContinueAsNew": SMALL_HISTORY}
    with temporal_for_tests(tmp_path_factory.mktemp("temporal-small"), dynamic_config) as endpoint:
        _servers_used.append(f"Temporal with small histories: {endpoint.address}")
        yield endpoint


@pytest.fixture(scope="session")
def temporal_address(temporal_endpoint: TemporalEndpoint) -> str:
    return temporal_endpoint.address


@pytest.fixture(scope="session")
async def temporal_client(temporal_endpoint: TemporalEndpoint) -> Client:
    return await Client.connect(temporal_endpoint.address, namespace=temporal_endpoint.namespace)


@pytest.fixture
def task_queue() -> str:
    """A task queue nobody else polls."""
    return f"test-{uuid.uuid4()}"


class TwoLanes(LoadFileScheduling):  # type: ignore[misc]  # xdist's classes are not typed for inheritance
    """A file's tests stay in one lane; the end-to-end tests share a stack, and so one lane."""

    def _split_scope(self, nodeid: str) -> str:
        return "e2e" if _kind(nodeid) == "e2e" else str(super()._split_scope(nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> TwoLanes:
    return TwoLanes(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Cheap tests first; in lanes the long ones, since the last to begin is the last to end."""
    lanes = hasattr(config, "workerinput")
    order = {"e2e": 0, "integration": 1, "unit": 2} if lanes else {"unit": 0, "integration": 1, "e2e": 2}
    items.sort(key=lambda item: order.get(_kind(item.nodeid), 3))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    _seconds_by_kind[_kind(report.nodeid)] += report.duration


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Tell the process that prints which servers this lane has used."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["servers"] = _servers_used


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Hear what servers a lane has used."""
    _servers_used.extend(getattr(node, "workeroutput", {}).get("servers", ()))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for line in _servers_used:
        terminalreporter.write_line(line)
    spent = ", ".join(f"{kind} {seconds:.1f} s" for kind, seconds in _seconds_by_kind.items())
    if spent:
        terminalreporter.write_line(f"time by kind: {spent}")


def _kind(node: str) -> str:
    parts = node.split("/")
    return parts[1] if len(parts) > 2 and parts[0] == "tests" else "other"
