"""Setting up: what a person sees when it cannot be done, and when nothing is to be done."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from stack import bootstrap


@pytest.fixture
def fresh_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with a project file and a lock of nothing."""
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'x'\nversion = '1'\n")
    (tmp_path / "requirements.lock").write_text("# nothing\n")
    monkeypatch.setattr(bootstrap, "CHECKOUT", str(tmp_path))
    monkeypatch.setattr(bootstrap, "VENV", str(tmp_path / ".venv"))
    monkeypatch.setattr(bootstrap, "PYTHON", str(tmp_path / ".venv" / "bin" / "python"))
    monkeypatch.setattr(bootstrap, "LOCK", str(tmp_path / "requirements.lock"))
    monkeypatch.setattr(bootstrap, "STAMP", str(tmp_path / ".venv" / "claimflow.stamp"))
    return tmp_path


def stamp(checkout: Path) -> None:
    (checkout / ".venv" / "bin").mkdir(parents=True, exist_ok=True)
    (checkout / ".venv" / "bin" / "python").symlink_to(sys.executable)
    (checkout / ".venv" / "claimflow.stamp").write_text(bootstrap.fingerprint() + "\n")


def test_an_old_python_is_refused_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap.sys, "version_info", (3, 9, 2))

    assert bootstrap.main() == 2
    shown = capsys.readouterr().err
    assert shown.startswith("bootstrap: Python 3.9 found, 3.11 or later needed")
    assert shown.count("\n") == 1


def test_a_stamped_environment_is_left_alone(fresh_checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stamp(fresh_checkout)
    monkeypatch.setattr(bootstrap, "install", lambda _: pytest.fail("installed again"))

    assert bootstrap.main() == 0


@pytest.mark.parametrize("name", ["requirements.lock", "pyproject.toml"])
def test_a_changed_lock_or_project_is_installed_again(fresh_checkout: Path, name: str) -> None:
    stamp(fresh_checkout)
    with (fresh_checkout / name).open("a") as file:
        file.write("# changed\n")

    assert not bootstrap.is_current(bootstrap.fingerprint())


def test_a_failed_install_leaves_no_stamp_and_names_the_step(
    fresh_checkout: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stamp(fresh_checkout)
    (fresh_checkout / "requirements.lock").write_text("nothing-of-that-name==0 --hash=sha256:00\n")

    def fail(command: list[str], total: int) -> None:
        raise subprocess.CalledProcessError(1, "installing the locked packages")

    monkeypatch.setattr(bootstrap, "make_environment", lambda: None)
    monkeypatch.setattr(bootstrap, "run_with_progress", fail)

    assert bootstrap.main() == 2
    assert not (fresh_checkout / ".venv" / "claimflow.stamp").exists()
    assert "installing the locked packages failed (exit code 1)" in capsys.readouterr().err


def test_the_environment_is_remade_elsewhere_when_the_checkout_moves(
    fresh_checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = bootstrap.fingerprint()
    monkeypatch.setattr(bootstrap, "VENV", str(fresh_checkout / "moved" / ".venv"))

    assert bootstrap.fingerprint() != before
