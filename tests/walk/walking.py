"""Walking: a script is made as it goes, replayed as it is written, and shrunk when it fails."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any

from tests.walk import choosing, operations, payers, people
from tests.walk.script import Step
from tests.walk.walk import Broken, Walk
from tests.walk.world import World

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


async def shrink(open_world: OpenWorld, steps: Sequence[Step], replays: int = 60) -> Walked | None:
    """The shortest script found that still fails (ddmin); None when it does not fail again."""
    best: Walked | None = None

    async def fails(candidate: Sequence[Step]) -> bool:
        nonlocal best, replays
        replays -= 1
        async with open_world() as world:
            walked = await replay(world, candidate)
        if walked.failure and (best is None or len(walked.steps) < len(best.steps)):
            best = walked
        return bool(walked.failure)

    if not await fails(steps):
        return None
    current, parts = list(best.steps if best is not None else steps), 2
    while len(current) > 1 and replays > 0:
        size = max(1, len(current) // parts)
        for start in range(0, len(current), size):
            candidate = current[:start] + current[start + size :]
            if candidate and replays > 0 and await fails(candidate):
                assert best is not None
                current, parts = list(best.steps), max(parts - 1, 2)
                break
        else:
            if size == 1:
                break
            parts = min(parts * 2, len(current))
    return best
