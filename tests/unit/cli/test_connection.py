"""The environment's servers come before those of the stack that was left running."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.connection import find_servers
from cli.failures import CannotRun

STACK = {
    "DATABASE_URL": "postgresql://stack",
    "TEMPORAL_ADDRESS": "127.0.0.1:7233",
    "TEMPORAL_NAMESPACE": "claimflow",
    "CLAIMFLOW_PAYLOAD_KEYS": "local-1:key",
}


@pytest.fixture(autouse=True)
def _no_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in STACK:
        monkeypatch.delenv(name, raising=False)


def _leave_running(state_folder: Path) -> None:
    (state_folder / "stack.json").write_text(json.dumps({"environment": STACK}))


def test_the_stack_left_running_is_found(state_folder: Path) -> None:
    _leave_running(state_folder)
    servers = find_servers()
    assert servers.database_url == "postgresql://stack"
    assert (servers.temporal_address, servers.temporal_namespace) == ("127.0.0.1:7233", "claimflow")
    assert servers.variables["CLAIMFLOW_PAYLOAD_KEYS"] == "local-1:key"


def test_a_variable_comes_before_the_stack(state_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _leave_running(state_folder)
    monkeypatch.setenv("DATABASE_URL", "postgresql://mine")
    assert find_servers().database_url == "postgresql://mine"
    assert find_servers().temporal_address == "127.0.0.1:7233"


def test_a_server_that_nobody_named_is_asked_for_by_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://mine")
    assert find_servers().temporal_namespace == "default"
    with pytest.raises(CannotRun, match=r"start it with `claimflow up` \(or set TEMPORAL_ADDRESS\)"):
        _ = find_servers().temporal_address


@pytest.mark.parametrize("content", ["", "{", "[]", '{"pids": {}}'])
def test_a_damaged_summary_is_named_with_the_way_out(state_folder: Path, content: str) -> None:
    (state_folder / "stack.json").write_text(content)
    with pytest.raises(CannotRun, match=r"stack\.json cannot be read: run `claimflow down`, then `claimflow up`"):
        find_servers()
