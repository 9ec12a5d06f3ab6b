"""The card pieces of the local stack before anything runs: whose secret, which port, and when none is needed."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from stack.card_pieces import CardDoor, CardGatewayInABox, gateways_secret
from stack.errors import StackError
from stack.local import LocalStack
from stack.paths import StackPaths
from stack.ports import PortBook


@pytest.fixture
def paths(tmp_path: Path) -> StackPaths:
    return StackPaths(state=tmp_path / "state", cache=tmp_path / "cache")


def test_the_secret_is_made_once_and_for_the_owners_eyes_only(paths: StackPaths) -> None:
    file = gateways_secret(paths)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    made = file.read_text()
    assert len(made) >= 32
    assert gateways_secret(paths).read_text() == made


def test_the_workers_and_commands_are_told_the_address_and_the_secrets_file_but_no_secret(paths: StackPaths) -> None:
    ports = PortBook(paths.ports, ephemeral=True)
    box = CardGatewayInABox(paths, ports)
    assert box.provides() == {}, "before its first start it has no address"
    port = ports.choose(box.name, 0)
    told = box.provides()
    assert told["CLAIMFLOW_CARDS_URL"] == f"http://127.0.0.1:{port}"
    assert gateways_secret(paths).read_text() not in repr(told)


def test_a_gateway_of_the_operators_own_takes_the_place_of_the_one_in_a_box(
    paths: StackPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CLAIMFLOW_CARDS_URL", raising=False)
    assert {"card_door", "cards"} <= {piece.name for piece in LocalStack(paths).pieces}
    monkeypatch.setenv("CLAIMFLOW_CARDS_URL", "https://cards.example")
    monkeypatch.delenv("CLAIMFLOW_CARDS_SECRET_FILE", raising=False)
    assert "cards" not in {piece.name for piece in LocalStack(paths).pieces}
    with pytest.raises(StackError, match="CLAIMFLOW_CARDS_SECRET_FILE"):
        CardDoor(paths, PortBook(paths.ports, ephemeral=True)).start({})
