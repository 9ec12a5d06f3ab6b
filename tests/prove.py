"""``python -m tests.prove``: the full counts, part by part and chunk by chunk; a stopped run goes on where it was.

Each part keeps its finished chunks in ``docs/proofs/PART.json``. A chunk that fails is told, not kept, and
tried again by the next run. ``--fresh`` forgets what is kept. Exit 0: everything is proved; 1: a chunk failed.
"""

from __future__ import annotations

import argparse
import asyncio
import fcntl
import json
import subprocess
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
    from tests.accounts.proof import AccountsProof
    from tests.prove_parts.demo_twice import DemoTwiceProof
    from tests.prove_parts.x12_mutations import X12MutationsProof
    from tests.walk.proof import WalkProof

    known: tuple[Part, ...] = (X12MutationsProof(), AccountsProof(), DemoTwiceProof(), WalkProof())
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
        """Add a finished chunk to what this and other processes kept; the file is whole at every moment."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / f".{self.part.name}.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self.read()
            self._write(chunk, figures, seconds)

    def _write(self, chunk: str, figures: Mapping[str, Any], seconds: float) -> None:
        self.done[chunk] = {"seconds": round(seconds, 1), "code": self.part.code, **figures}
        order = {name: self.done[name] for name in self.part.chunks() if name in self.done}
        document = {
            "part": self.part.name,
            "what": self.part.what,
            "finished": f"{len(order)} of {len(self.part.chunks())} chunks",
            "totals": _totals(order.values()),
            "chunks": order,
        }
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


async def prove(
    part: Part, *, fresh: bool, at_most: int | None, folder: Path | None = None, share: tuple[int, int] = (0, 1)
) -> list[str]:
    """Do what is left of a part, or this process's share of it; return what failed."""
    kept = Kept(part=part, folder=folder or PROOFS)
    if fresh:
        kept.path.unlink(missing_ok=True)
    kept.read()
    mine = set(part.chunks()[share[0] :: share[1]])
    left = [chunk for chunk in kept.left() if chunk in mine]
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
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="share each part among N processes")
    parser.add_argument("--share", default="0/1", help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    if unknown := [name for name in chosen.parts if name not in known]:
        print(f"prove: no part is called {unknown[0]}; there are {', '.join(known)}", file=sys.stderr)
        return 2
    if chosen.jobs > 1:
        return _shared(chosen)
    mine, of = (int(number) for number in chosen.share.split("/"))
    failed: list[str] = []
    try:
        for name in chosen.parts or known:
            failed += asyncio.run(
                prove(known[name], fresh=chosen.fresh, at_most=chosen.at_most, share=(mine, of))
            )
    except KeyboardInterrupt:
        print("prove: stopped; the next run goes on from here", file=sys.stderr)
        return 130
    print(f"prove: {len(failed)} chunks failed" if failed else "prove: everything that was done holds")
    return 1 if failed else 0


def _shared(chosen: argparse.Namespace) -> int:
    """The same call in several processes, each with servers of its own and its share of the chunks."""
    if chosen.fresh:
        for name in chosen.parts or parts():
            (PROOFS / f"{name}.json").unlink(missing_ok=True)
    command = [sys.executable, "-m", "tests.prove", *chosen.parts]
    command += ["--at-most", str(chosen.at_most)] if chosen.at_most is not None else []
    running = [subprocess.Popen([*command, "--share", f"{number}/{chosen.jobs}"]) for number in range(chosen.jobs)]
    try:
        return max(process.wait() for process in running)
    except KeyboardInterrupt:
        for process in running:
            process.wait()
        return 130


if __name__ == "__main__":
    # Run as a program this file is ``__main__``, and the parts raise the ``Disproved`` of ``tests.prove``.
    from tests.prove import main as tests_prove_main

    sys.exit(tests_prove_main())
