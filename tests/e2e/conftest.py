"""Whole stacks for end-to-end tests: one that is shared by the tests which do not disturb each other."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from contracts.converter import KEYS_VARIABLE, new_keys
from tests.support.e2e_practice import FinishedDemo, Practice, finished_demo, local_stack, practice_on

SEED = 53
"""Of this seed's patients, those of visits 3, 6 and 13 (denied, then corrected) pay on the second statement."""
VISITS = 16


_FIRST, _LAST = "test_survives_everything.py", "test_imported_samples.py"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The test with a stack of its own before the shared one starts; what may leave claims open after all."""
    order = {_FIRST: 0, _LAST: 2}
    ours = [place for place, item in enumerate(items) if item.path.parent == Path(__file__).parent]
    sorted_items = sorted((items[place] for place in ours), key=lambda item: order.get(item.path.name, 1))
    for place, item in zip(ours, sorted_items, strict=True):
        items[place] = item


@pytest.fixture(scope="session")
def payload_keys() -> Iterator[None]:
    """One key for every stack of this session: a process reads its keys once."""
    before = os.environ.get(KEYS_VARIABLE)
    os.environ[KEYS_VARIABLE] = before or new_keys("tests")
    yield
    if before is None:
        del os.environ[KEYS_VARIABLE]


@pytest.fixture(scope="session")
async def demo(tmp_path_factory: pytest.TempPathFactory, payload_keys: None) -> AsyncIterator[FinishedDemo]:
    """The demo's first visits on a stack shared by the tests of this folder, carried to their end."""
    with local_stack(tmp_path_factory.mktemp("e2e") / "state", SEED) as stack:
        async with practice_on(stack, SEED) as practice:
            yield await finished_demo(practice, VISITS)


@pytest.fixture(scope="session")
def practice(demo: FinishedDemo) -> Practice:
    """The shared practice: what a test adds comes after the demo, which so ends the same in every run."""
    return demo.practice


@pytest.fixture
def own_state(tmp_path: Path) -> Path:
    """Folder for a stack of this test alone."""
    return tmp_path / "state"
