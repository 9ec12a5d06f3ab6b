"""A file's many transaction sets are opened one by one, and the file is read once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest

from edi.recently_read import RecentlyRead


class Reader:
    """Counts how often it reads each content."""

    def __init__(self) -> None:
        self.reads: list[bytes] = []

    def __call__(self, content: bytes) -> list[bytes]:
        self.reads.append(content)
        return content.split(b"~")


def test_the_same_bytes_are_read_once_and_other_bytes_again() -> None:
    reader = Reader()
    files = RecentlyRead(reader, keep=2)
    first = files.read(b"A~B")
    assert first == [b"A", b"B"]
    assert files.read(bytes(bytearray(b"A~B"))) is first
    assert files.read(b"A~C") == [b"A", b"C"]
    assert reader.reads == [b"A~B", b"A~C"]


def test_only_the_files_used_last_are_kept() -> None:
    reader = Reader()
    files = RecentlyRead(reader, keep=2)
    for content in (b"A", b"B", b"A", b"C", b"A", b"B"):
        files.read(content)
    assert reader.reads == [b"A", b"B", b"C", b"B"]


def test_threads_that_want_one_file_at_once_wait_for_one_reading() -> None:
    gate, reading, reads = Barrier(4), Event(), []

    def read(content: bytes) -> list[bytes]:
        reads.append(content)
        assert reading.wait(timeout=10)
        return [content]

    files = RecentlyRead(read, keep=1)

    def want() -> list[bytes]:
        gate.wait(timeout=10)
        return files.read(b"A")

    with ThreadPoolExecutor(max_workers=3) as pool:
        wanted = [pool.submit(want) for _ in range(3)]
        gate.wait(timeout=10)
        reading.set()
        found = [future.result(timeout=10) for future in wanted]
    assert reads == [b"A"]
    assert all(one is found[0] for one in found)


def test_a_reading_that_failed_is_tried_again() -> None:
    reads = 0

    def read(content: bytes) -> bytes:
        nonlocal reads
        reads += 1
        if reads == 1:
            raise MemoryError
        return content

    files = RecentlyRead(read, keep=1)
    with pytest.raises(MemoryError):
        files.read(b"A")
    assert files.read(b"A") == b"A"
