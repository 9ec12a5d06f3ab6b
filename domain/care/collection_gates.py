"""The gates before a collection agency. Every one must be open; each says what it needs, and by which rule.

An agency is the last step: after help was offered, the clocks ran out, and nothing is in dispute. A gate is
never opened by hand: what it needs is done, or the account stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from domain.care.policy import CarePolicy
from domain.remittance.balancing import dollars

_501R = "26 CFR 1.501(r)-6(c)"


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionFacts:
    """What the books say about an account on a day."""

    balance_cents: int
    """Open and handed over by payers, less what was paid ahead."""
    statements: tuple[date, ...]
    """Days of every statement and reminder that went out about what is open now."""
    first_statements: Mapping[int, date | None]
    """For each open claim, the day of the first statement that showed it; None: none did."""
    notice_on: date | None
    """The written notice that collections are possible and help is there: the final notice."""
    assistance_offered_on: date | None
    assistance_open: tuple[int, ...] = ()
    """Numbers of open applications."""
    assistance_awarded_until: date | None = None
    """An award of the whole balance still holds."""
    plan_offered_on: date | None = None
    plan_kept: bool = False
    """A payment plan stands."""
    complaints_open: tuple[int, ...] = ()
    estimates_exceeded: tuple[str, ...] = ()
    """Bills far above their good faith estimate that nobody settled: each in words."""
    holds: tuple[str, ...] = ()
    """Reasons of the holds that stop collection, apart from flags, complaints, applications and estimates."""
    flags: tuple[str, ...] = ()
    insurance_open: tuple[int, ...] = ()
    """Claims of the account whose payers still have money to decide about."""
    address_good: bool = True
    final_notice_sent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """One condition, and whether it is met."""

    id: str
    needs: str
    met: bool
    why: str
    """What the books say about it."""
    until: date | None = None
    """From when it will be met by the passing of time alone."""
    source: str


def gates(facts: CollectionFacts, policy: CarePolicy, on: date) -> tuple[Gate, ...]:
    """Every gate as it stands on a day, in the order in which a person works through them."""
    return (
        _enough(facts, policy),
        _statements(facts, policy),
        _waited(facts, policy, on),
        _plan_offered(facts),
        _assistance_offered(facts),
        _notice(facts, policy, on),
        _nothing_open("no_application", "no application for assistance is open", facts.assistance_open, _501R + "(5)"),
        _not_awarded(facts, on),
        _no_plan(facts),
        _nothing_open("no_complaint", "no complaint or dispute is open", facts.complaints_open, "45 CFR 149.620"),
        _nothing_said(
            "no_estimate_dispute",
            "no bill far above its good faith estimate is in dispute, or may still be disputed",
            facts.estimates_exceeded,
            "45 CFR 149.620",
        ),
        _nothing_open("no_insurance", "no payer has money of it to decide about", facts.insurance_open, "house policy"),
        _nothing_said("no_flag", "no flag says that somebody else, or nobody, is billed", facts.flags, "docs/care.md"),
        _nothing_said("no_hold", "nothing else holds it", facts.holds, "house policy"),
        _address(facts),
    )


def closed(all_gates: tuple[Gate, ...]) -> tuple[Gate, ...]:
    """Those that are not met: nobody goes to an agency while there is one."""
    return tuple(gate for gate in all_gates if not gate.met)


def in_words(shut: Iterable[Gate]) -> str:
    """Conditions that are not met, each with what the books say about it."""
    return "; ".join(f"{gate.id.replace('_', ' ')} ({gate.why})" for gate in shut)


def _enough(facts: CollectionFacts, policy: CarePolicy) -> Gate:
    least = policy.collection_from_cents
    return Gate(
        id="balance",
        needs=f"at least ${dollars(least)} is open",
        met=facts.balance_cents >= max(1, least),
        why=f"${dollars(facts.balance_cents)} is open",
        source="house policy",
    )


def _statements(facts: CollectionFacts, policy: CarePolicy) -> Gate:
    sent = len(facts.statements)
    needed = policy.statements_before_collection
    return Gate(
        id="statements",
        needs=f"{needed} statements and the final notice went out",
        met=sent >= needed and facts.final_notice_sent,
        why=f"{sent} went out; the final notice {'went out' if facts.final_notice_sent else 'did not'}",
        source="house policy",
    )


def _waited(facts: CollectionFacts, policy: CarePolicy, on: date) -> Gate:
    needs = f"{policy.collection_wait_days} days since every open visit was first on a statement"
    unasked = [number for number, first in facts.first_statements.items() if first is None]
    if unasked or not facts.first_statements:
        why = f"claim {unasked[0]} was on no statement yet" if unasked else "nothing was on a statement yet"
        return Gate(id="waited", needs=needs, met=False, why=why, source=_501R + "(3)")
    newest = max(first for first in facts.first_statements.values() if first is not None)
    from_day = newest + timedelta(days=policy.collection_wait_days)
    return Gate(
        id="waited",
        needs=needs,
        met=on >= from_day,
        why=f"the newest was first asked for on {newest}",
        until=None if on >= from_day else from_day,
        source=_501R + "(3); several episodes count from the newest, (c)(4)(ii)",
    )


def _plan_offered(facts: CollectionFacts) -> Gate:
    offered = facts.plan_offered_on
    return Gate(
        id="plan_offered",
        needs="a payment plan was offered",
        met=offered is not None,
        why=f"offered on {offered}" if offered else "it was not offered yet",
        source="house policy",
    )


def _assistance_offered(facts: CollectionFacts) -> Gate:
    offered = facts.assistance_offered_on
    return Gate(
        id="assistance_offered",
        needs="financial assistance was offered, and whether it may apply was looked at",
        met=offered is not None,
        why=f"offered on {offered}" if offered else "it was not offered yet",
        source=_501R + "(2)",
    )


def _notice(facts: CollectionFacts, policy: CarePolicy, on: date) -> Gate:
    needs = f"{policy.collection_notice_days} days since the written notice that collections are possible"
    if facts.notice_on is None:
        return Gate(id="notice", needs=needs, met=False, why="no notice was given", source=_501R + "(4)(i)")
    newest = max((day for day in facts.first_statements.values() if day is not None), default=facts.notice_on)
    if facts.notice_on < newest:
        return Gate(
            id="notice",
            needs=needs,
            met=False,
            why=f"the notice of {facts.notice_on} is older than a visit that was first asked for on {newest}",
            source=_501R + "(4)(i)",
        )
    from_day = facts.notice_on + timedelta(days=policy.collection_notice_days)
    return Gate(
        id="notice",
        needs=needs,
        met=on >= from_day,
        why=f"given on {facts.notice_on}",
        until=None if on >= from_day else from_day,
        source=_501R + "(4)(i)",
    )


def _not_awarded(facts: CollectionFacts, on: date) -> Gate:
    until = facts.assistance_awarded_until
    stands = until is not None and on <= until
    return Gate(
        id="not_awarded",
        needs="no award of full assistance holds",
        met=not stands,
        why=f"an award holds until {until}" if stands else "none holds",
        source=_501R + "(6)",
    )


def _no_plan(facts: CollectionFacts) -> Gate:
    why = "a plan stands" if facts.plan_kept else "none stands"
    return Gate(id="no_plan", needs="no payment plan stands", met=not facts.plan_kept, why=why, source="house policy")


def _address(facts: CollectionFacts) -> Gate:
    why = "nothing came back" if facts.address_good else "mail came back: nobody knows whether the notices arrived"
    return Gate(id="address", needs="the address is good", met=facts.address_good, why=why, source="house policy")


def _nothing_open(gate_id: str, needs: str, numbers: tuple[int, ...], source: str) -> Gate:
    why = f"open: {', '.join(map(str, numbers))}" if numbers else "none is open"
    return Gate(id=gate_id, needs=needs, met=not numbers, why=why, source=source)


def _nothing_said(gate_id: str, needs: str, words: tuple[str, ...], source: str) -> Gate:
    return Gate(id=gate_id, needs=needs, met=not words, why="; ".join(words) or "none stands", source=source)
