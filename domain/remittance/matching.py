"""Which line of ours a remitted line speaks of.

By our line control number (REF*6R) first; payers leave it out or drop a modifier (openemr#7293),
so then by procedure and modifiers, then by procedure and charge. What finds no line is told, never
guessed: a person matches it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from domain.remittance.remittance import RemittedLine


@dataclass(frozen=True, slots=True, kw_only=True)
class SentLine:
    """A line as the attempt carried it."""

    number: int
    control_number: str
    """REF*6R as sent."""
    procedure: str
    modifiers: tuple[str, ...]
    charge_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LineMatch:
    """A remitted line (position from 0 in its claim) and our line's number; None: no match."""

    position: int
    line_number: int | None


Fits = Callable[[RemittedLine, SentLine], bool]


def match_lines(remitted: Sequence[RemittedLine], sent: Sequence[SentLine]) -> tuple[LineMatch, ...]:
    """Match each remitted line, in order. A line of ours is taken twice only by its control number
    (a payer that splits a line repeats it); two candidates left for the weaker rules match none."""
    found: dict[int, int] = {}
    free = {line.number: line for line in sent}
    by_control = {line.control_number: line for line in sent if line.control_number}
    for position, line in enumerate(remitted):
        if (named := by_control.get(line.line_control_number)) is not None:
            found[position] = named.number
            free.pop(named.number, None)
    for fits in (_same_code_modifiers_and_charge, _same_code_and_modifiers, _same_code_and_charge):
        for position, line in enumerate(remitted):
            if position not in found and (number := _only(line, free, fits)) is not None:
                found[position] = number
                del free[number]
    return tuple(LineMatch(position=p, line_number=found.get(p)) for p in range(len(remitted)))


def _only(line: RemittedLine, free: dict[int, SentLine], fits: Fits) -> int | None:
    """The first fitting line, when fitting lines are alike (then their order tells) or there is one."""
    candidates = [candidate for candidate in free.values() if fits(line, candidate)]
    if not candidates:
        return None
    kinds = {(c.procedure, c.modifiers, c.charge_cents) for c in candidates}
    return min(c.number for c in candidates) if len(kinds) == 1 else None


def _same_code_modifiers_and_charge(line: RemittedLine, sent: SentLine) -> bool:
    return _same_code_and_modifiers(line, sent) and line.charge_cents == sent.charge_cents


def _same_code_and_modifiers(line: RemittedLine, sent: SentLine) -> bool:
    return line.procedure == sent.procedure and line.modifiers == sent.modifiers


def _same_code_and_charge(line: RemittedLine, sent: SentLine) -> bool:
    return line.procedure == sent.procedure and line.charge_cents == sent.charge_cents
