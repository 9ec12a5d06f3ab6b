"""The demo's promise at its full count: 200 claims of one seed, twice, end the same to the cent."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from stack.paths import CHECKOUT
from tests.prove import Disproved
from workers.settings import build_id

CLAIMS, SEED = 200, 7
SAME = ("by_outcome", "ledger", "ledger_balanced", "attempts")
"""What must repeat; seconds, and events that timing decides, need not."""
LONGEST_SECONDS = 3600


def run(progress: Callable[[str], None]) -> dict[str, Any]:
    """Run the demo twice by its command and compare; return the figures.

    Raises:
        Disproved: a run did not end, or the two ends differ.
    """
    first = _demo("first", progress)
    second = _demo("second", progress)
    different = {name: (first[name], second[name]) for name in SAME if first[name] != second[name]}
    if different:
        raise Disproved(f"{CLAIMS} claims of seed {SEED} end differently: {different}")
    if not first["ledger_balanced"]:
        raise Disproved("the ledger does not balance")
    return {
        "claims": CLAIMS,
        "seed": SEED,
        "outcomes": first["by_outcome"],
        "ledger": first["ledger"],
        "seconds_first": first["seconds"],
        "seconds_second": second["seconds"],
    }


def _demo(turn: str, progress: Callable[[str], None]) -> dict[str, Any]:
    progress(f"{turn} run of {CLAIMS} claims, seed {SEED}")
    with tempfile.TemporaryDirectory(prefix="claimflow-demo-") as state:
        done = subprocess.run(
            [sys.executable, "-m", "cli", "demo", "--claims", str(CLAIMS), "--seed", str(SEED), "--json"],
            cwd=CHECKOUT,
            env=os.environ | {"CLAIMFLOW_STATE": str(Path(state) / "state")},
            capture_output=True,
            text=True,
            timeout=LONGEST_SECONDS,
            check=False,
        )
    if done.returncode != 0:
        last_words = " | ".join(done.stderr.splitlines()[-3:])
        raise Disproved(f"the {turn} run ended with exit {done.returncode}: {last_words}")
    result: dict[str, Any] = json.loads(done.stdout)
    progress(f"{turn} run: {result['seconds']:.0f} s, {result['virtual_days']} days, {result['by_outcome']}")
    return result


class DemoTwiceProof:
    """The part ``demo-twice`` of ``make prove``."""

    name = "demo-twice"
    what = f"{CLAIMS} claims of seed {SEED}, twice: the same outcomes and the same ledger"

    @property
    def code(self) -> str:
        """Build id of the code that is proved."""
        return build_id()

    def chunks(self) -> Sequence[str]:
        """One: both runs belong together."""
        return [f"{CLAIMS} claims, seed {SEED}"]

    @asynccontextmanager
    async def open(self) -> AsyncIterator[DemoTwiceProof]:
        """Nothing to start: the command starts its own stack."""
        yield self

    async def prove(self, chunk: str) -> Mapping[str, Any]:
        """Run both."""
        return await asyncio.to_thread(run, lambda line: print(f"{chunk}: {line}", flush=True))
