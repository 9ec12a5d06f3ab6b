"""Codes that results, other codes or the course of time contradict."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from domain.coding.audit.chart import Chart, CodedClaim, Lab
from domain.coding.audit.context import AuditContext
from domain.coding.audit.finding import Basis, Direction, Evidence, Finding, Kind
from domain.coding.audit.indicators import lab_evidence, sustained
from domain.coding.audit.query import ask
from domain.coding.audit.rules import LabStage


def labs_against_code(chart: Chart, audit: AuditContext) -> Iterator[Finding]:
    """A coded condition whose results near it, all of them, lie where the condition does not."""
    window = timedelta(days=audit.rules.days("lab_window_days"))
    for rule in audit.rules.labs:
        if rule.points_to:
            continue
        coded = list(chart.coded(rule.family.prefixes, audit.today - window, audit.today))
        if not coded:
            continue
        last, code = coded[-1]
        near = [lab for lab in chart.labs if lab.loinc in rule.loinc and abs(lab.on - last.on) <= window]
        if any(not rule.holds(lab.value) for lab in near) or _treated(chart, audit, rule.unless_classes, last.on):
            continue
        met = sustained(rule, near)
        if met is None:
            continue
        yield Finding(
            key=f"lab-against:{chart.patient}:{rule.name}:{last.on.year}",
            kind=Kind.LAB_CONTRADICTS_CODE,
            direction=Direction.UNSUPPORTED,
            basis=Basis.CHART,
            patient=chart.patient,
            provider=last.provider,
            claims=tuple(dict.fromkeys(claim.number for claim, _ in coded)),
            codes=tuple(dict.fromkeys(one for _, one in coded)),
            evidence=(
                Evidence(what=f"{code} was coded", on=last.on, claim=last.number),
                *(lab_evidence(rule.words, lab) for lab in met),
            ),
            query=ask(
                f"{rule.family.words.capitalize()} is reported for {last.on}; {rule.words} was "
                f"{', '.join(f'{lab.value} on {lab.on}' for lab in met)} ({rule.unit}). Which describes the patient's "
                "condition on that day, in your clinical judgment?",
                f"{rule.family.words.capitalize()}, present and evaluated on that day",
                f"A history of {rule.family.words}, not present on that day",
                f"{rule.family.words.capitalize()} was considered and ruled out",
            ),
            source=rule.source,
        )


def _treated(chart: Chart, audit: AuditContext, classes: tuple[str, ...], on: date) -> bool:
    """Under treatment a normal result says nothing against the condition."""
    year = timedelta(days=audit.rules.days("lab_window_days"))
    return any(
        known.takes(one) and one.started_on <= on + year and (one.ended_on is None or one.ended_on >= on - year)
        for known in audit.rules.medications
        if known.name in classes
        for one in chart.medications
    )


def stages_against_labs(chart: Chart, audit: AuditContext) -> Iterator[Finding]:
    """A coded stage while every result near it, over three months, lies in another one."""
    window = timedelta(days=audit.rules.days("lab_window_days"))
    for stage in audit.rules.stages:
        coded = list(chart.coded((stage.prefix,), audit.today - window, audit.today))
        if not coded:
            continue
        last, code = coded[-1]
        near = sorted(
            (lab for lab in chart.labs if lab.loinc in stage.loinc and abs(lab.on - last.on) <= window),
            key=lambda lab: lab.on,
        )
        others = [other for other in audit.rules.stages if other.family == stage.family and other != stage]
        shown = next((other for other in others if near and all(other.holds(lab.value) for lab in near)), None)
        if shown is None or len(near) < 2 or near[-1].on - near[0].on < timedelta(days=90):
            continue
        if _contradicted_already(stage, near, audit):
            continue
        yield Finding(
            key=f"stage:{chart.patient}:{stage.prefix}:{last.on.year}",
            kind=Kind.STAGE_CONFLICTS_WITH_LABS,
            direction=_which_way(stage, shown),
            basis=Basis.CHART,
            patient=chart.patient,
            provider=last.provider,
            claims=tuple(dict.fromkeys(claim.number for claim, _ in coded)),
            codes=(code,),
            evidence=(
                Evidence(what=f"{code} was coded", on=last.on, claim=last.number),
                *(lab_evidence("result", lab) for lab in near),
            ),
            query=ask(
                f"For {last.on} {stage.family.words} of {stage.words} is reported; the results near it were "
                f"{', '.join(f'{lab.value} on {lab.on}' for lab in near)}. Which stage describes the patient's "
                "condition on that day, in your clinical judgment?",
                *(other.words.capitalize() for other in audit.rules.stages if other.family == stage.family),
                "The condition is not present",
            ),
            source=stage.source,
        )


def _which_way(coded: LabStage, shown: LabStage) -> Direction:
    """Results of a better stage do not bear the code out; those of a worse one say that it is not precise."""
    better = (shown.low or 0) > (coded.low or 0)
    return Direction.UNSUPPORTED if better else Direction.MISSING


def _contradicted_already(stage: LabStage, near: list[Lab], audit: AuditContext) -> bool:
    """A stage from 3 on with normal results is another finding (the disease itself is in question)."""
    for rule in audit.rules.labs:
        if not rule.points_to and stage.prefix.startswith(rule.family.prefixes):
            return all(rule.holds(lab.value) for lab in near if lab.loinc in rule.loinc)
    return False


def opposed_codes(chart: Chart, audit: AuditContext) -> Iterator[Finding]:
    """Two codes that exclude each other, on one claim or too near in time."""
    since = audit.before("lab_window_days")
    for pair in audit.rules.opposed:
        firsts = list(chart.coded((pair.first,), since, audit.today))
        seconds = list(chart.coded((pair.second,), since, audit.today))
        near = [
            (one, two)
            for one in firsts
            for two in seconds
            if abs(one[0].on - two[0].on) <= timedelta(days=pair.within_days)
            and (pair.within_days or one[0].number == two[0].number)
        ]
        if not near:
            continue
        same = [(one, two) for one, two in near if one[0].number == two[0].number]
        (one, one_code), (two, two_code) = (same or near)[-1]
        yield Finding(
            key=f"opposed:{chart.patient}:{pair.name}:{max(one.on, two.on).year}" + (f":{one.number}" if same else ""),
            kind=Kind.OPPOSED_CODES,
            direction=Direction.CONFLICT,
            basis=Basis.CHART,
            patient=chart.patient,
            provider=two.provider,
            claims=tuple(dict.fromkeys((one.number, two.number))),
            codes=(one_code, two_code),
            own_codes=bool(same),
            evidence=(
                Evidence(what=f"{one_code} was coded", on=one.on, claim=one.number),
                Evidence(what=f"{two_code} was coded", on=two.on, claim=two.number),
            ),
            query=ask(
                f"Both {pair.first_words} ({one.on}) and {pair.second_words} ({two.on}) are reported. Which describes "
                "the patient's condition, in your clinical judgment?",
                pair.first_words.capitalize(),
                pair.second_words.capitalize(),
                "Both, as two separate conditions",
                "Neither",
            ),
            source=pair.source,
        )


def acute_codes_repeated(chart: Chart, audit: AuditContext) -> Iterator[Finding]:
    """The code of an acute event on visits at which the event is past."""
    since = audit.before("lab_window_days")
    for acute in audit.rules.acute:
        found = [(claim, code) for claim, code in chart.coded(acute.prefixes, date.min, audit.today)]
        if not found:
            continue
        first = found[0][0].on
        late: list[tuple[CodedClaim, str]] = [
            (claim, code)
            for claim, code in found
            if claim.on >= since
            and claim.place in acute.places
            and (not acute.after_days or claim.on - first > timedelta(days=acute.after_days))
        ]
        if not late:
            continue
        last, code = late[-1]
        yield Finding(
            key=f"acute:{chart.patient}:{acute.name}:{last.on.year}",
            kind=Kind.ACUTE_REPEATED,
            direction=Direction.UNSUPPORTED,
            basis=Basis.CHART,
            patient=chart.patient,
            provider=last.provider,
            claims=tuple(dict.fromkeys(claim.number for claim, _ in late)),
            codes=(code,),
            evidence=tuple(
                Evidence(what=f"{one} was coded, place of service {claim.place}", on=claim.on, claim=claim.number)
                for claim, one in late
            ),
            query=ask(
                f"{acute.words.capitalize()} is reported for the visit of {last.on}. Which describes the patient's "
                "condition at that visit, in your clinical judgment?",
                f"{acute.words.capitalize()}, treated at that visit",
                acute.history_words.capitalize(),
                "A sequela of the event, with the deficit that is present",
            ),
            source=acute.source,
        )
