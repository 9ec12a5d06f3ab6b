"""The walk's full count: 20,000 steps as 100 seeds of 200."""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from contracts.converter import KEYS_VARIABLE, new_keys
from stack.postgres import create_database, drop_database
from storage.engine import make_engine
from storage.migrate import migrate
from tests.prove import Disproved
from tests.support.servers import postgres_for_tests, temporal_for_tests
from tests.walk import script, walking
from tests.walk.world import World, world
from workers.settings import build_id

SEEDS = 100
STEPS = 200
REPLAYS_TO_SHRINK = 60
_TEMPLATE = "claimflow_template"


class WalkProof:
    """The part ``walk`` of ``make prove``."""

    name = "walk"
    what = f"a random walk of {SEEDS * STEPS:,} steps over claims and accounts, every rule checked after each step"

    @property
    def code(self) -> str:
        return build_id()

    def chunks(self) -> Sequence[str]:
        return [f"seed {number}" for number in range(1, SEEDS + 1)]

    @asynccontextmanager
    async def open(self) -> AsyncIterator[WalkProver]:
        logging.getLogger("temporalio").setLevel(logging.ERROR)
        os.environ.setdefault(KEYS_VARIABLE, new_keys())
        with (
            tempfile.TemporaryDirectory(prefix="claimflow-walk-") as folder,
            postgres_for_tests(Path(folder) / "postgres") as postgres,
            temporal_for_tests(Path(folder) / "temporal") as temporal,
        ):
            engine = make_engine(create_database(postgres.url, _TEMPLATE))
            migrate(engine)
            engine.dispose()
            yield WalkProver(Worlds(postgres.url, temporal.address, temporal.namespace, _TEMPLATE))


class Worlds:
    """Worlds one after another on the same servers: a fresh database each."""

    def __init__(self, postgres_url: str, temporal_address: str, namespace: str, template: str) -> None:
        self._postgres_url = postgres_url
        self._temporal = (temporal_address, namespace)
        self._template = template
        self._opened = 0

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[World]:
        self._opened += 1
        name = f"walk_{os.getpid()}_{self._opened}"
        url = create_database(self._postgres_url, name, template=self._template)
        try:
            async with world(url, *self._temporal) as it:
                yield it
        finally:
            drop_database(self._postgres_url, name)


class WalkProver:
    """Walks a seed; what fails is shrunk and kept as a fixture."""

    def __init__(self, worlds: Worlds) -> None:
        self._worlds = worlds

    async def prove(self, chunk: str) -> Mapping[str, Any]:
        walked = await walk_seed(self._worlds, chunk.removeprefix("seed "), STEPS, REPLAYS_TO_SHRINK)
        books = walked.walk.seen
        assert books is not None
        return {"steps": len(walked.steps), **books.counts}


async def walk_seed(worlds: Worlds, seed: str, steps: int, replays: int) -> walking.Walked:
    """Walk a seed; a failure is shrunk and written as a fixture.

    Raises:
        Disproved: with the shortest script found.
    """
    async with worlds() as it:
        walked = await walking.make_walk(it, seed, steps)
    if not walked.failure:
        return walked
    shrunk = await walking.shrink(worlds, walked, replays) if replays else None
    found = shrunk or walked
    path = script.FIXTURES / f"seed-{seed}-step-{len(walked.steps)}.json"
    script.write(path, found.steps, failure=found.failure, seed=seed)
    kept = "shrunk to" if shrunk else "did not fail again; the whole walk is kept in"
    raise Disproved(
        f"seed {seed}, step {len(walked.steps)}: {found.failure}\n{kept} {path.name}, {len(found.steps)} steps:\n"
        + "\n".join(f"  {step}" for step in found.steps)
    )
