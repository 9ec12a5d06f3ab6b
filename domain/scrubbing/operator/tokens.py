"""The words of an expression, each with its column, so that a mistake can be shown where it stands."""

from __future__ import annotations

import re
from dataclasses import dataclass


class ExpressionError(ValueError):
    """What is wrong with an expression, and at which column (from 1)."""

    def __init__(self, column: int, message: str) -> None:
        super().__init__(message)
        self.column = column


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """One word: ``kind`` is word, text, day, number, sign or end."""

    kind: str
    value: str
    column: int


_TOKEN = re.compile(
    r"""(?P<blank>\s+)
      | (?P<text>"[^"]*"|'[^']*')
      | (?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})
      | (?P<number>[0-9]+(\.[0-9]+)?(?!\.[0-9]))
      | (?P<word>[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*)
      | (?P<sign>\.\.|!=|<=|>=|[=<>(),])""",
    re.VERBOSE,
)
_MOST = 2_000
"""Characters of an expression: a rule is a sentence, not a program."""


def tokens_of(text: str) -> list[Token]:
    """Cut an expression into its words.

    Raises:
        ExpressionError: a character that begins no word, or the expression is too long.
    """
    if len(text) > _MOST:
        raise ExpressionError(_MOST, f"the expression has more than {_MOST} characters: make two rules of it")
    found: list[Token] = []
    place = 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            what = "a text is not closed: end it with the quotation mark it began with" if text[place] in "\"'" else (
                f"{text[place]!r} means nothing here"
            )
            raise ExpressionError(place + 1, what)
        kind = match.lastgroup or ""
        if kind != "blank":
            value = match.group()
            found.append(Token(kind=kind, value=value[1:-1] if kind == "text" else value, column=place + 1))
        place = match.end()
    found.append(Token(kind="end", value="", column=len(text) + 1))
    return found
