"""What a biller, the front desk or patient accounts decide about a work item, from the chart alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cli.demo.encounters import DemoVisit
from domain.claim.claim import ClaimContent
from domain.claim.commands import Verb
from domain.claim.correction import apply_changes, changed_fields
from domain.denials.rules import Remedy

BILLER = "demo.biller"
FRONT_DESK = "demo.front_desk"
PATIENT_ACCOUNTS = "demo.patient_accounts"

GIVE_UP = "nothing in the chart supports another try"
LATE = "late because: the visit was entered late, and the payer is asked to hear it all the same"
RECORDS = "the records of the visit, as the payer asked for them"
_DENIED = frozenset({"denied", "partly_denied"})
INFORMATION = frozenset({"overdue", "command_refused"})
"""Items that only tell: nothing is ordered for them, somebody reads and closes them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One order that a person may give; the next of a list is given when this one was refused."""

    verb: Verb
    by: str
    reason: str
    changes: dict[str, str] = field(default_factory=dict)


def orders_for(
    kind: str, version: int, content: ClaimContent, visit: DemoVisit | None, remedy: str = ""
) -> tuple[Order, ...]:
    """What to order about a claim's work item, best first; empty for a kind that nobody here understands.

    ``remedy`` is what the item names for its denial.
    """
    note = visit.note if visit else GIVE_UP
    missing = still_wrong(content, visit.answer_key) if visit else {}
    by = FRONT_DESK if kind == "coverage" else BILLER
    better = []
    if visit and kind == "findings" and version == 1 and visit.slip:
        changed = {**missing, **visit.slip}
        better.append(Order(verb=Verb.CORRECT, by=by, reason="corrected from the card", changes=changed))
    elif missing:
        better.append(Order(verb=Verb.CORRECT, by=by, reason=note, changes=missing))
    if kind in _DENIED and remedy == Remedy.SEND_RECORDS:
        better.append(Order(verb=Verb.SEND_RECORDS, by=by, reason=visit.note if visit else RECORDS))
    if kind in _DENIED and visit and visit.argument:
        better.append(Order(verb=Verb.APPEAL, by=by, reason=visit.argument))
    write_off = Order(verb=Verb.WRITE_OFF, by=by, reason=note)
    again = Order(verb=Verb.RESUBMIT, by=by, reason="the payer never answered")
    late = Order(verb=Verb.RESUBMIT, by=by, reason=LATE)
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
        "filing_limit_passed": (late, write_off),
        "payer_balance_left": (write_off,),
        "payer_silent": (again, write_off),
        "sent_on_to_stranger": (write_off,),
        "earlier_payer_again": (again, write_off),
        "small_balance": (write_off,),
    }
    return (*better, *last[kind]) if kind in last else ()


def still_wrong(content: ClaimContent, answer_key: Mapping[str, str]) -> dict[str, str]:
    """The part of the chart's values that the claim does not have yet."""
    after = apply_changes(content, answer_key)
    return {name: answer_key[name] for name in changed_fields(content, after) if name in answer_key}
