"""Claims of a stream come one by one, in memory that does not grow with it."""

from __future__ import annotations

import io
import tracemalloc
from collections.abc import Callable, Iterable

import pytest

import x12
from benchmarks.x12_files import giant_set, interchanges
from tests.unit.x12 import examples

SHAPES: dict[str, Callable[[int], Iterable[bytes]]] = {
    "many interchanges": lambda count: interchanges(count, each=100),
    "one giant set": lambda count: giant_set(count, each=100),
}


@pytest.mark.parametrize("shape", list(SHAPES))
def test_a_stream_yields_what_the_whole_file_holds(shape: str) -> None:
    data = b"".join(SHAPES[shape](300))
    file = x12.read_file(data)
    assert file.all_errors() == ()
    whole = [claim for one in file.transactions() for claim in one.content.claims]  # type: ignore[union-attr]
    errors: list[x12.X12Error] = []
    assert list(x12.iter_claims(io.BytesIO(data), errors)) == whole
    assert errors == []
    assert len({claim.claim_id for claim in whole}) == 300


def _peak(data: bytes) -> int:
    tracemalloc.start()
    try:
        for _ in x12.iter_claims(io.BytesIO(data)):
            pass
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("shape", list(SHAPES))
def test_memory_does_not_grow_with_the_file(shape: str) -> None:
    short, long = (b"".join(SHAPES[shape](count)) for count in (400, 1_000))
    for _ in x12.iter_claims(io.BytesIO(long)):  # fills tables and caches
        pass
    assert _peak(long) < 1.5 * _peak(short)


def test_a_separator_that_is_missing_between_composites_costs_no_time() -> None:
    """A pattern that goes back over what it took would try millions of ways to read the rest."""
    codes = ":".join(["ABF:E119::::::Y"] * 40)
    data = examples.interchange(examples.claims()).replace(b"HI*", f"HI*ABK:J029:{codes}*".encode())
    (transaction,) = x12.read_file(data).transactions()
    assert any(error.segment == "HI" for error in transaction.errors)
