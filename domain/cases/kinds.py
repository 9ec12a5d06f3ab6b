"""Kinds of cases, as data: who owns one, what may be ordered in which state, and what it waits for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class CaseState(StrEnum):
    """Where a case stands."""

    OPEN = "open"
    APPROVED = "approved"
    CLOSED = "closed"


class CaseVerb(StrEnum):
    """What a named person may order about a case."""

    APPROVE = "approve"
    REJECT = "reject"
    SENT = "sent"
    SUSPEND = "suspend"
    RELEASE = "release"
    VOID = "void"
    REPAY = "repay"
    ANSWER = "answer"


class Decision(StrEnum):
    """How a case ended."""

    REFUNDED = "refunded"
    RECOUPED = "recouped"
    """The payer held it back from another payment (PLB WO)."""
    TAKEN_BACK = "taken_back"
    """The payer reversed its decision, or the credit was used: nothing is owed any more."""
    REJECTED = "rejected"
    APPROVED = "approved"
    """The application was granted, in whole or in part."""
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"
    SENT = "sent"
    """The records that a payer asked for went out, with proof of it."""
    SETTLED = "settled"
    """The claim was settled another way: nobody waits for the records any more."""
    RELEASED = "released"
    """Held claims go on where they were."""
    VOIDED = "voided"
    """Held claims are withdrawn."""
    REPAID = "repaid"
    """What the payer paid on held claims goes back to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseKind:
    """One kind of case."""

    owner: str
    """Who decides, where the case names nobody else."""
    escalates_to: str
    """Who owns it from the due date on."""
    after_due_days: int
    """How often it is asked for again once it is overdue."""
    waits_for: Mapping[CaseState, str]
    verbs: Mapping[CaseState, frozenset[CaseVerb]]
    shown_as: str = ""
    """What it is called where not everybody may know its kind; empty: by its name."""


REFUND = "refund"
COMPLIANCE = "compliance"
RECORDS = "records"
ASSISTANCE = "assistance"
COMPLAINT = "complaint"
COPAY_RESEARCH = "copay_research"

KINDS: Mapping[str, CaseKind] = {
    REFUND: CaseKind(
        owner="biller",
        escalates_to="billing_manager",
        after_due_days=7,
        waits_for={
            CaseState.OPEN: "a named person to approve the refund or to reject it",
            CaseState.APPROVED: "the refund to be sent, and its check number",
        },
        verbs={
            CaseState.OPEN: frozenset({CaseVerb.APPROVE, CaseVerb.REJECT, CaseVerb.SUSPEND}),
            CaseState.APPROVED: frozenset({CaseVerb.SENT, CaseVerb.REJECT}),
            CaseState.CLOSED: frozenset(),
        },
    ),
    RECORDS: CaseKind(
        owner="biller",
        escalates_to="billing_manager",
        after_due_days=7,
        waits_for={CaseState.OPEN: "the records that the payer asked for, with proof that they were sent"},
        verbs={
            CaseState.OPEN: frozenset({CaseVerb.SENT, CaseVerb.REJECT}),
            CaseState.APPROVED: frozenset(),
            CaseState.CLOSED: frozenset(),
        },
    ),
    ASSISTANCE: CaseKind(
        owner="patient_accounts",
        escalates_to="billing_manager",
        after_due_days=7,
        waits_for={CaseState.OPEN: "a named person to decide on the application for assistance"},
        verbs={
            CaseState.OPEN: frozenset({CaseVerb.APPROVE, CaseVerb.REJECT}),
            CaseState.APPROVED: frozenset(),
            CaseState.CLOSED: frozenset(),
        },
    ),
    COMPLAINT: CaseKind(
        owner="practice_manager",
        escalates_to="billing_manager",
        after_due_days=7,
        waits_for={CaseState.OPEN: "its owner to find out what happened and to answer"},
        verbs={
            CaseState.OPEN: frozenset({CaseVerb.ANSWER}),
            CaseState.APPROVED: frozenset(),
            CaseState.CLOSED: frozenset(),
        },
    ),
    COPAY_RESEARCH: CaseKind(
        owner="front_desk",
        escalates_to="practice_manager",
        after_due_days=7,
        waits_for={CaseState.OPEN: "the front desk to find out why the copay was not paid"},
        verbs={
            CaseState.OPEN: frozenset({CaseVerb.REJECT}),
            CaseState.APPROVED: frozenset(),
            CaseState.CLOSED: frozenset(),
        },
    ),
    COMPLIANCE: CaseKind(
        owner="review_desk",
        escalates_to="review_lead",
        after_due_days=7,
        shown_as="review",
        waits_for={CaseState.OPEN: "held for review"},
        verbs={
            CaseState.OPEN: frozenset({CaseVerb.RELEASE, CaseVerb.VOID, CaseVerb.REPAY}),
            CaseState.APPROVED: frozenset(),
            CaseState.CLOSED: frozenset(),
        },
    ),
}


def kind_of(name: str) -> CaseKind:
    """The kind of a case, by its name or by what it is shown as.

    Raises:
        LookupError: no such kind.
    """
    for known, kind in KINDS.items():
        if name == known or (kind.shown_as and name == kind.shown_as):
            return kind
    raise LookupError(f"no kind of case is called {name}")
