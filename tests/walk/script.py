"""A walk as data: steps with parameters that speak of slots, never of numbers a database drew."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures" / "walks"


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing that somebody does. Replayed where it is possible, passed over where it is not."""

    kind: str
    facts: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        said = ", ".join(f"{name} {value}" for name, value in self.facts.items())
        return f"{self.kind}({said})"


def number(*question: object) -> int:
    """A number that depends on the question and on nothing else."""
    text = "\x1f".join(str(part) for part in question)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


def one_of(options: Sequence[T], *question: object) -> T:
    return options[number(*question) % len(options)]


def weighted(options: Sequence[tuple[int, T]], *question: object) -> T:
    """One option, as likely as its weight."""
    place = number(*question) % sum(weight for weight, _ in options)
    for weight, option in options:
        if place < weight:
            return option
        place -= weight
    raise AssertionError("unreachable: the place lies below the sum of the weights")


def write(path: Path, steps: Sequence[Step], *, failure: str, seed: str) -> None:
    """Keep a walk that failed, with what failed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    document = {
        "found_by_seed": seed,
        "failure": failure,
        "steps": [{"kind": step.kind, **step.facts} for step in steps],
    }
    path.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


def read(path: Path) -> list[Step]:
    document = json.loads(path.read_text(encoding="utf-8"))
    return [
        Step(kind=entry["kind"], facts={name: value for name, value in entry.items() if name != "kind"})
        for entry in document["steps"]
    ]
