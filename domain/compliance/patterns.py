"""Patterns in claims that no honest day explains. They accuse nobody: compliance looks, and decides."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from domain.coding.audit.chart import Chart, CodedClaim
from domain.coding.audit.finding import Evidence
from domain.coding.audit.rules import AuditRules

Content = tuple[str, tuple[str, ...], tuple[object, ...]]
"""Who rendered it, with which diagnoses and services."""


class Suspicion(StrEnum):
    """What was seen."""

    DENIAL = "denial"
    """A payer's own words suggest it."""
    IMPOSSIBLE_DAY = "impossible_day"
    AFTER_DEATH = "after_death"
    CLONED_CLAIMS = "cloned_claims"
    REPORTED = "reported"
    """A person reported it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspected:
    """One pattern with its evidence and the claims it is about."""

    key: str
    suspicion: Suspicion
    claims: tuple[int, ...]
    evidence: tuple[Evidence, ...]
    provider: str = ""


def suspected(charts: Iterable[Chart], rules: AuditRules, since: date, today: date) -> Iterator[Suspected]:
    """Every pattern of the claims from ``since`` to ``today``; the charts are gone through once and not kept."""
    days: dict[tuple[str, date], list[tuple[int, int]]] = defaultdict(list)
    alike: dict[Content, list[_Copy]] = defaultdict(list)
    for chart in charts:
        for claim in chart.claims:
            if since <= claim.on <= today:
                yield from _after_death(chart, claim)
                if least := _least_minutes(claim, rules):
                    days[claim.provider, claim.on].append((claim.number, least))
                if _is_long(claim, rules):
                    alike[_content(claim)].append(_Copy(on=claim.on, number=claim.number, patient=chart.patient))
    yield from _impossible_days(days, rules)
    yield from _cloned(alike, rules)


@dataclass(frozen=True, slots=True, order=True, kw_only=True)
class _Copy:
    """A claim with long content: all that is kept of it while the others are read."""

    on: date
    number: int
    patient: int


def _after_death(chart: Chart, claim: CodedClaim) -> Iterator[Suspected]:
    if chart.died_on is not None and claim.on > chart.died_on:
        yield Suspected(
            key=f"after-death:{claim.number}",
            suspicion=Suspicion.AFTER_DEATH,
            claims=(claim.number,),
            provider=claim.provider,
            evidence=(
                Evidence(what="the patient died", on=chart.died_on),
                Evidence(what="services are billed for a later day", on=claim.on, claim=claim.number),
            ),
        )


def _least_minutes(claim: CodedClaim, rules: AuditRules) -> int:
    """What the office visits of a person's claim stand for; 0 where they say nothing of anybody's day."""
    if not (claim.provider and claim.individual):
        return 0
    levels = (rules.visit_levels.get(one.procedure) for one in claim.services)
    return sum(level.minutes for level in levels if level is not None)


def _impossible_days(
    days: Mapping[tuple[str, date], Sequence[tuple[int, int]]], rules: AuditRules
) -> Iterator[Suspected]:
    """Office visits of one provider and day whose least times are more than the day has minutes."""
    for (npi, day), visits in sorted(days.items()):
        total = sum(least for _, least in visits)
        if total > rules.days("day_minutes"):
            yield Suspected(
                key=f"impossible-day:{npi}:{day}",
                suspicion=Suspicion.IMPOSSIBLE_DAY,
                claims=tuple(number for number, _ in visits),
                provider=npi,
                evidence=(
                    Evidence(
                        what=f"{len(visits)} visits of one provider stand for at least {total} minutes; a day has "
                        f"{rules.days('day_minutes')}",
                        on=day,
                    ),
                ),
            )


def _is_long(claim: CodedClaim, rules: AuditRules) -> bool:
    enough_codes = len(claim.diagnoses) >= rules.days("clone_diagnoses")
    return enough_codes and len(claim.services) >= rules.days("clone_services")


def _content(claim: CodedClaim) -> Content:
    services = tuple((one.procedure, one.modifiers, one.units) for one in claim.services)
    return claim.provider, claim.diagnoses, services


def _cloned(alike: Mapping[Content, Sequence[_Copy]], rules: AuditRules) -> Iterator[Suspected]:
    """The same long content for many patients of one provider within a month."""
    within = timedelta(days=rules.days("clone_days"))
    for (npi, diagnoses, services), found in sorted(alike.items(), key=lambda item: item[1][0].number):
        for near in _runs(found, within):
            patients = {one.patient for one in near}
            if len(patients) < rules.days("clone_patients"):
                continue
            numbers = tuple(one.number for one in near)
            first, last = near[0].on, near[-1].on
            yield Suspected(
                key=f"cloned:{npi}:{first}:{min(numbers)}",
                suspicion=Suspicion.CLONED_CLAIMS,
                claims=numbers,
                provider=str(npi),
                evidence=(
                    Evidence(
                        what=f"{len(near)} claims for {len(patients)} patients from {first} to {last} have the same "
                        f"{len(diagnoses)} diagnoses and the same {len(services)} services",
                        on=first,
                    ),
                ),
            )


def _runs(found: Sequence[_Copy], within: timedelta) -> Iterator[list[_Copy]]:
    """Claims in order of date, in stretches that begin with the first and last no longer than ``within``."""
    run: list[_Copy] = []
    for one in sorted(found):
        if run and one.on - run[0].on > within:
            yield run
            run = []
        run.append(one)
    if run:
        yield run
