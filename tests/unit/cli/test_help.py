"""What `--help` tells somebody who sees a command for the first time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from typer.main import get_command

from cli.main import app


def commands(command: Any, path: str = "claimflow") -> Iterator[tuple[str, Any]]:
    """Every command that does something, with its whole name."""
    children = getattr(command, "commands", None)
    if children is None:
        yield path, command
    for name, child in (children or {}).items():
        yield from commands(child, f"{path} {name}")


ALL = dict(commands(get_command(app)))
WRITE_A_PAPER = {"claimflow account statement", "claimflow payment receipt"}
"""Their ``--format`` says json among others."""
WRITE_A_FILE = {"claimflow x12 ack"}


@pytest.mark.parametrize("path", ALL)
def test_every_command_says_what_it_does_in_a_sentence(path: str) -> None:
    said = (ALL[path].help or "").strip()
    assert said.endswith("."), "a sentence, so that a group's list reads as one"
    first = said.split("\n\n")[0]
    assert len(first) <= 200, "the first paragraph stands in the group's list"


@pytest.mark.parametrize("path", ALL)
def test_every_argument_and_option_is_explained(path: str) -> None:
    shown = [one for one in ALL[path].params if not one.hidden and one.name != "help"]
    assert [one.name for one in shown if not (one.help or "").strip().endswith((".", "?"))] == []


@pytest.mark.parametrize("path", ALL)
def test_every_answer_about_the_books_can_be_asked_for_as_json(path: str) -> None:
    options = {name for one in ALL[path].params for name in one.opts}
    if "--organisation" in options and path not in WRITE_A_PAPER | WRITE_A_FILE:
        assert "--json" in options


@pytest.mark.parametrize("option", ["--by", "--reason", "--organisation", "--json", "--limit"])
def test_an_option_of_many_commands_is_named_and_shown_in_one_way(option: str) -> None:
    shown = {(one.metavar, bool(one.is_flag)) for command in ALL.values() for one in command.params
             if option in one.opts and not one.hidden}  # fmt: skip
    assert len(shown) == 1
