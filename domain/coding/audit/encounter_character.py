"""The seventh character of injuries: active treatment (A), then healing (D and others), then what is left (S)."""

from __future__ import annotations

from collections.abc import Iterator

from domain.coding.audit.chart import Chart, CodedClaim
from domain.coding.audit.context import AuditContext
from domain.coding.audit.finding import Basis, Direction, Evidence, Finding, Kind
from domain.coding.audit.query import ask

_SOURCE = "ICD-10-CM FY2026 guideline I.C.19.a"
_RANK = dict.fromkeys("ABC", 0) | dict.fromkeys("DEFGHJKMNPQR", 1) | {"S": 2}
_INJURIES = ("S", "T", "M80", "M84")


def characters_out_of_order(chart: Chart, audit: AuditContext) -> Iterator[Finding]:
    """A course of treatment that goes backwards, or two of its parts on one claim."""
    since = audit.before("character_days")
    courses: dict[str, list[tuple[CodedClaim, str]]] = {}
    for claim in chart.claims:
        if since <= claim.on <= audit.today:
            for code in claim.diagnoses:
                if len(code) == 7 and code.startswith(_INJURIES) and code[6] in _RANK:
                    courses.setdefault(code[:6], []).append((claim, code))
    for stem, course in sorted(courses.items()):
        furthest = course[0]
        for claim, code in course[1:]:
            before, before_code = furthest
            if _RANK[code[6]] > _RANK[before_code[6]]:
                furthest = (claim, code)
            together = claim.number == before.number and _RANK[code[6]] != _RANK[before_code[6]]
            if not together and _RANK[code[6]] >= _RANK[before_code[6]]:
                continue
            yield Finding(
                key=f"character:{chart.patient}:{stem}:{claim.number}",
                kind=Kind.ENCOUNTER_CHARACTER,
                direction=Direction.CONFLICT,
                basis=Basis.CHART,
                patient=chart.patient,
                provider=claim.provider,
                claims=tuple(dict.fromkeys((before.number, claim.number))),
                codes=(before_code, code),
                evidence=(
                    Evidence(what=f"{before_code} was coded", on=before.on, claim=before.number),
                    Evidence(what=f"{code} was coded", on=claim.on, claim=claim.number),
                ),
                query=ask(
                    f"For one injury {before_code} is reported for {before.on} and {code} for {claim.on}. Which "
                    f"describes the care given on {claim.on}?",
                    "Active treatment of the injury",
                    "Routine care while it heals or recovers",
                    "Care of a later effect of the injury",
                    "Treatment of a new injury",
                ),
                source=_SOURCE,
                own_codes=together,
            )
            break
