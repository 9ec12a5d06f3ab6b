"""Stories on the real server over an in-memory practice: once from the cache, once replayed at every task."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator

import pytest

from contracts.converter import KEYS_VARIABLE
from stack.temporal_server import TemporalEndpoint
from tests.histories.keys import KEYS_OF_RECORDINGS
from tests.integration.workflows.front_office import AccountRow
from tests.integration.workflows.office import Office, namespace_of_its_own, open_office
from tests.integration.workflows.story import AccountStory, ClaimStory

CACHED, REPLAYED = 1000, 0


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Replay at every task once for each sentence: of its cases, only the first."""
    further = [item for item in items if _is_further_replayed_case(item)]
    if further:
        items[:] = [item for item in items if item not in further]
        config.hook.pytest_deselected(items=further)


def _is_further_replayed_case(item: pytest.Item) -> bool:
    case = getattr(item, "callspec", None)
    if case is None or "integration/workflows/" not in item.nodeid:
        return False
    offices = {"office", "renewing_office"} & set(case.params)
    replayed = any(case.params[name] == REPLAYED for name in offices)
    return replayed and any(index > 0 for name, index in case.indices.items() if name not in offices)


@pytest.fixture(scope="session")
def payload_keys() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(KEYS_VARIABLE, KEYS_OF_RECORDINGS)
        yield


@pytest.fixture(scope="session", params=[CACHED, REPLAYED], ids=["cached", "replayed"])
async def office(
    request: pytest.FixtureRequest, temporal_endpoint: TemporalEndpoint, payload_keys: None
) -> AsyncIterator[Office]:
    client = await namespace_of_its_own(temporal_endpoint.address, temporal_endpoint.namespace)
    async with open_office(client, request.param) as office:
        yield office


@pytest.fixture(scope="session", params=[CACHED, REPLAYED], ids=["cached", "replayed"])
async def renewing_office(
    request: pytest.FixtureRequest, small_history_endpoint: TemporalEndpoint, payload_keys: None
) -> AsyncIterator[Office]:
    """On the server that suggests continue-as-new early."""
    client = await namespace_of_its_own(small_history_endpoint.address, small_history_endpoint.namespace)
    async with open_office(client, request.param) as office:
        yield office


@pytest.fixture
def claim(office: Office) -> Callable[..., ClaimStory]:
    """A claim whose row holds these facts; nothing is started yet."""

    def new(**facts: object) -> ClaimStory:
        return ClaimStory(office, office.practice.new_row(**facts))

    return new


@pytest.fixture
def account(office: Office) -> Callable[..., AccountStory]:
    def new(row: AccountRow) -> AccountStory:
        return AccountStory(office, row)

    return new
