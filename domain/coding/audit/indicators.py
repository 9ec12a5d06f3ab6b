"""Medications and laboratory results for which no condition stands anywhere: a question, never a code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from domain.coding.audit.chart import Chart, Lab
from domain.coding.audit.context import AuditContext
from domain.coding.audit.finding import Basis, Direction, Evidence, Finding, Kind
from domain.coding.audit.query import ask
from domain.coding.audit.rules import Family, LabIndicator


def medications_without_condition(chart: Chart, audit: AuditContext) -> Iterator[Finding]:
    """A medication class of the last year whose usual conditions are neither coded nor on the problem list."""
    since = audit.before("lab_window_days")
    for known in audit.rules.medications:
        taken = [
            one
            for one in chart.medications
            if known.takes(one) and one.started_on <= audit.today and (one.ended_on is None or one.ended_on >= since)
        ]
        if not taken or _answered(chart, audit, known.families):
            continue
        first = min(one.started_on for one in taken)
        visits = chart.seen(max(first, since), audit.today)
        if not visits:
            continue
        yield Finding(
            key=f"medication:{chart.patient}:{known.name}",
            kind=Kind.MEDICATION_WITHOUT_CONDITION,
            direction=Direction.MISSING,
            basis=Basis.INDICATOR,
            patient=chart.patient,
            claims=_claims_on(chart, visits),
            evidence=(
                Evidence(what=f"{known.words} in the medication list", on=first),
                Evidence(what="the patient was seen since, and no related condition is listed or coded", on=visits[-1]),
            ),
            query=ask(
                f"The chart lists {known.words} from {first}. Which condition, in your clinical judgment, was it "
                "ordered for?",
                *(family.words.capitalize() for family in known.families),
                "A condition for prevention of which it is given, without the condition itself",
            ),
            source=known.source,
        )


def labs_without_condition(chart: Chart, audit: AuditContext) -> Iterator[Finding]:
    """Results beyond a diagnostic threshold, sustained, with the condition neither coded nor listed."""
    since = audit.before("look_back_days")
    for rule in audit.rules.labs:
        if not rule.points_to or _answered(chart, audit, (rule.family,)):
            continue
        met = sustained(rule, (lab for lab in chart.labs if since <= lab.on <= audit.today))
        if met is None:
            continue
        visits = chart.seen(met[0].on, audit.today)
        if not visits:
            continue
        yield Finding(
            key=f"lab:{chart.patient}:{rule.name}",
            kind=Kind.LAB_WITHOUT_CONDITION,
            direction=Direction.MISSING,
            basis=Basis.INDICATOR,
            patient=chart.patient,
            claims=_claims_on(chart, visits),
            evidence=tuple(lab_evidence(rule.words, lab) for lab in met),
            query=ask(
                f"{rule.words.capitalize()} was {met[0].value} on {met[0].on} and {met[-1].value} on {met[-1].on} "
                f"({rule.unit}). What is the clinical significance of these results, in your judgment?",
                rule.family.words.capitalize(),
                "A transient change without a diagnosis",
                "An expected effect of another condition or of treatment",
                "No clinical significance",
            ),
            source=rule.source,
        )


def sustained(rule: LabIndicator, labs: Iterable[Lab]) -> tuple[Lab, ...] | None:
    """The results that meet a rule often enough, far enough apart and to the last one; None when they do not."""
    mine = sorted((lab for lab in labs if lab.loinc in rule.loinc), key=lambda lab: lab.on)
    met: list[Lab] = []
    for lab in reversed(mine):
        if not rule.holds(lab.value):
            break
        met.insert(0, lab)
    if len(met) < rule.times or met[-1].on - met[0].on < timedelta(days=rule.apart_days):
        return None
    return tuple(met)


def lab_evidence(words: str, lab: Lab) -> Evidence:
    """A result as evidence."""
    return Evidence(what=f"{words} {lab.value} {lab.unit}".strip(), on=lab.on)


def _answered(chart: Chart, audit: AuditContext, families: Iterable[Family]) -> bool:
    """Whether any of the families is coded in the window, or stands on the problem list."""
    prefixes = tuple(prefix for family in families for prefix in family.prefixes)
    coded = next(chart.coded(prefixes, audit.before("look_back_days"), audit.today), None)
    return coded is not None or next(chart.listed(prefixes, audit.today), None) is not None


def _claims_on(chart: Chart, days: list[date]) -> tuple[int, ...]:
    wanted = set(days)
    return tuple(claim.number for claim in chart.claims if claim.on in wanted)
