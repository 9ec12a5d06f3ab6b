"""What is recognised at once must read as the walker reads it: the same objects at the same places, the same errors."""

from __future__ import annotations

import random
from dataclasses import fields, is_dataclass, replace
from typing import Any

import pytest

import x12
from tests.unit.x12 import examples
from tests.unit.x12.sensible import sensible
from tests.unit.x12.valid_files import balanced, drawn, written
from x12.engine import compiled, shapes
from x12.engine.walker import Walker

KINDS = ("837P", "837I", "835")
OTHER = x12.Delimiters(element="|", repetition="!", component=">", segment="'")


def whole(value: object) -> object:
    """A value with all of its fields, also those that take no part in comparison."""
    if is_dataclass(value):
        return type(value).__name__, [(one.name, whole(getattr(value, one.name))) for one in fields(value)]
    return [whole(one) for one in value] if isinstance(value, tuple) else value


def walked(data: bytes) -> object:
    """The file as it is read without shapes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Walker, "_take", lambda *_: 0)
        return whole(x12.read_file(data))


class Taken:
    """Counts what was recognised at once."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.claims = self.levels = 0
        take = Walker._take

        def counting(walker: Walker, target: Any, *given: Any) -> int:
            taken = take(walker, target, *given)
            self.levels += bool(taken and target.is_level)
            self.claims += bool(taken and not target.is_level)
            return taken

        patch.setattr(Walker, "_take", counting)


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> Taken:
    """A reader that knows no shape yet and learns one as soon as it comes."""
    monkeypatch.setattr(compiled, "_GUIDES", {})
    monkeypatch.setattr(shapes, "_TIMES", 1)
    return Taken(monkeypatch)


def mutated(data: bytes, draw: random.Random, terminator: bytes = b"~") -> bytes:
    """One segment or element lost, doubled, moved or changed."""
    segments = data.split(terminator)
    at = draw.randrange(2, len(segments) - 1)
    match draw.randrange(6):
        case 0:
            del segments[at]
        case 1:
            segments.insert(at, segments[at])
        case 2:
            other = draw.randrange(2, len(segments) - 1)
            segments[at], segments[other] = segments[other], segments[at]
        case 3:
            elements = segments[at].split(b"*")
            elements[draw.randrange(len(elements))] = draw.choice((b"", b"X", b"0", b"20260231", b"-1.5", b"1.005"))
            segments[at] = b"*".join(elements)
        case 4:
            elements = segments[at].split(b"*")
            segments[at] = b"*".join([*elements, *[b""] * draw.randrange(3), b"ZZ"[: draw.randrange(3)]])
        case _:
            byte = draw.randrange(len(segments[at])) if segments[at] else 0
            change = bytes([draw.randrange(32, 256)]) * draw.randrange(3)
            segments[at] = segments[at][:byte] + change + segments[at][byte + 1 :]
    return terminator.join(segments)


def repeated(kind: str) -> bytes:
    """Some claims after one another, of a few shapes that come back."""
    if kind == "837P":
        other = examples.claim("2", lines=(examples.line(), examples.line(7_505, "2"), examples.line(99, "3")))
        several = (examples.claim("1"), other, examples.secondary_claim())
        return examples.interchange(examples.claims(*several, *several, *several))
    content = examples.every_content()[kind]
    if kind == "835":
        (group, *_) = content.groups
        content = balanced(replace(content, groups=(replace(group, claims=group.claims * 4),)))
        return examples.interchange(content)
    return examples.interchange(content, content, content)


@pytest.mark.parametrize("kind", KINDS)
def test_claims_of_a_known_shape_are_read_as_the_walker_reads_them(kind: str, taken: Taken) -> None:
    data = repeated(kind)
    for _ in range(4):
        assert whole(x12.read_file(data)) == walked(data)
    assert taken.claims > 5
    assert taken.levels > 5 or kind == "835"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(12))
def test_files_drawn_from_the_guide_are_read_the_same_by_shape_and_by_walk(kind: str, seed: int, taken: Taken) -> None:
    draw = random.Random(f"{kind} {seed}")
    make = sensible if seed % 2 else drawn
    content = make(kind, draw.randrange(10**6), draw.choice((0.0, 0.05, 0.2)))
    data = written(content)
    for _ in range(3):
        assert whole(x12.read_file(data)) == walked(data)
    for _ in range(25):
        damaged = mutated(data, draw)
        assert whole(x12.read_file(damaged)) == walked(damaged)


@pytest.mark.parametrize("kind", KINDS)
def test_damaged_claims_of_known_shapes_get_the_errors_that_the_walker_gives(kind: str, taken: Taken) -> None:
    data = repeated(kind)
    draw = random.Random(kind)
    errors = 0
    for _ in range(150):
        damaged = mutated(data, draw)
        file = x12.read_file(damaged)
        errors += bool(file.all_errors())
        assert whole(file) == walked(damaged)
    assert errors > 100
    assert taken.claims > 150


def test_shapes_are_learned_for_the_delimiters_at_hand(taken: Taken) -> None:
    content = examples.claims(*[examples.claim(str(number)) for number in range(9)])
    data = examples.interchange(content, delimiters=OTHER)
    for _ in range(3):
        assert whole(x12.read_file(data)) == walked(data)
    assert taken.claims > 9


def test_a_loop_with_ever_new_shapes_keeps_no_more_than_it_may(taken: Taken) -> None:
    draw = random.Random(1)
    for number in range(40):
        notes = tuple(x12.Note(code=code, text="A") for code in ("ADD",) if draw.random() < 0.5)
        lines = tuple(examples.line(100 + at, str(at)) for at in range(draw.randrange(1, 4)))
        dates = tuple(x12.DateOrPeriod(qualifier=code, start=examples.DAY)
                      for code in ("431", "454", "304", "453", "439", "484") if draw.random() < 0.5)  # fmt: skip
        claim = examples.claim(str(number), notes=notes, lines=lines, dates=dates)
        data = examples.interchange(examples.claims(claim))
        assert whole(x12.read_file(data)) == walked(data)
    held = [loop.unit for guide in compiled._GUIDES.values() for loop in guide.loops if loop.unit is not None]
    known = [len(one.known) for unit in held for one in unit.shapes]
    assert max(known) == shapes._KNOWN
