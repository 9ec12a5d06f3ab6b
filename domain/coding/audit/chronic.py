"""Conditions that do not go away and yet are gone from the claims, or never reached them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from domain.coding.audit.chart import Chart
from domain.coding.audit.context import AuditContext
from domain.coding.audit.finding import Basis, Direction, Evidence, Finding, Kind
from domain.coding.audit.query import Query, ask
from domain.coding.audit.rules import Family

_TWICE = 2


def vanished(chart: Chart, audit: AuditContext) -> Iterator[Finding]:
    """A chronic condition coded at least twice in the two years before, and on none of several visits this year."""
    if audit.today.month < audit.rules.days("vanished_from_month"):
        return
    begin = date(audit.today.year, 1, 1)
    visits = chart.seen(begin, audit.today)
    if len(visits) < audit.rules.days("least_visits"):
        return
    before = date(audit.today.year - 2, 1, 1)
    for family in audit.rules.chronic:
        if next(chart.coded(family.prefixes, begin, audit.today), None) is not None:
            continue
        earlier = [found for found in chart.coded(family.prefixes, before, begin) if found[0].on < begin]
        if len({claim.number for claim, _ in earlier}) < _TWICE:
            continue
        if _ended(chart, family):
            continue
        last, code = earlier[-1]
        yield Finding(
            key=f"vanished:{chart.patient}:{family.name}:{audit.today.year}",
            kind=Kind.CHRONIC_VANISHED,
            direction=Direction.MISSING,
            basis=Basis.CHART,
            patient=chart.patient,
            provider=last.provider,
            claims=tuple(claim.number for claim in chart.claims if claim.on >= begin),
            codes=(code,),
            evidence=(
                *(Evidence(what=f"{one} was coded", on=claim.on, claim=claim.number) for claim, one in earlier[-3:]),
                Evidence(what=f"seen {len(visits)} times in {audit.today.year} without it", on=visits[-1]),
            ),
            query=_what_of(family, f"was last reported for {last.on}", audit.today.year),
            source=family.source,
        )


def listed_and_never_coded(chart: Chart, audit: AuditContext) -> Iterator[Finding]:
    """A chronic condition that stands on the problem list while no claim of two years carries it."""
    since = audit.before("look_back_days")
    for family in audit.rules.chronic:
        if next(chart.coded(family.prefixes, since, audit.today), None) is not None:
            continue
        listed = next(chart.listed(family.prefixes, audit.today), None)
        if listed is None:
            continue
        visits = chart.seen(max(listed.recorded_on, audit.before("lab_window_days")), audit.today)
        if len(visits) < audit.rules.days("least_visits"):
            continue
        yield Finding(
            key=f"listed:{chart.patient}:{family.name}:{audit.today.year}",
            kind=Kind.PROBLEM_NOT_CODED,
            direction=Direction.MISSING,
            basis=Basis.CHART,
            patient=chart.patient,
            claims=tuple(claim.number for claim in chart.claims if claim.on in set(visits)),
            codes=(listed.code,),
            evidence=(
                Evidence(what=f"{listed.code} stands on the problem list", on=listed.recorded_on),
                Evidence(what=f"seen {len(visits)} times since, and no claim carries it", on=visits[-1]),
            ),
            query=_what_of(family, f"stands on the problem list since {listed.recorded_on}", audit.today.year),
            source=family.source,
        )


def _ended(chart: Chart, family: Family) -> bool:
    """The problem list itself says that it is over."""
    known = [one for one in chart.conditions if one.code.startswith(family.prefixes)]
    return bool(known) and all(one.ended_on is not None for one in known)


def _what_of(family: Family, seen: str, year: int) -> Query:
    return ask(
        f"{family.words.capitalize()} {seen}. Which describes it at the visits of {year}, in your clinical judgment?",
        "Present, and evaluated or treated at these visits",
        "Present, and not addressed at these visits",
        "Resolved, or never confirmed",
    )
