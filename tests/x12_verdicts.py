"""``python -m tests.x12_verdicts``: every published sample beside the verdicts of this package and of three others.

The expected verdicts were written from the files alone: ``tests/fixtures/x12/sample_verdicts.csv``. The table goes
into ``docs/x12.md`` between its two marks; ``--show`` prints it instead. The others are oracles of the tests, never
used at run time; each file is given to each of them for ``SECONDS`` at most.
"""

from __future__ import annotations

import argparse
import csv
import io
import logging
import os
import signal
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import x12

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = Path(os.environ.get("X12_SAMPLES", ROOT.parent / "shared" / "samples"))
EXPECTED = ROOT / "tests" / "fixtures" / "x12" / "sample_verdicts.csv"
DIFFERENCES = ROOT / "tests" / "fixtures" / "x12" / "sample_differences.csv"
DOCUMENT = ROOT / "docs" / "x12.md"
BEGIN, END = "<!-- verdicts begin -->", "<!-- verdicts end -->"
SECONDS = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What a sample should be: valid, invalid, unsupported (another guide) or not-x12.

    `errors` are the errors that must be among those reported, each a set of alternatives `code` or `code@SEG`.
    """

    path: str
    guide: str
    verdict: str
    errors: tuple[frozenset[str], ...]
    reason: str


def judged() -> list[Judged]:
    """The table of expected verdicts."""
    with EXPECTED.open(encoding="utf-8", newline="") as lines:
        return [
            Judged(
                path=row["path"],
                guide=row["guide"],
                verdict=row["verdict"],
                errors=tuple(frozenset(one.split("|")) for one in row["errors"].split()),
                reason=row["reason"],
            )
            for row in csv.DictReader(lines)
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ours:
    """Our verdict, and the errors behind it as `code` and as `code@SEG`."""

    verdict: str
    errors: frozenset[str]
    by_set: tuple[tuple[str, ...], ...]
    """Codes of the errors of each transaction set."""


def ours(data: bytes) -> Ours:
    """What this package says."""
    file = x12.read_file(data)
    found = [error for error in file.all_errors() if error.severity == "error"]
    codes = {error.code for error in found}
    if "not-x12" in codes:
        verdict = "not-x12"
    elif "unsupported-guide" in codes:
        verdict = "unsupported"
    else:
        verdict = "valid" if file.valid else "invalid"
    return Ours(
        verdict=verdict,
        errors=frozenset(codes | {f"{error.code}@{error.segment}" for error in found}),
        by_set=tuple(
            tuple(error.code for error in one.errors if error.severity == "error") for one in file.transactions()
        ),
    )


def pyx12(data: bytes) -> str:
    """The verdict of pyx12; a guide without a map raises there."""
    import pyx12.x12n_document as document
    from pyx12.errors import EngineError
    from pyx12.params import params

    try:
        valid = document.x12n_document(params(), io.StringIO(data.decode("latin-1")), None, None, None)
    except EngineError as error:
        return "no guide" if "Map not found" in str(error) else "crash"
    return "valid" if valid else "invalid"


def x12sdk(data: bytes) -> str:
    """The verdict of x12sdk: whether its models can be built. A guide it does not know is a KeyError."""
    from x12sdk.io import X12ModelReader

    try:
        with X12ModelReader(data.decode("latin-1")) as reader:
            models = list(reader.models())
    except KeyError as error:
        return "no guide" if "is not supported" in str(error) else "crash"
    except ValueError:  # pydantic's ValidationError is one
        return "invalid"
    return "valid" if models else "nothing"


def oxedi(data: bytes) -> str:
    """The verdict of oxedi, which knows the 835 only."""
    import oxedi as library

    try:
        result = library.parse(data)
    except library.ParseError:
        return "invalid"
    return "invalid" if result.diagnostics else "valid"


ORACLES: dict[str, Callable[[bytes], str]] = {"pyx12": pyx12, "x12sdk": x12sdk, "oxedi": oxedi}


class TooLong(Exception):
    """A time bound was passed."""


@contextmanager
def bounded(seconds: float) -> Iterator[None]:
    """Stop what is inside after some seconds of processor time (main thread only).

    Raises:
        TooLong: the time is over.
    """

    def stop(*_: object) -> None:
        raise TooLong

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def ask(name: str, data: bytes) -> str:
    """An oracle's verdict: valid, invalid, no guide, nothing, crash, or too long."""
    logging.disable(logging.CRITICAL)
    try:
        with bounded(SECONDS), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ORACLES[name](data)
    except TooLong:
        return "too long"
    except Exception:  # noqa: BLE001 - a crash of an oracle is its verdict
        return "crash"
    finally:
        logging.disable(logging.NOTSET)


def differences() -> dict[tuple[str, str], str]:
    """Why another library's verdict differs, by its name and the file."""
    with DIFFERENCES.open(encoding="utf-8", newline="") as lines:
        return {(row["library"], row["path"]): row["why"] for row in csv.DictReader(lines)}


def asked_of(name: str, one: Judged) -> bool:
    """oxedi is asked about 835s only."""
    return name != "oxedi" or one.guide.startswith("835")


def table() -> str:
    """The table of docs/x12.md, and the count of agreements."""
    why = differences()
    lines = ["| file | guide | expected | ours | pyx12 | x12sdk | oxedi | why |", "|---|---|---|---|---|---|---|---|"]
    agreed: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    for one in judged():
        data = (SAMPLES / one.path).read_bytes()
        verdicts = {"ours": ours(data).verdict}
        verdicts |= {name: ask(name, data) if asked_of(name, one) else "" for name in ORACLES}
        notes = [one.reason]
        for name, verdict in verdicts.items():
            if not verdict:
                continue
            if name != "ours" and (one.verdict == "unsupported" or verdict == "no guide"):
                continue  # neither right nor wrong: each library has guides of its own
            asked[name] += 1
            if agree(one.verdict, verdict):
                agreed[name] += 1
            else:
                notes.append(f"{name}: {why.get((name, one.path), 'NOT EXPLAINED')}")
        cells = (one.path, one.guide, one.verdict, *(verdicts[name] for name in ("ours", *ORACLES)), "; ".join(notes))
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    told = ", ".join(f"{name} {agreed[name]} of {asked[name]}" for name in ("ours", *ORACLES))
    return (
        f"Verdicts that agree with the expected one, of files whose guide the library knows: {told}.\n\n"
        + "\n".join(lines)
        + "\n"
    )


def agree(expected: str, verdict: str) -> bool:
    """Other libraries have no word of their own for what is no X12: an error is right too."""
    return verdict == expected or (expected == "not-x12" and verdict == "invalid")


def main() -> None:
    """Write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", action="store_true", help="print the table instead of writing it")
    arguments = parser.parse_args()
    text = table()
    if arguments.show:
        print(text)
        return
    document = DOCUMENT.read_text(encoding="utf-8")
    before, rest = document.split(BEGIN)
    _, after = rest.split(END)
    DOCUMENT.write_text(f"{before}{BEGIN}\n\n{text}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
