"""A household with one visit of which the payer left 150 dollars to the patient: by steps, or on a real server."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from temporalio.client import Client

from contracts.converter import KEYS_VARIABLE
from simulator.cards import CardSandbox
from stack.temporal_server import TemporalEndpoint
from tests.histories.keys import KEYS_OF_RECORDINGS
from tests.integration.activities.conftest import Desk
from tests.integration.workflows.office import namespace_of_its_own
from tests.support.household_life import Life
from tests.support.household_server import STEPS, Background, LifeOnTheServer, Server


@pytest.fixture(scope="session")
def background() -> Iterator[Background]:
    one = Background()
    yield one
    one.close()


@pytest.fixture(scope="session")
def households_client(temporal_endpoint: TemporalEndpoint, background: Background) -> Iterator[Client]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(KEYS_VARIABLE, KEYS_OF_RECORDINGS)
        yield background.do(namespace_of_its_own(temporal_endpoint.address, temporal_endpoint.namespace))


@pytest.fixture
def life(
    request: pytest.FixtureRequest, new_desk: Callable[..., Desk], database_url: str
) -> Iterator[Life]:
    """The account's, the cases' and the claims' own workflows do what is due, in skipped time; with ``BY_STEPS`` the
    test does it, step by step."""
    if getattr(request, "param", "") == STEPS:
        yield Life.owing(new_desk())
        return
    background: Background = request.getfixturevalue("background")
    server = Server(database_url, request.getfixturevalue("households_client"))
    with CardSandbox() as cards:
        try:
            yield LifeOnTheServer.beginning(new_desk(), server, background, cards)
        finally:
            background.do(server.close())
