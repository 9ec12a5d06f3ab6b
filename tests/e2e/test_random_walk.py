"""A random walk of payers, patients and people over real servers, checked after every step."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from contracts.converter import KEYS_VARIABLE, new_keys
from stack.temporal_server import TemporalEndpoint
from tests.walk import script, walking
from tests.walk.proof import Worlds, walk_seed

pytestmark = pytest.mark.e2e
SEEDS = os.environ.get("WALK_SEED", "1,2").split(",")
STEPS = int(os.environ.get("WALK_STEPS", "200")) // len(SEEDS)
REPLAYS_TO_SHRINK = int(os.environ.get("WALK_SHRINK", "40"))


@pytest.fixture(autouse=True)
def payload_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEYS_VARIABLE, new_keys())


@pytest.fixture
def worlds(postgres_url: str, migrated_template: str, temporal_endpoint: TemporalEndpoint) -> Worlds:
    return Worlds(postgres_url, temporal_endpoint.address, temporal_endpoint.namespace, migrated_template)


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", SEEDS)
async def test_a_random_walk_keeps_every_rule(seed: str, worlds: Worlds) -> None:
    walked = await walk_seed(worlds, seed, STEPS, REPLAYS_TO_SHRINK)
    print(f"\nseed {seed}: {walked.walk.figures()}")
    assert len(walked.steps) == STEPS


@pytest.mark.parametrize("path", sorted(script.FIXTURES.glob("*.json")), ids=lambda path: path.stem)
async def test_a_walk_that_failed_once_holds_now(path: Path, worlds: Worlds) -> None:
    async with worlds() as it:
        walked = await walking.replay(it, script.read(path))
    assert walked.failure == ""
