"""Unspecified codes that come again and again for one patient."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from domain.coding.audit.chart import Chart, CodedClaim
from domain.coding.audit.context import AuditContext, Sided
from domain.coding.audit.finding import Basis, Direction, Evidence, Finding, Kind
from domain.coding.audit.query import Query, ask


def unspecified_again(chart: Chart, audit: AuditContext) -> Iterator[Finding]:
    """The same unspecified code on several claims over half a year, with none more precise among them."""
    seen: dict[str, list[CodedClaim]] = {}
    for claim in chart.claims:
        if audit.before("lab_window_days") <= claim.on <= audit.today:
            for code in set(claim.diagnoses):
                seen.setdefault(code, []).append(claim)
    for code, claims in sorted(seen.items()):
        long_enough = claims[-1].on - claims[0].on >= timedelta(days=audit.rules.days("unspecified_days"))
        if len(claims) < audit.rules.days("unspecified_times") or not long_enough:
            continue
        asked = _by_table(code, set(seen), audit) or _by_side(code, set(seen), audit)
        if asked is None:
            continue
        query, source = asked
        yield Finding(
            key=f"unspecified:{chart.patient}:{code}:{claims[-1].on.year}",
            kind=Kind.UNSPECIFIED_PATIENT,
            direction=Direction.MISSING,
            basis=Basis.CHART,
            patient=chart.patient,
            provider=claims[-1].provider,
            claims=tuple(claim.number for claim in claims),
            codes=(code,),
            evidence=tuple(Evidence(what=f"{code} was coded", on=one.on, claim=one.number) for one in claims),
            query=query,
            source=source,
        )


def unspecified(code: str, audit: AuditContext) -> bool:
    """Whether a code leaves open what charts usually know."""
    sided = audit.sides.of(code)
    return code in audit.rules.unspecified or (sided is not None and sided.side == "unspecified")


def _by_table(code: str, coded: set[str], audit: AuditContext) -> tuple[Query, str] | None:
    rule = audit.rules.unspecified.get(code)
    if rule is None or any(
        other.startswith(rule.more_specific) and not unspecified(other, audit) for other in coded if other != code
    ):
        return None
    return ask(
        f"The code {code}, reported at several visits, leaves open {rule.words}. What describes the patient's "
        "condition, in your clinical judgment, from what is known today?",
        f"It is known: {rule.words} (please describe)",
        "It is being worked up and not known yet",
        "It cannot be described further",
    ), rule.source


def _by_side(code: str, coded: set[str], audit: AuditContext) -> tuple[Query, str] | None:
    sided = audit.sides.of(code)
    if sided is None or sided.side != "unspecified" or _side_known(sided, coded, audit):
        return None
    return ask(
        f"The code {code}, reported at several visits, leaves the side open. On which side was the condition?",
        "Right",
        "Left",
        "Both sides",
    ), "ICD-10-CM FY2026 guideline I.B.13"


def _side_known(sided: Sided, coded: set[str], audit: AuditContext) -> bool:
    others = (audit.sides.of(code) for code in coded)
    return any(other and other.group == sided.group and other.side != "unspecified" for other in others)
