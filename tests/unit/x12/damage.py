"""Single bytes of valid files changed, deleted or doubled, and what a reader owes to such a file.

A damaged file must be read without a crash, within bounds of time and memory, and then one of these must hold:

- reported: the file has an error;
- harmless: its typed content is the content of the undamaged file;
- data: the sets, their kinds, their claims and every record in them are still there, and only values of one
  record differ, as they would if the sender had meant them.

Where a terminator or a delimiter of the ISA is changed or deleted, the third will not do; where a digit of a count
or of a control number is, only the first will. Anything else is a silent loss.
"""

from __future__ import annotations

import io
import random
import re
import time
import tracemalloc
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass

import x12
from tests.x12_verdicts import bounded

SECONDS = 5.0
"""No file of a few kilobytes may take longer; a read that hangs is stopped here."""
MEMORY_PER_BYTE, MEMORY_FLOOR = 400, 4_000_000
"""Bounds of the memory that reading may take at its peak; the floor is for tables compiled on the way."""

Path = tuple[str, ...]
"""Names of fields and places in lists, from the file down to a value or a record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The content of a file: its values by their paths, and the records (members of lists) that hold them."""

    values: dict[Path, object]
    records: frozenset[Path]


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """A valid file and what it says."""

    name: str
    data: bytes
    codes: x12.CodeLookup | None
    """What judges its codes; None for a file drawn without sense."""
    sets: tuple[tuple[str, str, int], ...]
    said: Said
    counts: frozenset[int]
    """Places of the digits of counts and control numbers."""
    delimiters: frozenset[int]
    """Places of terminators, and of the delimiters that the ISA declares."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """One byte of a file changed, deleted or doubled."""

    kind: str
    at: int
    byte: int = 0

    def done_to(self, data: bytes) -> bytes:
        """The damaged file."""
        if self.kind == "change":
            return data[: self.at] + bytes((self.byte,)) + data[self.at + 1 :]
        if self.kind == "delete":
            return data[: self.at] + data[self.at + 1 :]
        return data[: self.at + 1] + data[self.at :]


class Lost(AssertionError):
    """Something of a file disappeared or changed without a word, or it could not be read within bounds."""


def base_of(name: str, data: bytes, codes: x12.CodeLookup | None = x12.SHAPES_ONLY) -> Base:
    """A file to damage.

    Raises:
        Lost: the file is not valid as it is.
    """
    file = x12.read_file(data, codes=codes)
    if not file.valid:
        raise Lost(f"{name} is not valid: {[str(error) for error in file.all_errors()]}")
    counts = {place for match in _COUNTS.finditer(data) for group in range(1, 7) for place in range(*match.span(group))}
    ends = {place for place, byte in enumerate(data) if byte == data[105]}
    return Base(
        name=name,
        data=data,
        codes=codes,
        sets=_sets(file),
        said=_said(file),
        counts=frozenset(counts),
        delimiters=frozenset(ends | {3, 104, 105}),
    )


def draw_damage(base: Base, draw: random.Random) -> Damage:
    """A byte anywhere; new values are as often delimiters and letters as any byte."""
    at = draw.randrange(len(base.data))
    kind = draw.choice(("change", "delete", "double"))
    byte = draw.choice((draw.randrange(256), draw.choice(b"*:~^\n\r "), draw.choice(b"ABCXYZ0123456789")))
    return Damage(kind=kind, at=at, byte=byte)


def judge(base: Base, damage: Damage, *, memory: bool = False) -> str:
    """Say which of reported, harmless or data holds.

    Raises:
        Lost: none does.
    """
    damaged = damage.done_to(base.data)
    file = _read(base, damage, damaged, memory=memory)
    if not file.valid:
        return "reported"
    if damaged == base.data:
        return "harmless"
    taken = damage.kind != "double"
    if taken and damage.at in base.counts:
        raise Lost(_told(base, damage, "a count or a control number changed without an error"))
    said = _said(file)
    if _sets(file) != base.sets:
        raise Lost(_told(base, damage, f"sets {base.sets} became {_sets(file)} without an error"))
    if said.values == base.said.values:
        return "harmless"
    if taken and damage.at in base.delimiters:
        raise Lost(_told(base, damage, "a delimiter changed the content without an error"))
    if said.records != base.said.records:
        odd = sorted(said.records ^ base.said.records)
        raise Lost(_told(base, damage, f"records came or went without an error: {odd}"))
    changes: dict[Path, set[tuple[Path, object, object]]] = {}
    for path in {path for path, _ in said.values.items() ^ base.said.values.items()}:
        record = _record(path, said.records)
        change = (path[len(record) :], base.said.values.get(path), said.values.get(path))
        changes.setdefault(record, set()).add(change)
    if len(changes) > 1 and not _of_one_segment(changes):
        raise Lost(_told(base, damage, f"several records changed without an error: {sorted(changes)}"))
    return "data"


def streamed_alike(base: Base, damage: Damage) -> None:
    """Claims read one by one are at least those that reading at once gives, in their order.

    Raises:
        Lost: they are not.
    """
    damaged = damage.done_to(base.data)
    whole = [
        claim.claim_id
        for one in x12.read_file(damaged, codes=base.codes).transactions()
        if isinstance(one.content, x12.ProfessionalClaims | x12.InstitutionalClaims)
        for claim in one.content.claims
    ]
    errors: list[x12.X12Error] = []
    pieces = [claim.claim_id for claim in x12.iter_claims(io.BytesIO(damaged), errors, codes=base.codes)]
    if not _within(whole, pieces):  # more may come: a stream does not wait for what the set's head says
        raise Lost(_told(base, damage, f"claims {whole} were streamed as {pieces}"))
    if x12.read_file(damaged, codes=base.codes).valid is any(error.severity == "error" for error in errors):
        raise Lost(_told(base, damage, "streaming and reading at once disagree about errors"))


def _read(base: Base, damage: Damage, damaged: bytes, *, memory: bool) -> x12.X12File:
    began = time.process_time()
    if memory:
        tracemalloc.start()
    try:
        with bounded(SECONDS):
            file = x12.read_file(damaged, codes=base.codes)
        peak = tracemalloc.get_traced_memory()[1] if memory else 0
    except Exception as error:
        raise Lost(_told(base, damage, f"reading raised {error!r}")) from error
    finally:
        if memory:
            tracemalloc.stop()
    if peak > MEMORY_FLOOR + MEMORY_PER_BYTE * len(damaged):
        raise Lost(_told(base, damage, f"reading took {peak} bytes of memory"))
    if time.process_time() - began > SECONDS:
        raise Lost(_told(base, damage, f"reading took {time.process_time() - began:.1f} s"))
    return file


def _told(base: Base, damage: Damage, what: str) -> str:
    around = base.data[max(0, damage.at - 30) : damage.at + 30]
    return f"{base.name}, {damage}, around {around!r}: {what}"


def _sets(file: x12.X12File) -> tuple[tuple[str, str, int], ...]:
    return tuple((one.kind, one.control_number, one.claim_count) for one in file.transactions())


def _said(file: x12.X12File) -> Said:
    values: dict[Path, object] = {}
    records: set[Path] = set()
    _walk([one.content for one in file.transactions()], (), values, records)
    return Said(values=values, records=frozenset(records))


def _walk(value: object, path: Path, values: dict[Path, object], records: set[Path]) -> None:
    if is_dataclass(value) and not isinstance(value, type):
        for one in fields(value):
            if one.compare:
                _walk(getattr(value, one.name), (*path, one.name), values, records)
    elif isinstance(value, list | tuple):
        for place, inner in enumerate(value):
            here = (*path, str(place))
            if is_dataclass(inner) or isinstance(inner, tuple):
                records.add(here)
            _walk(inner, here, values, records)
    elif value not in (None, ""):
        values[path] = value


_SHARED = frozenset(("billing_provider", "subscriber", "payer", "patient"))
"""What claims of an 837 have in common: each claim repeats what stands in the file once."""


def _record(path: Path, records: frozenset[Path]) -> Path:
    """The record that a value belongs to; in the head of a set, the loop."""
    if len(path) > 3 and path[1] == "claims" and path[3] in _SHARED:
        return (path[0], path[3], *path[4:5])
    found = path
    while found and found not in records:
        found = found[:-1]
    return path[:2] if len(found) < 2 and len(path) > 2 else found


def _of_one_segment(changes: Mapping[Path, set[tuple[Path, object, object]]]) -> bool:
    """Whether neighbours changed alike: one CAS or PLB gives several records, each with what they share."""
    return len({record[:-1] for record in changes}) == 1 and len({frozenset(one) for one in changes.values()}) == 1


def _within(few: list[str], many: list[str]) -> bool:
    rest = iter(many)
    return all(one in rest for one in few)


_COUNTS = re.compile(
    rb"(?:SE|GE|IEA)\*(\d+)\*(\w+)|ST\*(\d+)\*(\w+)|GS\*(?:[^*~]*\*){5}(\d+)|ISA\*(?:[^*~]*\*){12}(\d+)"
)
