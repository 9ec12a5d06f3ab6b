"""``python -m tests.prove``: the full counts, part by part and chunk by chunk; a stopped run goes on where it was.

Each part keeps its finished chunks in ``docs/proofs/PART.json``. A chunk that fails is told, not kept, and
tried again by the next run. ``--fresh`` forgets what is kept. Exit 0: everything is proved; 1: a chunk failed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

PROOFS = Path(__file__).resolve().parent.parent / "docs" / "proofs"


class Disproved(AssertionError):
    """A chunk found something that must not be; the text says what, and where it was kept."""


class Prover(Protocol):
    """A part with its servers running."""

    async def prove(self, chunk: str) -> Mapping[str, Any]:
        """Do one chunk; return its figures.

        Raises:
            Disproved: what was to be shown does not hold.
        """


class Part(Protocol):
    """One thing to prove. Add yours to ``parts``."""

    name: str
    what: str
    """One line: what is shown, and how much of it."""

    @property
    def code(self) -> str:
        """Build id of the code that is proved: chunks of another build are done again."""

    def chunks(self) -> Sequence[str]:
        """Names of the chunks, in their order."""

    def open(self) -> AbstractAsyncContextManager[Prover]:
        """Start what the chunks need."""


def parts() -> dict[str, Part]:
    """Every part by name."""
    from tests.prove_parts.demo_twice import DemoTwiceProof
    from tests.walk.proof import WalkProof

    known: tuple[Part, ...] = (DemoTwiceProof(), WalkProof())
    return {part.name: part for part in known}


@dataclass
class Kept:
    """The finished chunks of a part, in their file."""

    part: Part
    folder: Path = PROOFS
    done: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def path(self) -> Path:
        return self.folder / f"{self.part.name}.json"

    def read(self) -> None:
        """Take what earlier runs finished with the same code."""
        if not self.path.exists():
            return
        document = json.loads(self.path.read_text(encoding="utf-8"))
        wanted = set(self.part.chunks())
        self.done = {
            chunk: figures
            for chunk, figures in document["chunks"].items()
            if chunk in wanted and figures.get("code") == self.part.code
        }

    def keep(self, chunk: str, figures: Mapping[str, Any], seconds: float) -> None:
        """Add a finished chunk; the file is whole at every moment."""
        self.done[chunk] = {"seconds": round(seconds, 1), "code": self.part.code, **figures}
        order = {name: self.done[name] for name in self.part.chunks() if name in self.done}
        document = {
            "part": self.part.name,
            "what": self.part.what,
            "finished": f"{len(order)} of {len(self.part.chunks())} chunks",
            "totals": _totals(order.values()),
            "chunks": order,
        }
        self.folder.mkdir(parents=True, exist_ok=True)
        fresh = self.path.with_suffix(".part")
        fresh.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
        fresh.replace(self.path)

    def left(self) -> list[str]:
        """What is still to do."""
        return [chunk for chunk in self.part.chunks() if chunk not in self.done]


def _totals(chunks: Iterable[Mapping[str, Any]]) -> dict[str, float]:
    totals: dict[str, float] = {}
    for figures in chunks:
        for name, value in figures.items():
            if isinstance(value, int | float) and not isinstance(value, bool):
                totals[name] = round(totals.get(name, 0) + value, 1)
    return totals


async def prove(part: Part, *, fresh: bool, at_most: int | None, folder: Path = PROOFS) -> list[str]:
    """Do what is left of a part; return what failed."""
    kept = Kept(part=part, folder=folder)
    if not fresh:
        kept.read()
    left = kept.left()
    print(f"{part.name}: {part.what}; {len(kept.done)} of {len(part.chunks())} chunks are done", flush=True)
    failed: list[str] = []
    if not left:
        return failed
    async with part.open() as prover:
        for chunk in left[:at_most]:
            began = time.monotonic()
            try:
                figures = await prover.prove(chunk)
            except Disproved as disproved:
                failed.append(f"{part.name}, chunk {chunk}: {disproved}")
                print(failed[-1], file=sys.stderr, flush=True)
                continue
            kept.keep(chunk, figures, time.monotonic() - began)
            print(
                f"{part.name}: chunk {chunk} holds ({time.monotonic() - began:.0f} s); "
                f"{len(kept.done)} of {len(part.chunks())}",
                flush=True,
            )
    return failed


def main(arguments: Sequence[str] | None = None) -> int:
    """Prove the parts that are named, or all of them."""
    known = parts()
    parser = argparse.ArgumentParser(prog="python -m tests.prove", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"one of {', '.join(known)}; all when none is named")
    parser.add_argument("--fresh", action="store_true", help="begin again: forget the chunks that are kept")
    parser.add_argument("--at-most", type=int, metavar="N", help="do N chunks of each part and stop")
    chosen = parser.parse_args(arguments)
    if unknown := [name for name in chosen.parts if name not in known]:
        print(f"prove: no part is called {unknown[0]}; there are {', '.join(known)}", file=sys.stderr)
        return 2
    failed: list[str] = []
    try:
        for name in chosen.parts or known:
            failed += asyncio.run(prove(known[name], fresh=chosen.fresh, at_most=chosen.at_most))
    except KeyboardInterrupt:
        print("prove: stopped; the next run goes on from here", file=sys.stderr)
        return 130
    print(f"prove: {len(failed)} chunks failed" if failed else "prove: everything that was done holds")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
