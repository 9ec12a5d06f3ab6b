"""A failing script becomes the shortest one that still fails."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from tests.walk import script
from tests.walk.script import Step
from tests.walk.walking import shortest


def failing_when(*needed: int) -> Callable[[Sequence[int]], Awaitable[Sequence[int] | None]]:
    """Fails as soon as everything needed was played, in order."""

    async def fails(steps: Sequence[int]) -> Sequence[int] | None:
        missing = list(needed)
        for place, step in enumerate(steps, start=1):
            if missing and step == missing[0]:
                missing.pop(0)
            if not missing:
                return steps[:place]
        return None

    return fails


async def test_only_the_steps_that_matter_are_left() -> None:
    assert await shortest(range(200), failing_when(3, 77, 150), tries=1000) == [3, 77, 150]


async def test_a_script_that_holds_is_not_touched() -> None:
    assert await shortest(range(20), failing_when(99), tries=1000) == range(20)


async def test_the_number_of_tries_is_a_bound() -> None:
    tried = []
    fails = failing_when(3, 77, 150)

    async def counted(steps: Sequence[int]) -> Sequence[int] | None:
        tried.append(len(steps))
        return await fails(steps)

    left = await shortest(range(200), counted, tries=5)
    assert len(tried) == 5
    assert {3, 77, 150} <= set(left)


async def test_a_script_is_read_as_it_was_written(tmp_path: Path) -> None:
    steps = [Step(kind="check_in", facts={"slot": 0, "mood": "active"}), Step(kind="clock")]
    script.write(tmp_path / "walk.json", steps, failure="it broke", seed="7")
    assert script.read(tmp_path / "walk.json") == steps
