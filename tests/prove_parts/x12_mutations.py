"""Damaged X12 files in numbers: a byte changed, deleted or doubled is reported, or harms nothing unseen."""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.prove import Disproved
from tests.unit.x12.damage import Base, Lost, draw_damage, judge, streamed_alike
from tests.unit.x12.valid_files import KINDS, valid_files

ROOT = Path(__file__).resolve().parents[2]
PER_CHUNK, CHUNKS_PER_KIND = 500, 5
JUDGED_BY = ("tests/prove_parts/x12_mutations.py", "tests/unit/x12/damage.py", "tests/unit/x12/valid_files.py",
             "tests/unit/x12/guide_filler.py")  # fmt: skip
WITH_MEMORY, STREAMED = 25, 10
"""Every so many damages the memory is measured, or the claims are streamed too."""


def damage_many(kind: str, seed: int, count: int) -> Counter[str]:
    """Damage the valid files of a kind `count` times; count what was reported, harmless, or visible as data.

    Raises:
        Lost: a damage was neither.
    """
    draw = random.Random(f"{kind} {seed}")
    files: list[Base] = valid_files(kind, seed)
    told: Counter[str] = Counter()
    for turn in range(count):
        base = draw.choice(files)
        damage = draw_damage(base, draw)
        told[judge(base, damage, memory=turn % WITH_MEMORY == 0)] += 1
        if turn % STREAMED == 0 and kind in ("837P", "837I"):
            streamed_alike(base, damage)
    return told


class X12MutationsProof:
    """The part ``x12-mutations`` of ``make prove``."""

    name = "x12-mutations"
    what = (
        f"{PER_CHUNK * CHUNKS_PER_KIND * len(KINDS):,} damaged X12 files of {len(KINDS)} kinds: "
        "reported, harmless or visible as data; never a crash, never a silent loss"
    )

    @property
    def code(self) -> str:
        """Hash of the x12 package and of what judges it."""
        hashed = hashlib.sha256()
        for path in (*sorted((ROOT / "x12").rglob("*.py")), *(ROOT / name for name in JUDGED_BY)):
            hashed.update(path.read_bytes())
        return hashed.hexdigest()[:12]

    def chunks(self) -> Sequence[str]:
        """Kind and seed."""
        return [f"{kind}, seed {seed}" for seed in range(1, CHUNKS_PER_KIND + 1) for kind in KINDS]

    @asynccontextmanager
    async def open(self) -> AsyncIterator[X12MutationsProof]:
        """Nothing to start."""
        yield self

    async def prove(self, chunk: str) -> Mapping[str, Any]:
        """Damage the files of one kind; in the main thread, which alone can be stopped by a clock."""
        kind, seed = chunk.split(", seed ")
        try:
            told = damage_many(kind, int(seed), PER_CHUNK)
        except Lost as lost:
            raise Disproved(str(lost)) from lost
        return {"damages": PER_CHUNK, **{name: told[name] for name in ("reported", "harmless", "data")}}
