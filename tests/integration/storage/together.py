"""Several threads that begin at the same moment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

T = TypeVar("T")


def together(works: Sequence[Callable[[], T]]) -> list[T]:
    """Run every work in a thread of its own, released at once; return the results in order."""
    gate = Barrier(len(works))

    def at_once(work: Callable[[], T]) -> T:
        gate.wait(timeout=10)
        return work()

    with ThreadPoolExecutor(max_workers=len(works)) as pool:
        return [future.result(timeout=60) for future in [pool.submit(at_once, work) for work in works]]
