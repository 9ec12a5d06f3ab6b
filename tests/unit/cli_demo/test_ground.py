"""A demo begins on empty ground and never on that of another one."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

import pytest

from cli.demo.ground import LOCK, clear, demo_paths
from stack.errors import StackError
from stack.paths import StackPaths


@pytest.fixture
def paths(tmp_path: Path) -> StackPaths:
    return StackPaths(state=tmp_path / "demo", cache=tmp_path / "cache")


def test_everything_of_an_earlier_run_is_gone(paths: StackPaths) -> None:
    (paths.state / "postgres" / "base").mkdir(parents=True)
    (paths.state / "postgres" / "base" / "1").write_text("old")
    (paths.state / "ports.json").write_text("{}")
    assert clear(paths) == []
    assert {entry.name for entry in paths.state.iterdir()} <= {LOCK}


def test_what_lies_outside_is_kept(paths: StackPaths) -> None:
    outside = paths.state.parent / "kept"
    outside.mkdir()
    (outside / "file").write_text("mine")
    paths.state.mkdir()
    (paths.state / "link").symlink_to(outside)
    clear(paths)
    assert (outside / "file").read_text() == "mine"


def test_a_running_demo_is_not_disturbed(paths: StackPaths) -> None:
    paths.state.mkdir()
    (paths.state / "postgres").mkdir()
    with (paths.state / LOCK).open("a+") as owner:
        fcntl.flock(owner, fcntl.LOCK_EX | fcntl.LOCK_NB)
        with pytest.raises(StackError, match="another demo runs"):
            clear(paths)
    assert (paths.state / "postgres").exists()


def test_the_demo_has_its_own_folder_beside_the_local_stack(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(os.environ, "CLAIMFLOW_STATE", str(tmp_path))
    assert demo_paths().state == tmp_path / "demo"
