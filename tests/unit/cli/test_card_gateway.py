"""Which card gateway a command speaks to: the environment's, else the running stack's, never a mixture."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.money.cards import card_settings
from gateways.errors import SettingsMissing


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A state folder where `claimflow up` left a stack with a gateway in a box."""
    secret = tmp_path / "stacks"
    secret.write_text("the stack's")
    told = {"CLAIMFLOW_CARDS_URL": "http://127.0.0.1:1", "CLAIMFLOW_CARDS_SECRET_FILE": str(secret)}
    (tmp_path / "stack.json").write_text(json.dumps({"environment": told}))
    monkeypatch.setenv("CLAIMFLOW_STATE", str(tmp_path))
    for name in told:
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def test_without_settings_of_its_own_a_command_uses_the_running_stacks_gateway(state: Path) -> None:
    found = card_settings()
    assert (found.url, found.secret) == ("http://127.0.0.1:1", "the stack's")
    assert "the stack's" not in repr(found)


def test_a_gateway_of_the_environment_is_never_given_the_stacks_secret(
    state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLAIMFLOW_CARDS_URL", "https://cards.example")
    assert card_settings().secret == ""
    own = state / "own"
    own.write_text("ours")
    monkeypatch.setenv("CLAIMFLOW_CARDS_SECRET_FILE", str(own))
    assert (card_settings().url, card_settings().secret) == ("https://cards.example", "ours")


def test_without_any_gateway_a_command_says_what_to_set(state: Path) -> None:
    (state / "stack.json").unlink()
    with pytest.raises(SettingsMissing, match="CLAIMFLOW_CARDS_URL"):
        card_settings()
