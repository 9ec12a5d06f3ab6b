"""A random walk of payers, patients and people over real servers, checked after every step."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from contracts.converter import KEYS_VARIABLE, new_keys
from stack.postgres import create_database, drop_database
from stack.temporal_server import TemporalEndpoint
from tests.walk import script, walking
from tests.walk.world import World, world

pytestmark = pytest.mark.e2e
SEEDS = os.environ.get("WALK_SEED", "1,2").split(",")
STEPS = int(os.environ.get("WALK_STEPS", "200")) // len(SEEDS)
SHRUNK_REPLAYS = int(os.environ.get("WALK_SHRINK", "40"))


@pytest.fixture(autouse=True)
def payload_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEYS_VARIABLE, new_keys())


@pytest.fixture
def open_world(
    postgres_url: str, migrated_template: str, temporal_endpoint: TemporalEndpoint
) -> walking.OpenWorld:
    """Worlds one after another: a fresh database each."""
    names = iter(range(10_000))

    @asynccontextmanager
    async def fresh() -> AsyncIterator[World]:
        name = f"walk_{os.getpid()}_{next(names)}"
        url = create_database(postgres_url, name, template=migrated_template)
        try:
            async with world(url, temporal_endpoint.address, temporal_endpoint.namespace) as it:
                yield it
        finally:
            drop_database(postgres_url, name)

    return fresh


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", SEEDS)
async def test_a_random_walk_keeps_every_rule(seed: str, open_world: walking.OpenWorld) -> None:
    async with open_world() as it:
        walked = await walking.make_walk(it, seed, STEPS)
    if walked.failure:
        shrunk = await walking.shrink(open_world, walked.steps, SHRUNK_REPLAYS) if SHRUNK_REPLAYS else None
        found = shrunk or walked
        path = script.FIXTURES / f"seed-{seed}-step-{len(walked.steps)}.json"
        script.write(path, found.steps, failure=found.failure, seed=seed)
        pytest.fail(
            f"seed {seed}, step {len(walked.steps)}: {found.failure}\n"
            f"{'shrunk' if shrunk else 'it did not fail again; the whole walk is kept'}: {path.name}, "
            f"{len(found.steps)} steps:\n" + "\n".join(f"  {step}" for step in found.steps)
        )
    print(f"\nseed {seed}: {walked.figures}")


@pytest.mark.parametrize("path", sorted(script.FIXTURES.glob("*.json")), ids=lambda path: path.stem)
async def test_a_walk_that_failed_once_holds_now(path: Path, open_world: walking.OpenWorld) -> None:
    async with open_world() as it:
        walked = await walking.replay(it, script.read(path))
    assert walked.failure == ""
