"""Walking: a script is made as it goes, replayed as it is written, and shrunk when it fails."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, TypeVar

from tests.walk import choosing, operations, payers, people
from tests.walk.script import Step
from tests.walk.walk import Broken, Walk
from tests.walk.world import World

T = TypeVar("T")
Act = Callable[[Walk, dict[str, Any]], Awaitable[None]]
OpenWorld = Callable[[], AbstractAsyncContextManager[World]]
ACTS: dict[str, Act] = {
    "check_in": people.check_in,
    "line": people.line,
    "command": people.command,
    "repeat_command": people.repeat_command,
    "pay": people.pay,
    "pay_again": people.pay_again,
    "approve": people.approve,
    "acknowledge": payers.acknowledge,
    "remit": payers.remit,
    "take_back": payers.take_back,
    "letter": payers.letter,
    "deliver_late": payers.deliver_late,
    "redeliver": payers.redeliver,
    "repack": payers.repack,
    "sweep": operations.sweep,
    "clock": operations.clock,
    "restart": operations.restart,
    "terminate": operations.terminate,
}
TRIES_FOR_A_STEP = 30


@dataclass(frozen=True, kw_only=True)
class Walked:
    """How a walk went."""

    steps: list[Step]
    failure: str
    """Empty when every check held."""
    figures: str
    walk: Walk


async def make_walk(world: World, seed: str, length: int) -> Walked:
    """Walk ``length`` steps of a seed, or up to the first failure."""
    walk, steps, place = Walk(world=world), list[Step](), 0
    while len(steps) < length:
        step = choosing.next_step(walk, seed, place)
        place += 1
        try:
            if await walk.play(step, ACTS[step.kind]):
                steps.append(step)
        except Broken as broken:
            return Walked(steps=[*steps, step], failure=str(broken), figures="", walk=walk)
        if place > length * TRIES_FOR_A_STEP:
            return Walked(steps=steps, failure="no step is possible any more", figures="", walk=walk)
    return Walked(steps=steps, failure="", figures=walk.figures(), walk=walk)


async def replay(world: World, steps: Sequence[Step]) -> Walked:
    """Play a script; steps that are impossible are passed over."""
    walk, played = Walk(world=world), list[Step]()
    for step in steps:
        try:
            if await walk.play(step, ACTS[step.kind]):
                played.append(step)
        except Broken as broken:
            return Walked(steps=[*played, step], failure=str(broken), figures="", walk=walk)
    return Walked(steps=played, failure="", figures=walk.figures() if walk.seen else "", walk=walk)


async def shrink(open_world: OpenWorld, failed: Walked, replays: int = 60) -> Walked | None:
    """The shortest script found that still fails in the same words; None when it does not fail again."""
    best: list[Walked] = []
    complaint = _words(failed.failure)

    async def fails(candidate: Sequence[Step]) -> Sequence[Step] | None:
        async with open_world() as world:
            walked = await replay(world, candidate)
        if not walked.failure or not complaint & _words(walked.failure):
            return None
        if not best or len(walked.steps) < len(best[-1].steps):
            best.append(walked)
        return walked.steps

    await shortest(failed.steps, fails, replays)
    return best[-1] if best else None


def _words(failure: str) -> set[str]:
    """What a failure complains of, without its step and its numbers."""
    return {re.sub(r"\d+", "#", problem) for problem in failure.partition("): ")[2].split("; ")}


async def shortest(
    steps: Sequence[T], fails: Callable[[Sequence[T]], Awaitable[Sequence[T] | None]], tries: int
) -> Sequence[T]:
    """Delta debugging (ddmin): leave out parts, ever smaller ones, as long as it still fails.

    ``fails`` returns what was played up to the failure, which may be less than it was given, or None.
    """
    found = await fails(steps)
    if found is None:
        return steps
    current, parts, tries = list(found), 2, tries - 1
    while len(current) > 1:
        size = max(1, len(current) // parts)
        for start in range(0, len(current), size):
            candidate = current[:start] + current[start + size :]
            if tries <= 0:
                return current
            tries -= 1
            if candidate and (found := await fails(candidate)) is not None:
                current, parts = list(found), max(parts - 1, 2)
                break
        else:
            if size == 1:
                return current
            parts = min(parts * 2, len(current))
    return current
