"""How fast the x12 package reads and writes, as ratios of one run: `python -m benchmarks.x12`.

Every subject runs in processes of its own, in rounds one after the other, and its best CPU time counts: the machine
does other work meanwhile, which slows all of them alike.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks import x12_files

BARS = {("837P", "x12sdk"): 20, ("837P", "pyx12"): 40, ("835", "x12sdk"): 10, ("835", "pyx12"): 20}
FLAT = 1.25  # a process a hundred times as long may need a quarter more
OURS = ("split", "segments", "read", "write")
THEIRS = ("x12sdk", "pyx12")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table; `ratio` is a multiple of our reading with full validation, or of what `what` says."""

    kind: str
    what: str
    claims_per_second: float
    megabytes_per_second: float
    peak_megabytes: float
    ratio: float | None = None
    bar: float | None = None
    met: bool | None = None


def child(subject: str, warm_up: Path, paths: Sequence[Path]) -> dict[str, Any]:
    """One measurement in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.x12_subjects", subject, str(warm_up), *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{subject} failed:\n{done.stderr}")
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def compare(folder: Path, kind: str, claims: int, rounds: int, others: Sequence[str]) -> Iterator[Row]:
    """Reading and writing of one kind of set."""
    ours = (*OURS, "claims") if kind.startswith("837") else OURS
    make = x12_files.MAKERS[kind]
    warm_up = folder / f"{kind}-warm-up.x12"
    warm_up.write_bytes(x12_files.interchange(make(50, 99)))
    paths = [folder / f"{kind}-{seed}.x12" for seed in range(1, 4)]
    for seed, path in enumerate(paths, 1):
        path.write_bytes(x12_files.interchange(make(claims, seed)))
    size = sum(path.stat().st_size for path in paths) / len(paths)
    best: dict[str, float] = defaultdict(lambda: float("inf"))
    peak: dict[str, float] = defaultdict(float)
    for turn in range(rounds):
        for subject in (*ours, *others):
            given = paths if subject in ours else [paths[turn % len(paths)]]
            found = child(subject, warm_up, given)
            if found["claims"] != claims * len(given):
                raise RuntimeError(f"{subject} found {found['claims']} claims of {claims * len(given)}")
            best[subject] = min(best[subject], *found["seconds"])
            peak[subject] = max(peak[subject], found["peak_bytes"])
    for subject, seconds in best.items():
        bar: float | None = BARS.get((kind, subject))
        ratio = seconds / best["read"]
        met = ratio >= bar if bar is not None else None
        if subject == "write":
            bar, met = 1.0, round(ratio, 2) <= 1
        yield Row(kind=kind, what=subject, claims_per_second=claims / seconds,
                  megabytes_per_second=size / seconds / 1e6, peak_megabytes=peak[subject] / 1e6,
                  ratio=ratio, bar=bar, met=met)  # fmt: skip


def memory(folder: Path, counts: Sequence[int], *, giant: bool) -> Iterator[Row]:
    """Peak memory of `iter_claims`, in many interchanges or in one ST; ratios to the shortest file."""
    first = 0.0
    for count in sorted(counts):
        path = folder / "stream.837"
        size = 0
        with path.open("wb") as out:
            for data in x12_files.giant_set(count) if giant else x12_files.interchanges(count):
                size += out.write(data)
        found = child("stream", path, [path])
        path.unlink()
        if found["claims"] != count:
            raise RuntimeError(f"{found['claims']} claims of {count} were streamed")
        seconds, peak = found["seconds"][0], found["peak_bytes"] / 1e6
        first = first or peak
        yield Row(kind="837P", what=f"stream {count:,} claims, {size / 1e6:,.0f} MB{', one ST' if giant else ''}",
                  claims_per_second=count / seconds, megabytes_per_second=size / seconds / 1e6, peak_megabytes=peak,
                  ratio=peak / first, bar=FLAT if peak != first else None,
                  met=peak / first <= FLAT if peak != first else None)  # fmt: skip


def table(rows: Sequence[Row]) -> str:
    """For a person, in Markdown."""
    said = {
        "split": "floor: bytes split, nothing checked", "segments": "read, no guide (segments)",
        "read": "**read, typed, full validation**", "write": "write",
        "claims": "read claim by claim", "x12sdk": "x12sdk, models",
        "pyx12": "pyx12, full validation",
    }  # fmt: skip
    lines = ["| set | what | claims/s | MB/s | peak MB | ratio | bar |", "| --- | --- | --: | --: | --: | --: | --- |"]
    for row in rows:
        limit = "at most" if row.what not in THEIRS else "at least"
        bar = "" if row.bar is None else f"{limit} {row.bar:g}: {'met' if row.met else 'MISSED'}"
        ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
        lines.append(f"| {row.kind} | {said.get(row.what, row.what)} | {row.claims_per_second:,.0f} | "
                     f"{row.megabytes_per_second:.1f} | {row.peak_megabytes:.0f} | {ratio} | {bar} |")  # fmt: skip
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.x12", description=__doc__)
    parser.add_argument("--claims", type=int, default=2_000, help="claims in each measured set")
    parser.add_argument("--rounds", type=int, default=3, help="how often each subject is measured")
    parser.add_argument("--kinds", nargs="*", default=["837P", "835"], choices=["837P", "835"])
    parser.add_argument("--others", nargs="*", default=list(THEIRS), choices=THEIRS, help="whom to compare with")
    parser.add_argument("--memory", nargs="*", type=int, default=[2_000, 200_000], metavar="CLAIMS",
                        help="sizes of the streamed files; none with no number")
    parser.add_argument("--giant", action="store_true", help="stream one giant ST instead of many interchanges")
    parser.add_argument("--json", action="store_true", help="the rows as JSON")
    given = parser.parse_args()
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for kind in given.kinds:
            rows += compare(folder, kind, given.claims, given.rounds, given.others)
        rows += memory(folder, given.memory, giant=given.giant)
    print(json.dumps([asdict(row) for row in rows], indent=1) if given.json else table(rows))
    return 0 if all(row.met is not False for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
