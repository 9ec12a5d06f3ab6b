"""The files read last, so that opening each of a file's many transactions does not read it anew."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class RecentlyRead(Generic[T]):
    """What ``read`` made of the last ``keep`` files, found by the hash of their bytes.

    Threads that want one file at the same moment wait for one reading. What was read is shared: it must not
    be changed.
    """

    def __init__(self, read: Callable[[bytes], T], *, keep: int) -> None:
        self._read = read
        self._keep = keep
        self._lock = Lock()
        self._readings: OrderedDict[bytes, Future[T]] = OrderedDict()

    def read(self, content: bytes) -> T:
        """``content`` as ``read`` understands it; what that raises is raised here, and not remembered."""
        key = hashlib.sha256(content).digest()
        with self._lock:
            reading = self._readings.get(key)
            if reading is not None:
                self._readings.move_to_end(key)
            else:
                mine = self._readings[key] = Future()
                if len(self._readings) > self._keep:
                    self._readings.popitem(last=False)
        if reading is not None:
            return reading.result()
        try:
            mine.set_result(self._read(content))
        except BaseException as failure:
            with self._lock:
                if self._readings.get(key) is mine:
                    del self._readings[key]
            mine.set_exception(failure)
            raise
        return mine.result()
