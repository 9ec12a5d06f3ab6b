"""Patterns in claims that no honest day explains. They accuse nobody: compliance looks, and decides."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from domain.coding.audit.chart import Chart, CodedClaim
from domain.coding.audit.finding import Evidence
from domain.coding.audit.rules import AuditRules


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
    """Every pattern of the claims from ``since`` to ``today``."""
    known = list(charts)
    claims = [(chart, claim) for chart in known for claim in chart.claims if since <= claim.on <= today]
    yield from _after_death(claims)
    yield from _impossible_days(claims, rules)
    yield from _cloned(claims, rules)


def _after_death(claims: list[tuple[Chart, CodedClaim]]) -> Iterator[Suspected]:
    for chart, claim in claims:
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


def _impossible_days(claims: list[tuple[Chart, CodedClaim]], rules: AuditRules) -> Iterator[Suspected]:
    """Office visits of one provider and day whose least times are more than the day has minutes."""
    days: dict[tuple[str, date], list[CodedClaim]] = defaultdict(list)
    minutes: dict[tuple[str, date], int] = defaultdict(int)
    for _, claim in claims:
        levels = (rules.visit_levels.get(one.procedure) for one in claim.services)
        least = sum(level.minutes for level in levels if level is not None)
        if least and claim.provider and claim.individual:
            days[claim.provider, claim.on].append(claim)
            minutes[claim.provider, claim.on] += least
    for (npi, day), visits in sorted(days.items()):
        total = minutes[npi, day]
        if total > rules.days("day_minutes"):
            yield Suspected(
                key=f"impossible-day:{npi}:{day}",
                suspicion=Suspicion.IMPOSSIBLE_DAY,
                claims=tuple(claim.number for claim in visits),
                provider=npi,
                evidence=(
                    Evidence(
                        what=f"{len(visits)} visits of one provider stand for at least {total} minutes; a day has "
                        f"{rules.days('day_minutes')}",
                        on=day,
                    ),
                ),
            )


def _cloned(claims: list[tuple[Chart, CodedClaim]], rules: AuditRules) -> Iterator[Suspected]:
    """The same long content for many patients of one provider within a month."""
    alike: dict[tuple[object, ...], list[tuple[Chart, CodedClaim]]] = defaultdict(list)
    for chart, claim in claims:
        if len(claim.diagnoses) < rules.days("clone_diagnoses") or len(claim.services) < rules.days("clone_services"):
            continue
        services = tuple((one.procedure, one.modifiers, one.units) for one in claim.services)
        alike[claim.provider, claim.diagnoses, services].append((chart, claim))
    within = timedelta(days=rules.days("clone_days"))
    for (npi, *_), found in sorted(alike.items(), key=lambda item: item[1][0][1].number):
        for near in _runs(found, within):
            patients = {chart.patient for chart, _ in near}
            if len(patients) < rules.days("clone_patients"):
                continue
            numbers = tuple(claim.number for _, claim in near)
            first, last = near[0][1].on, near[-1][1].on
            yield Suspected(
                key=f"cloned:{npi}:{first}:{min(numbers)}",
                suspicion=Suspicion.CLONED_CLAIMS,
                claims=numbers,
                provider=str(npi),
                evidence=(
                    Evidence(
                        what=f"{len(near)} claims for {len(patients)} patients from {first} to {last} have the same "
                        f"{len(near[0][1].diagnoses)} diagnoses and the same {len(near[0][1].services)} services",
                        on=first,
                    ),
                ),
            )


def _runs(found: list[tuple[Chart, CodedClaim]], within: timedelta) -> Iterator[list[tuple[Chart, CodedClaim]]]:
    """Claims in order of date, in stretches that begin with the first and last no longer than ``within``."""
    run: list[tuple[Chart, CodedClaim]] = []
    for one in sorted(found, key=lambda item: (item[1].on, item[1].number)):
        if run and one[1].on - run[0][1].on > within:
            yield run
            run = []
        run.append(one)
    if run:
        yield run
