"""How a rule is written: a named function that yields what it denies, in this payer's own codes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from simulator.adjudication.case import Case
from simulator.adjudication.verdict import Denial
from simulator.claim import SubmittedLine

Rule = Callable[[Case], Iterator[Denial]]


def whole_claim(case: Case, kind: str, *, claim_status: str = "", extra: tuple[str, ...] = ()) -> Denial:
    """Denies every line; `kind` names the persona's code, `extra` adds remarks."""
    return denial_of(case, kind, case.claim.lines, claim_status=claim_status, extra=extra)


def denial_of(
    case: Case,
    kind: str,
    lines: Iterable[SubmittedLine],
    *,
    claim_status: str = "",
    extra: tuple[str, ...] = (),
) -> Denial:
    """Denies some lines with the persona's code of this kind."""
    code = case.persona.codes[kind]
    return Denial(
        lines=tuple(line.number for line in lines),
        group=code.group,
        reason=code.reason,
        remarks=code.remarks + extra,
        claim_remarks=code.claim_remarks,
        claim_status=claim_status,
    )
