"""Reads the `claimflow` command lines that people are shown, and says what of them does not exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from typer.main import get_command

from cli.main import app

Command = Any
"""A command or a group of Typer's; its classes are private to it."""

_BLOCK_LINE = re.compile(r"^(?:\$ |    |export \S+ |(?:\S*/)?)*claimflow (?P<rest>.*)$")
_QUOTED = re.compile(r"`(?:\.venv/bin/)?claimflow (?P<rest>[^`]+)`")
_GLUED_STRINGS = re.compile(r"\"\s*\n\s*f?\"")
_NAME = re.compile(r"[a-z][a-z0-9-]*")


def in_blocks(text: str) -> Iterator[str]:
    """The command lines of a page's blocks: they can be typed as they stand."""
    in_block = False
    continued = ""
    for line in text.splitlines():
        if line.startswith("```"):
            in_block = not in_block
        elif in_block or line.startswith("    "):
            whole = continued + line
            continued = whole.removesuffix("\\") if whole.endswith("\\") else ""
            if not continued and (found := _BLOCK_LINE.match(whole)):
                yield found["rest"].split(" #")[0]


def in_prose(text: str) -> Iterator[str]:
    """The command lines of a page's sentences and tables, where they stand in backticks."""
    prose = re.sub(r"^```.*?^```|^    .*?$", "", text, flags=re.DOTALL | re.MULTILINE)
    yield from (found["rest"] for found in _QUOTED.finditer(prose))


def in_source(text: str) -> Iterator[str]:
    """The command lines in backticks of a program: in its messages, remedies and comments."""
    yield from (found["rest"] for found in _QUOTED.finditer(_GLUED_STRINGS.sub("", text)))


def wrong_in(written: str, *, whole: bool = False) -> list[str]:
    """What of one command line does not exist: the command itself, or options of it.

    A ``whole`` line can be typed as it stands, and names every option that its command wants.

    ``list / show N`` and ``list | show N`` name sisters; ``A \\| B`` and brackets are alternatives of one command.
    """
    words = re.sub(r"\\\||[\[\]()]|\.\.\.|…", " ", written)
    problems: list[str] = []
    group: Command = _root()
    for place, part in enumerate(re.split(r"\s(?:\||/|&&)\s|;|,\s", " ".join(words.split()))):
        tokens = part.split()
        if place and (not tokens or tokens[0] not in getattr(group, "commands", {})):
            continue  # what a pipe goes to, or a word of prose
        command = group
        while tokens and (children := getattr(command, "commands", None)) is not None:
            if tokens[0] not in children:
                if _NAME.fullmatch(tokens[0]):
                    problems.append(f"no command {tokens[0]}")
                break
            group, command = command, children[tokens.pop(0)]
        known = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
        asked = {token.split("=")[0] for token in tokens if token.startswith("--") and len(token) > 2}
        problems += [f"no option {option}" for option in sorted(asked - known - {"--help"})]
        if whole and "--help" not in asked:
            wanted = [parameter.opts for parameter in command.params if _is_wanted(parameter)]
            problems += [f"{names[0]} is wanted" for names in wanted if not asked.intersection(names)]
    return problems


def _is_wanted(parameter: Any) -> bool:
    """Whether it must be typed: what a variable of the environment may say need not."""
    return bool(parameter.required and parameter.param_type_name == "option" and not parameter.envvar)


@cache
def _root() -> Command:
    return get_command(app)
