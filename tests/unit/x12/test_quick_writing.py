"""The quick way of writing a segment writes and refuses what the long way does."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

import x12
from tests.unit.x12 import examples
from tests.unit.x12.guide_filler import Filler
from tests.unit.x12.test_round_trip import BY_KIND, enveloped
from x12.engine import loop_code
from x12.engine.compiled import compiled_guide
from x12.engine.loop_writer import LoopWriter
from x12.engine.slot_code import SlotCode
from x12.engine.text_code import NotQuick

SPOILS = (
    "", "A*B", "A:B", "A^B", "A~B", "CAF\u00c9", "stra\u00dfe", "a1", "X" * 90, "@", "\u0663", "XX", " ", None, 5,
)  # fmt: skip


@contextmanager
def only_the_long_way() -> Iterator[None]:
    def none(*_: Any) -> Any:
        raise NotQuick

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SlotCode, "_one", none)
        patch.setattr(SlotCode, "_several", none)
        patch.setattr(loop_code, "_ROOTS", {})
        yield


def written(kind: str, content: Any, delimiters: x12.Delimiters = x12.STANDARD) -> tuple[list[str], list[x12.X12Error]]:
    guide = BY_KIND[kind]
    writer = LoopWriter(compiled_guide(guide, delimiters))
    writer.write(guide.tree(content) if guide.tree is not None else content)
    return writer.segments, writer.errors


def drawn(kind: str, seed: int, fullness: float) -> Any:
    segments = Filler(compiled_guide(BY_KIND[kind], x12.STANDARD), seed, fullness).segments()
    (transaction,) = x12.read_file(enveloped(kind, segments), codes=None).transactions()
    return transaction.content


def spoiled(value: Any, chance: random.Random) -> Any:
    """The value with one text somewhere in it replaced by one that does not belong there."""
    if isinstance(value, str):
        return chance.choice(SPOILS)
    if isinstance(value, tuple) and value:
        at = chance.randrange(len(value))
        return (*value[:at], spoiled(value[at], chance), *value[at + 1 :])
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [one.name for one in dataclasses.fields(value) if one.compare and getattr(value, one.name) != ()]
        texts = [name for name in names if isinstance(getattr(value, name), (str, tuple))]
        texts += [name for name in names if dataclasses.is_dataclass(getattr(value, name))]
        if texts:
            name = chance.choice(texts)
            return dataclasses.replace(value, **{name: spoiled(getattr(value, name), chance)})
    return value


@pytest.mark.parametrize("kind", list(BY_KIND))
def test_both_ways_write_the_same_of_content_that_is_in_order(kind: str) -> None:
    contents = [examples.every_content()[kind], *(drawn(kind, seed, 0.3) for seed in range(4))]
    quick = [written(kind, content) for content in contents]
    with only_the_long_way():
        assert [written(kind, content) for content in contents] == quick


@pytest.mark.parametrize("kind", list(BY_KIND))
def test_both_ways_refuse_the_same_of_content_that_is_not(kind: str) -> None:
    chance = random.Random(kind)
    contents = [spoiled(content, chance) for content in (drawn(kind, 7, 0.1), drawn(kind, 8, 0.3)) for _ in range(60)]
    quick = [written(kind, content) for content in contents]
    assert any(errors for _, errors in quick)
    with only_the_long_way():
        for content, found in zip(contents, quick, strict=True):
            assert written(kind, content) == found


@pytest.mark.parametrize("kind", ["837P", "837I", "835"])
def test_content_that_is_in_order_hardly_ever_goes_the_long_way(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    went: list[str] = []
    long_way = LoopWriter.slot

    def slot(writer: LoopWriter, target: Any, held: Any) -> None:
        went.append(target.segment)
        long_way(writer, target, held)

    monkeypatch.setattr(LoopWriter, "slot", slot)
    segments, errors = written(kind, examples.every_content()[kind])
    assert errors == []
    assert len(went) * 5 <= len(segments), went
