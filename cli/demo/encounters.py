"""The demo's visits: what the chart says, and what somebody entered wrongly.

A story says what is wrong with a visit and a fixed order says which number has which story, so that
sixty claims show every outcome. Who the patient is, where, and when follows from the seed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from cli.demo.data_files import charges, practice, providers, read
from cli.demo.derivation import derived_between, derived_choice
from cli.demo.persons import Persona, dashed, old_card, persona_of
from domain.claim.claim import ClaimContent, Encounter, EncounterSource, ServiceLine
from domain.claim.correction import apply_changes, changed_fields

SATURDAY = 5
_ASKS_COPAY = frozenset({"HMO01"})
"""Payers that leave a copay for each visit, whatever the member id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoVisit:
    """One visit: the encounter as it was entered, and what the staff find in the chart."""

    number: int
    """From 1."""
    fault: str
    """The story's name, such as ``authorization_missing``."""
    note: str
    """What a biller reads in the chart, in words."""
    encounter: Encounter
    persona: Persona
    chart: ClaimContent
    """What should have been entered."""
    answer_key: dict[str, str] = field(default_factory=dict)
    """Fields entered wrongly, with the chart's values (grammar: ``domain.claim.correction``)."""
    slip: dict[str, str] = field(default_factory=dict)
    """What the staff enter wrongly at their first correction."""
    argument: str = ""
    """What the chart says against a denial; empty where it gives no ground for an appeal."""


def chart_of(seed: int, number: int, start: date) -> DemoVisit:
    """Visit ``number`` (from 1) of a seed, shortly before ``start``."""
    story, visit = _story_of(number)
    facts = read("stories")["stories"][story]
    first_visit = number - int(facts.get("returns_after", 0))
    _, first = _story_of(first_visit)
    persona = persona_of(
        seed, first_visit, first["payer"], start, child=bool(first.get("child")), others=first.get("others", ())
    )
    if first_visit != number:
        visit = next(other for other in facts["visits"] if other["payer"] == first["payer"])
    chart = _chart(seed, number, start, visit, persona)
    plant = facts.get("plant", {}) | visit.get("plant", {})
    entered = _planted(chart, plant, visit["payer"])
    wrong = {name: _text_of(chart, name) for name in changed_fields(entered, chart)}
    slip = {}
    if plant.get("dashed_member_id"):
        slip = {"member_id": dashed(visit["payer"], chart.coverage.member_id)}
        wrong["member_id"] = chart.coverage.member_id
    return DemoVisit(
        number=number,
        fault=story,
        note=facts["note"],
        encounter=Encounter(
            provider=practice(),
            patient=persona.patient,
            content=entered,
            source=EncounterSource(
                file_sha256=hashlib.sha256(f"claimflow demo {seed}".encode()).hexdigest(),
                transaction="demo",
                ordinal=number,
                claim_reference=f"DEMO-{seed}-{number}",
            ),
        ),
        persona=persona,
        chart=chart,
        answer_key=wrong,
        slip=slip,
        argument=visit.get("argument", ""),
    )


def forgetful(visits: Mapping[str, DemoVisit]) -> str:
    """Claim reference of the first visit whose patient pays a copay and does not come again; empty for none."""
    story = read("stories")["stories"]
    returns = {visit.number - int(story[visit.fault].get("returns_after", 0)) for visit in visits.values()
               if "returns_after" in story[visit.fault]}  # fmt: skip
    return next(
        (
            reference
            for reference, visit in visits.items()
            if visit.fault == "patient_share"
            and visit.chart.coverage.payer.code in _ASKS_COPAY
            and visit.number not in returns
        ),
        "",
    )


def _story_of(number: int) -> tuple[str, dict[str, Any]]:
    """Story of a number, and its variant: each occurrence of a story takes the next one."""
    order: list[str] = read("stories")["order"]
    cycles, place = divmod(number - 1, len(order))
    story = order[place]
    occurrence = cycles * order.count(story) + order[:place].count(story)
    visits = read("stories")["stories"][story]["visits"]
    return story, visits[occurrence % len(visits)]


def _chart(seed: int, number: int, start: date, visit: dict[str, Any], persona: Persona) -> ClaimContent:
    served = start - timedelta(days=int(visit.get("days_ago", 0)) + derived_between(2, 9, seed, number, "days"))
    if served.weekday() >= SATURDAY:
        served -= timedelta(days=served.weekday() - SATURDAY + 1)
    cards = [visit["payer"], *(other["payer"] for other in visit.get("others", ()))]
    needs_referral = any(read("payers")[card].get("referral") for card in cards)
    return ClaimContent(
        diagnoses=tuple(visit["diagnoses"]),
        lines=tuple(
            _line(line, place, served) for place, line in enumerate(visit["lines"], start=1)
        ),
        place_of_service="11",
        coverage=persona.coverage,
        other_coverages=persona.others,
        authorization_number=_number("A", seed, number) if visit.get("authorization") else "",
        referral_number=_number("R", seed, number) if needs_referral else "",
        rendering=derived_choice(providers("rendering"), seed, number, "rendering"),
        referring=derived_choice(providers("referring"), seed, number, "referring")
        if visit.get("referring")
        else None,
        onset_date=served - timedelta(days=derived_between(5, 40, seed, number, "onset"))
        if visit.get("onset")
        else None,
    )


def _number(letter: str, seed: int, number: int) -> str:
    return f"{letter}{derived_between(10_000_000, 99_999_999, seed, number, letter)}"


def _line(line: dict[str, Any], place: int, served: date) -> ServiceLine:
    units = Decimal(line.get("units", "1"))
    return ServiceLine(
        number=place,
        procedure=line["procedure"],
        charge_cents=int(charges()[line["procedure"]] * units),
        service_from=served,
        units=units,
        modifiers=tuple(line.get("modifiers", ())),
        diagnosis_pointers=tuple(line.get("pointers", (1,))),
    )


def _planted(chart: ClaimContent, plant: dict[str, Any], payer_code: str) -> ClaimContent:
    """The encounter as it was entered: the chart with the story's faults."""
    entered = apply_changes(chart, plant.get("set", {}))
    for name in plant.get("empty", ()):
        none = name == "referring"
        entered = replace(entered, referring=None) if none else apply_changes(entered, {name: ""})
    if plant.get("old_card"):
        number = old_card(payer_code, chart.coverage.member_id)
        entered = replace(entered, coverage=replace(entered.coverage, member_id=number))
    return entered


def _text_of(content: ClaimContent, name: str) -> str:
    """A field of the correction grammar as the text that people enter."""
    value: object
    if name.startswith("lines."):
        _, number, attribute = name.split(".", 2)
        line = next(line for line in content.lines if line.number == int(number))
        value = getattr(line, attribute)
    elif name in ("member_id", "group_number"):
        value = getattr(content.coverage, name)
    elif "." in name:
        role, attribute = name.split(".", 1)
        value = getattr(getattr(content, role), attribute)
    else:
        value = getattr(content, name)
    if isinstance(value, tuple):
        return ",".join(str(part) for part in value)
    return value.isoformat() if isinstance(value, date) else str(value or "")
