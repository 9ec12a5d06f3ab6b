"""The garbage collector is left as it was found, whoever reads and however it ends."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from threading import Barrier, Thread

import pytest

import x12
from tests.unit.x12 import examples
from x12.engine.collecting import rare_collections


@pytest.fixture(autouse=True)
def threshold() -> Iterator[tuple[int, int, int]]:
    before = gc.get_threshold()
    gc.set_threshold(701, 11, 12)
    yield (701, 11, 12)
    gc.set_threshold(*before)


def test_reading_a_file_leaves_the_collector_as_it_was(threshold: tuple[int, int, int]) -> None:
    assert x12.read_file(examples.interchange(examples.remittance())).valid
    assert not x12.read_file(b"nothing").valid
    assert gc.get_threshold() == threshold


def test_an_exception_leaves_the_collector_as_it_was(threshold: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="lost"), rare_collections():
        raise ValueError("lost")
    assert gc.get_threshold() == threshold


def test_the_last_of_several_readers_restores_the_collector(threshold: tuple[int, int, int]) -> None:
    ready = Barrier(4)

    def read() -> None:
        with rare_collections():
            ready.wait(timeout=20)

    threads = [Thread(target=read) for _ in range(3)]
    for one in threads:
        one.start()
    with rare_collections():
        ready.wait(timeout=20)
        for one in threads:
            one.join()
        assert gc.get_threshold()[0] > threshold[0]
    assert gc.get_threshold() == threshold


@pytest.mark.parametrize("chosen", [(0, 10, 10), (60_000, 10, 10)])
def test_a_collector_that_is_off_or_rarer_still_is_left_alone(chosen: tuple[int, int, int]) -> None:
    gc.set_threshold(*chosen)
    with rare_collections():
        assert gc.get_threshold() == chosen
    assert gc.get_threshold() == chosen


def test_what_somebody_sets_meanwhile_stays() -> None:
    with rare_collections():
        gc.set_threshold(900, 10, 10)
    assert gc.get_threshold() == (900, 10, 10)
