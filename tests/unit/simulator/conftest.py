"""A fresh clearinghouse for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.simulator.practice_for_tests import Practice


@pytest.fixture
def practice(tmp_path: Path) -> Iterator[Practice]:
    ours = Practice(state=tmp_path / "simulator")
    yield ours
    ours.desk.database.close()
