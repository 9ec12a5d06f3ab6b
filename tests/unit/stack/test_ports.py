"""Ports: kept over restarts, moved on when taken."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from stack.errors import StackError
from stack.ports import LOOPBACK, PortBook, any_free_port, is_free


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server((LOOPBACK, 0)) as server:
        yield server.getsockname()[1]


def test_a_taken_port_is_passed_over_for_the_next_free_one(tmp_path: Path, taken_port: int) -> None:
    chosen = PortBook(tmp_path / "ports.json").choose("temporal", taken_port)

    assert chosen > taken_port
    assert is_free(chosen)


def test_a_server_gets_its_port_again_after_a_restart(tmp_path: Path) -> None:
    first = PortBook(tmp_path / "ports.json", ephemeral=True).choose("postgres", 5432)

    assert PortBook(tmp_path / "ports.json", ephemeral=True).choose("postgres", 5432) == first
    assert PortBook(tmp_path / "ports.json").known("postgres") == first


def test_a_broken_port_file_is_as_good_as_none(tmp_path: Path) -> None:
    (tmp_path / "ports.json").write_text('{"postgres": 54')

    assert PortBook(tmp_path / "ports.json").known("postgres") is None


def test_a_port_fixed_by_the_user_is_taken_exactly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    port = any_free_port()
    monkeypatch.setenv("CLAIMFLOW_TEMPORAL_UI_PORT", str(port))

    assert PortBook(tmp_path / "ports.json").choose("temporal_ui", 8233) == port


@pytest.mark.parametrize("wrong", ["http", "-1"])
def test_a_fixed_port_that_is_no_port_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    monkeypatch.setenv("CLAIMFLOW_POSTGRES_PORT", wrong)

    with pytest.raises(StackError, match="CLAIMFLOW_POSTGRES_PORT"):
        PortBook(tmp_path / "ports.json").choose("postgres", 5432)
