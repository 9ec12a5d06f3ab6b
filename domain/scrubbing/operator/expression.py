"""The expression language: compared fields, joined by and, or, not. It is parsed and checked here, never evaluated as
Python.

    line.procedure in ("70551".."70553", "72148") and authorization_number is missing
    payer = "PPO01" and line.modifiers has any of ("GT", "95") and not (line.place in ("02", "10"))
    patient.age < 18 and claim.diagnoses has "Z00*"
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from operator import eq, ge, gt, le, lt, ne
from typing import Any

from domain.claim.claim import ServiceLine
from domain.scrubbing.context import ScrubContext
from domain.scrubbing.operator.fields import FIELDS, Field, Kind
from domain.scrubbing.operator.tokens import ExpressionError, Token, tokens_of

Test = Callable[[ScrubContext, ServiceLine], bool]

_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {"=": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge}
_LITERALS = {Kind.TEXT: "text", Kind.NUMBER: "number", Kind.DAY: "day", Kind.LIST: "text"}
_WRITTEN = {"text": 'a text such as "70551"', "number": "a number", "day": "a day such as 2026-10-31"}
_DEEPEST = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Expression:
    """A checked expression. ``of_line``: it asks about lines, and is asked of each."""

    text: str
    test: Test
    of_line: bool


def parse(text: str) -> Expression:
    """Check an expression and make it ready.

    Raises:
        ExpressionError: what is wrong, where, and what may stand there.
    """
    parser = _Parser(tokens_of(text))
    test = parser.alternatives(0)
    parser.expect("end", "", "the end, `and` or `or`")
    return Expression(text=text, test=test, of_line=parser.of_line)


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._place = 0
        self.of_line = False

    @property
    def _next(self) -> Token:
        return self._tokens[self._place]

    def _take(self) -> Token:
        token = self._next
        self._place += token.kind != "end"
        return token

    def _word(self, *words: str) -> bool:
        """Take these words if they come next."""
        following = self._tokens[self._place : self._place + len(words)]
        if [(token.kind, token.value.lower()) for token in following] != [("word", word) for word in words]:
            return False
        self._place += len(words)
        return True

    def expect(self, kind: str, value: str, what: str) -> Token:
        token = self._next
        if token.kind != kind or (value and token.value != value):
            raise ExpressionError(token.column, f"expected {what}, found {_shown(token)}")
        return self._take()

    def alternatives(self, depth: int) -> Test:
        tests = [self._conjunction(depth)]
        while self._word("or"):
            tests.append(self._conjunction(depth))
        return tests[0] if len(tests) == 1 else _any(tests)

    def _conjunction(self, depth: int) -> Test:
        tests = [self._negation(depth)]
        while self._word("and"):
            tests.append(self._negation(depth))
        return tests[0] if len(tests) == 1 else _all(tests)

    def _negation(self, depth: int) -> Test:
        if depth > _DEEPEST:
            raise ExpressionError(self._next.column, "too many parentheses or `not` within each other")
        if self._word("not"):
            return _not(self._negation(depth + 1))
        if self._next.kind == "sign" and self._next.value == "(":
            self._take()
            inner = self.alternatives(depth + 1)
            self.expect("sign", ")", "`)`")
            return inner
        return self._comparison()

    def _comparison(self) -> Test:
        name = self.expect("word", "", "a field, `not` or `(`")
        field = FIELDS.get(name.value)
        if field is None:
            raise ExpressionError(name.column, f"no field {name.value}; there are {', '.join(FIELDS)}")
        self.of_line = self.of_line or field.of_line
        if self._word("is", "missing"):
            return _missing(field)
        if self._word("is", "present"):
            return _not(_missing(field))
        if field.kind is Kind.LIST:
            return self._membership(field)
        if self._word("not", "in"):
            return _not(self._within(field))
        if self._word("in"):
            return self._within(field)
        sign = self._next
        if sign.kind != "sign" or sign.value not in _COMPARISONS:
            raise ExpressionError(
                sign.column, f"expected =, !=, <, <=, >, >=, in, not in, is missing or is present, found {_shown(sign)}"
            )
        self._take()
        if field.kind is Kind.TEXT and sign.value in ("=", "!="):
            test = _matches(field, [self._pattern(field)])
            return test if sign.value == "=" else _not(test)
        return _compared(field, _COMPARISONS[sign.value], self._literal(field))

    def _membership(self, field: Field) -> Test:
        start = self._next
        if not self._word("has"):
            raise ExpressionError(
                start.column, f"a list is asked with has, has any of, has none of, is missing or is present; found "
                f"{_shown(start)}"
            )  # fmt: skip
        if self._word("any", "of"):
            return _some(field, self._items(field))
        if self._word("none", "of"):
            return _not(_some(field, self._items(field)))
        return _some(field, [self._pattern(field)])

    def _within(self, field: Field) -> Test:
        return _matches(field, self._items(field))

    def _items(self, field: Field) -> list[Callable[[Any], bool]]:
        self.expect("sign", "(", "`(`")
        found = [self._pattern(field)]
        while self._next.kind == "sign" and self._next.value == ",":
            self._take()
            found.append(self._pattern(field))
        self.expect("sign", ")", "`,` or `)`")
        return found

    def _pattern(self, field: Field) -> Callable[[Any], bool]:
        start = self._next
        first = self._literal(field)
        if self._next.kind == "sign" and self._next.value == "..":
            self._take()
            last = self._literal(field)
            if first > last:
                raise ExpressionError(start.column, "the range ends before it begins")
            return lambda value: bool(first <= value <= last)
        if isinstance(first, str) and first.endswith("*"):
            prefix = first[:-1]
            return lambda value: str(value).startswith(prefix)
        return lambda value: bool(value == first)

    def _literal(self, field: Field) -> Any:
        token = self._next
        wanted = _LITERALS[field.kind]
        if token.kind != wanted:
            raise ExpressionError(token.column, f"expected {_WRITTEN[wanted]}, found {_shown(token)}")
        self._take()
        if wanted == "number":
            return Decimal(token.value)
        if wanted == "day":
            try:
                return date.fromisoformat(token.value)
            except ValueError:
                raise ExpressionError(token.column, "there is no such day") from None
        return token.value


def _shown(token: Token) -> str:
    return "the end" if token.kind == "end" else f"`{token.value}`"


def _any(tests: list[Test]) -> Test:
    """Two by two: a generator for each claim would cost more than the tests."""
    first, second = tests[0], tests[1] if len(tests) == 2 else _any(tests[1:])
    return lambda context, line: first(context, line) or second(context, line)


def _all(tests: list[Test]) -> Test:
    first, second = tests[0], tests[1] if len(tests) == 2 else _all(tests[1:])
    return lambda context, line: first(context, line) and second(context, line)


def _not(test: Test) -> Test:
    return lambda context, line: not test(context, line)


def _missing(field: Field) -> Test:
    read = field.read
    return lambda context, line: read(context, line) in (None, "", ())


def _compared(field: Field, compare: Callable[[Any, Any], bool], literal: Any) -> Test:
    read = field.read

    def test(context: ScrubContext, line: ServiceLine) -> bool:
        value = read(context, line)
        return value is not None and compare(value, literal)

    return test


def _matches(field: Field, patterns: list[Callable[[Any], bool]]) -> Test:
    read = field.read
    if len(patterns) == 1:
        (only,) = patterns

        def one(context: ScrubContext, line: ServiceLine) -> bool:
            value = read(context, line)
            return value is not None and only(value)

        return one

    def test(context: ScrubContext, line: ServiceLine) -> bool:
        value = read(context, line)
        return value is not None and any(fits(value) for fits in patterns)

    return test


def _some(field: Field, patterns: list[Callable[[Any], bool]]) -> Test:
    read = field.read

    def test(context: ScrubContext, line: ServiceLine) -> bool:
        values = read(context, line)
        return bool(values) and isinstance(values, tuple) and any(fits(v) for v in values for fits in patterns)

    return test
