"""Financial assistance: what an application needs, what it gives, and the clocks of 26 CFR 1.501(r)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from domain.care.policy import CarePolicy
from domain.care.sliding_scale import Guideline, Step, discount_percent, guideline_on, percent_of
from domain.remittance.balancing import dollars


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document that shows what an application says; one of each need is enough."""

    need: str
    name: str
    words: Mapping[str, str]
    """By language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """A fact on which somebody is taken as eligible without an application (presumptive eligibility)."""

    name: str
    discount_percent: int
    evidence: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What a household says about itself."""

    household: int
    income_cents: int
    """Of the whole household, a year."""
    state: str
    applied_on: date
    documents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The data of one pack on the day of an application."""

    policy: CarePolicy
    guidelines: tuple[Guideline, ...]
    scale: tuple[Step, ...]
    grounds: tuple[Ground, ...]
    documents: tuple[Document, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Award:
    """What the policy gives, and why."""

    discount_percent: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Relief:
    """What an award does to one claim."""

    patient_part_cents: int
    """What stays the patient's in all, whether paid or not."""
    write_down_cents: int
    """What is given up now: of the open balance first, then of what was paid."""
    refund_cents: int
    """The part of it that was paid already and goes back."""


def missing_documents(documents: Iterable[Document], provided: Collection[str]) -> tuple[tuple[Document, ...], ...]:
    """The needs that nothing provided shows yet, each with the documents that would."""
    by_need: dict[str, list[Document]] = {}
    for document in documents:
        by_need.setdefault(document.need, []).append(document)
    return tuple(tuple(one) for one in by_need.values() if not any(document.name in provided for document in one))


def award(application: Application, rules: Rules) -> Award:
    """What the scale gives for this household.

    Raises:
        LookupError: the guidelines do not reach that day.
    """
    guideline = guideline_on(rules.guidelines, application.state, application.applied_on)
    percent = percent_of(application.income_cents, guideline.for_household(application.household))
    given = discount_percent(rules.scale, percent)
    return Award(
        discount_percent=given,
        why=f"a household of {application.household} with ${dollars(application.income_cents)} a year has {percent} "
        f"percent of the poverty guideline of {guideline.effective_from.year}: {given} percent is given",
    )


def presumed(name: str, grounds: Iterable[Ground]) -> Award:
    """What a ground gives without an application.

    Raises:
        LookupError: the policy knows no such ground.
    """
    known = {ground.name: ground for ground in grounds}
    if name not in known:
        raise LookupError(f"the policy knows no ground {name}: {', '.join(sorted(known))}")
    ground = known[name]
    return Award(
        discount_percent=ground.discount_percent,
        why=f"presumed eligible ({name.replace('_', ' ')}; {ground.source}): {ground.discount_percent} percent",
    )


def relief(*, open_cents: int, paid_cents: int, charge_cents: int, discount: int, policy: CarePolicy) -> Relief:
    """What an award does to one claim, counted back to its first cent.

    The discount is of everything that was ever asked of the patient. Whoever is eligible is charged no more than
    the amounts generally billed (26 CFR 1.501(r)-5). What was paid above the new part goes back from
    ``refund_from_cents`` on; below that nothing of it is given up (26 CFR 1.501(r)-6(c)(6)(i)(C)(2)).

    Raises:
        ValueError: a discount is between 0 and 100 percent.
    """
    if not 0 <= discount <= 100:
        raise ValueError("a discount is between 0 and 100 percent")
    asked, paid = max(0, open_cents) + max(0, paid_cents), max(0, paid_cents)
    part = asked - asked * discount // 100
    if discount and policy.agb_percent:
        part = min(part, charge_cents * policy.agb_percent // 100)
    refund = max(0, paid - part)
    if refund < policy.refund_from_cents:
        part, refund = max(part, paid), 0
    return Relief(patient_part_cents=part, write_down_cents=asked - part, refund_cents=refund)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocks:
    """The days of 26 CFR 1.501(r)-6, counted from the first statement after discharge."""

    collection_from: date
    """No step before this day: the notification period."""
    notice_runs_out: date | None
    """30 days after the written notice; None: no notice was given."""
    application_until: date
    """An application is taken until then: day 240, or the notice's end where that is later."""


def clocks(first_statement_on: date, notice_on: date | None, policy: CarePolicy) -> Clocks:
    """When what may happen."""
    ends = None if notice_on is None else notice_on + timedelta(days=policy.collection_notice_days)
    last_day = first_statement_on + timedelta(days=policy.application_days)
    return Clocks(
        collection_from=first_statement_on + timedelta(days=policy.collection_wait_days),
        notice_runs_out=ends,
        application_until=last_day if ends is None else max(last_day, ends),
    )


def parse_scale(rows: Iterable[Mapping[str, str]], pack: str, on: date) -> tuple[Step, ...]:
    """The scale of a pack that holds on a day: the newest edition.

    Raises:
        ValueError: a discount is no percentage.
    """
    mine = [row for row in rows if row["pack"] == pack and row["effective_from"] <= on.isoformat()]
    newest = max((row["effective_from"] for row in mine), default="")
    steps = [
        Step(
            up_to_percent=int(row["up_to_percent"]),
            discount_percent=int(row["discount_percent"]),
            source=row["source"],
        )
        for row in mine
        if row["effective_from"] == newest
    ]
    if any(not 0 <= step.discount_percent <= 100 for step in steps):
        raise ValueError(f"care_sliding_scale.csv: a discount of {pack} is no percentage")
    return tuple(sorted(steps, key=lambda step: step.up_to_percent))


def parse_grounds(rows: Iterable[Mapping[str, str]], pack: str, on: date) -> tuple[Ground, ...]:
    """The presumptive grounds of a pack that hold on a day."""
    return tuple(
        Ground(
            name=row["ground"],
            discount_percent=int(row["discount_percent"]),
            evidence=row["evidence"],
            source=row["source"],
        )
        for row in rows
        if row["pack"] == pack and row["effective_from"] <= on.isoformat()
    )


def parse_documents(rows: Iterable[Mapping[str, str]], pack: str) -> tuple[Document, ...]:
    """The checklist of a pack."""
    return tuple(
        Document(need=row["need"], name=row["document"], words={"en": row["words_en"], "es": row["words_es"]})
        for row in rows
        if row["pack"] == pack
    )


def in_words(missing: Sequence[Sequence[Document]], language: str) -> tuple[str, ...]:
    """What is missing, one line for each need: any one of its documents is enough."""
    joined = " o " if language == "es" else " or "
    return tuple(joined.join(document.words[language] for document in need) for need in missing)
