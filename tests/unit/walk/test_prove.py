"""The runner of the full counts goes on where it was."""

from __future__ import annotations

import json
import runpy
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.prove import Disproved, prove


class Counting:
    """A part of four chunks, of which some fail."""

    name = "counting"
    what = "chunks that count"

    def __init__(self, *, failing: Sequence[str] = (), code: str = "build-1") -> None:
        self.proved: list[str] = []
        self._failing = failing
        self._code = code

    @property
    def code(self) -> str:
        return self._code

    def chunks(self) -> Sequence[str]:
        return ["a", "b", "c", "d"]

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Counting]:
        yield self

    async def prove(self, chunk: str) -> Mapping[str, Any]:
        self.proved.append(chunk)
        if chunk in self._failing:
            raise Disproved("it does not hold")
        return {"steps": 10}


async def test_a_second_run_does_only_what_is_left(tmp_path: Path) -> None:
    await prove(Counting(), fresh=False, at_most=3, folder=tmp_path)
    second = Counting()
    assert await prove(second, fresh=False, at_most=None, folder=tmp_path) == []
    assert second.proved == ["d"]
    kept = json.loads((tmp_path / "counting.json").read_text())
    assert kept["finished"] == "4 of 4 chunks"
    assert kept["totals"]["steps"] == 40


async def test_a_chunk_that_fails_is_told_and_tried_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    failed = await prove(Counting(failing=["b"]), fresh=False, at_most=None, folder=tmp_path)
    assert failed == ["counting, chunk b: it does not hold"]
    assert "chunk b: it does not hold" in capsys.readouterr().err
    second = Counting()
    await prove(second, fresh=False, at_most=None, folder=tmp_path)
    assert second.proved == ["b"]


async def test_chunks_of_other_code_are_done_again(tmp_path: Path) -> None:
    await prove(Counting(), fresh=False, at_most=None, folder=tmp_path)
    changed = Counting(code="build-2")
    await prove(changed, fresh=False, at_most=1, folder=tmp_path)
    assert changed.proved == ["a"]


async def test_fresh_forgets_what_is_kept(tmp_path: Path) -> None:
    await prove(Counting(), fresh=False, at_most=None, folder=tmp_path)
    again = Counting()
    await prove(again, fresh=True, at_most=None, folder=tmp_path)
    assert again.proved == ["a", "b", "c", "d"]


def test_run_as_a_program_it_goes_on_after_a_chunk_that_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    part = Counting(failing=["b"])
    monkeypatch.setattr("tests.prove.parts", lambda: {"counting": part})
    monkeypatch.setattr("tests.prove.PROOFS", tmp_path)
    monkeypatch.setattr("sys.argv", ["prove", "counting", "--fresh"])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(Path(prove.__code__.co_filename)), run_name="__main__")
    assert ended.value.code == 1
    assert part.proved == ["a", "b", "c", "d"]
    assert "chunk b: it does not hold" in capsys.readouterr().err
