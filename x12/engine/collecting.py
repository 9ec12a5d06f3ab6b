"""Keeps the garbage collector from walking again and again over what a reader has just made."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_RARE = 50_000
_lock = Lock()
_readers = 0
_before = (0, 0, 0)


@contextmanager
def rare_collections() -> Iterator[None]:
    """Let the collector run less often meanwhile, in the whole process; what it was set to before comes back when the
    last of the readers at work is done.

    A reader makes objects that are kept and that hold no cycles: the collector walks over them a few times as they
    become many and finds nothing. A threshold that is higher already, or 0, is left alone; so is one that somebody
    sets meanwhile.
    """
    global _readers, _before
    with _lock:
        if not _readers:
            _before = gc.get_threshold()
            if 0 < _before[0] < _RARE:
                gc.set_threshold(_RARE, *_before[1:])
        _readers += 1
    try:
        yield
    finally:
        with _lock:
            _readers -= 1
            if not _readers and gc.get_threshold() == (_RARE, *_before[1:]):
                gc.set_threshold(*_before)
