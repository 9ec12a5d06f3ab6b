"""Sides of the body that do not go together: on one claim, or from visit to visit."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from domain.coding.audit.chart import Chart, CodedClaim
from domain.coding.audit.context import AuditContext
from domain.coding.audit.finding import Basis, Direction, Evidence, Finding, Kind
from domain.coding.audit.query import ask

_SOURCE = "ICD-10-CM FY2026 guideline I.B.13"
_SIDE_OF_MODIFIER = {"RT": "right", "LT": "left"}
_OPPOSITE = {"right": "left", "left": "right"}


def sides_on_a_claim(chart: Chart, audit: AuditContext) -> Iterator[Finding]:
    """A line for one side (RT, LT) whose diagnoses all lie on the other."""
    since = audit.before("lab_window_days")
    for claim in chart.claims:
        if not since <= claim.on <= audit.today:
            continue
        for service in claim.services:
            sides = {_SIDE_OF_MODIFIER[one] for one in service.modifiers if one in _SIDE_OF_MODIFIER}
            if len(sides) != 1:
                continue
            told = {code: sided.side for code in claim.of_line(service) if (sided := audit.sides.of(code))}
            if not told or set(told.values()) != {_OPPOSITE[next(iter(sides))]}:
                continue
            side = next(iter(sides))
            yield _finding(
                chart,
                f"side:{chart.patient}:{claim.number}:{service.procedure}",
                (claim,),
                tuple(told),
                (
                    _seen(claim, f"{service.procedure} was billed for the {side} side"),
                    *(_seen(claim, f"{one} says the {where} side") for one, where in told.items()),
                ),
                f"For {claim.on} a service on one side is reported with a condition of the other side. Which side was "
                "treated?",
                own_codes=True,
            )


def sides_in_time(chart: Chart, audit: AuditContext) -> Iterator[Finding]:
    """One complaint on one side, then once on the other, then on the first again or only as a follow-up."""
    since = audit.before("lab_window_days")
    near = timedelta(days=audit.rules.days("side_days"))
    groups: dict[str, list[tuple[CodedClaim, str, str]]] = {}
    if len(chart.claims) < 2:
        return
    for claim in chart.claims:
        if since <= claim.on <= audit.today:
            for code in claim.diagnoses:
                sided = audit.sides.of(code)
                if sided is not None and sided.side in _OPPOSITE:
                    groups.setdefault(sided.group, []).append((claim, code, sided.side))
    for group, visits in sorted(groups.items()):
        for place in range(1, len(visits)):
            claim, code, side = visits[place]
            others = [one for one in visits if one[2] == side and one[0].number != claim.number]
            before, after = visits[place - 1], visits[place + 1] if place + 1 < len(visits) else None
            if others or before[2] == side or claim.on - before[0].on > near or before[0].number == claim.number:
                continue
            back = after is not None and after[2] == before[2] and after[0].on - claim.on <= near
            follow_up = _subsequent(code)
            if not back and not (follow_up and after is None):
                continue
            seen = [one for one in (before, visits[place], after) if one is not None]
            yield _finding(
                chart,
                f"side-in-time:{chart.patient}:{group}:{claim.number}",
                tuple(one[0] for one in seen),
                tuple(dict.fromkeys(one[1] for one in seen)),
                tuple(_seen(one[0], f"{one[1]} says the {one[2]} side") for one in seen),
                f"The same complaint is reported on the {before[2]} side for {before[0].on} and on the {side} side for "
                f"{claim.on}. On which side was it at the visit of {claim.on}?",
            )


def _seen(claim: CodedClaim, what: str) -> Evidence:
    return Evidence(what=what, on=claim.on, claim=claim.number)


def _subsequent(code: str) -> bool:
    return len(code) == 7 and code[6] in "DGKPS"


def _finding(
    chart: Chart,
    key: str,
    claims: tuple[CodedClaim, ...],
    codes: tuple[str, ...],
    evidence: tuple[Evidence, ...],
    question: str,
    *,
    own_codes: bool = False,
) -> Finding:
    return Finding(
        key=key,
        kind=Kind.LATERALITY,
        direction=Direction.CONFLICT,
        basis=Basis.CHART,
        patient=chart.patient,
        provider=claims[-1].provider,
        claims=tuple(dict.fromkeys(claim.number for claim in claims)),
        codes=codes,
        evidence=evidence,
        query=ask(question, "Right", "Left", "Both sides"),
        source=_SOURCE,
        own_codes=own_codes,
    )
