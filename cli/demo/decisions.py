"""What a biller, the front desk or patient accounts decide about a work item, from the chart alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cli.demo.encounters import DemoVisit
from domain.claim.claim import ClaimContent
from domain.claim.commands import Verb
from domain.claim.correction import apply_changes, changed_fields

BILLER = "demo.biller"
FRONT_DESK = "demo.front_desk"
PATIENT_ACCOUNTS = "demo.patient_accounts"

GIVE_UP = "nothing in the chart supports another try"
INFORMATION = frozenset({"overdue", "command_refused"})
"""Items that only tell: nothing is ordered for them, somebody reads and closes them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One order that a person may give; the next of a list is given when this one was refused."""

    verb: Verb
    by: str
    reason: str
    changes: dict[str, str] = field(default_factory=dict)


def orders_for(kind: str, version: int, content: ClaimContent, visit: DemoVisit | None) -> tuple[Order, ...]:
    """What to order about a claim's work item, best first; empty for a kind that nobody here understands."""
    note = visit.note if visit else GIVE_UP
    missing = still_wrong(content, visit.answer_key) if visit else {}
    by = FRONT_DESK if kind == "coverage" else BILLER
    corrections = []
    if visit and kind == "findings" and version == 1 and visit.slip:
        changed = {**missing, **visit.slip}
        corrections.append(Order(verb=Verb.CORRECT, by=by, reason="corrected from the card", changes=changed))
    elif missing:
        corrections.append(Order(verb=Verb.CORRECT, by=by, reason=note, changes=missing))
    write_off = Order(verb=Verb.WRITE_OFF, by=by, reason=note)
    again = Order(verb=Verb.RESUBMIT, by=by, reason="the payer never answered")
    void = Order(verb=Verb.VOID, by=by, reason="the visit cannot be billed as it stands")
    last = {
        "coverage": (void,),
        "findings": (void, write_off),
        "rejected": (write_off,),
        "denied": (write_off,),
        "partly_denied": (write_off,),
        "review": (write_off,),
        "review_refused": (write_off,),
        "resubmission_not_allowed": (write_off,),
        "payer_balance_left": (write_off,),
        "payer_silent": (again, write_off),
        "small_balance": (write_off,),
    }
    return (*corrections, *last[kind]) if kind in last else ()


def still_wrong(content: ClaimContent, answer_key: Mapping[str, str]) -> dict[str, str]:
    """The part of the chart's values that the claim does not have yet."""
    after = apply_changes(content, answer_key)
    return {name: answer_key[name] for name in changed_fields(content, after) if name in answer_key}
