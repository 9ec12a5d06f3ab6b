"""The bytes of the files read last: a file of many transaction sets leaves the database once for each worker."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock


class RecentContents:
    """Contents by their hash, so that no two files, organisations or databases can be mixed up."""

    def __init__(self, keep: int = 2) -> None:
        """Remember as many."""
        self._keep = keep
        self._lock = Lock()
        self._contents: OrderedDict[str, bytes] = OrderedDict()

    def get(self, sha256: str, load: Callable[[], bytes]) -> bytes:
        """The content of this hash, loaded where it is not at hand. Two threads may load it at once: it is the same."""
        with self._lock:
            content = self._contents.get(sha256)
        if content is None:
            content = load()
            with self._lock:
                self._contents[sha256] = content
                while len(self._contents) > self._keep:
                    self._contents.popitem(last=False)
        return content
