"""Which attempt may follow an ended one: by what ended it, and by the payer's policy.

Rejected, unprocessable and adjudicated are different edges (CMS 100-04 ch. 1 s70, s80.3 and
ch. 34; X12 RFI 1538): ``resubmission_edges.csv`` says which payer takes which. The table of
submissions, not this module, refuses a second open attempt.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from domain.claim.resubmission_edges import Edge, EdgeRule, ResubmissionEdges
from domain.claim.submission import NextAttempt
from domain.coverage.coverage import PayerKind
from domain.denials.context import Context
from domain.denials.rules import Remedy


class EndedBy(StrEnum):
    """What ended an attempt."""

    REJECTED = "rejected"
    """999 or 277CA: never adjudicated."""
    UNPROCESSABLE = "unprocessable"
    """MA130: no decision was made."""
    DENIED = "denied"
    """Adjudicated and not paid as asked, in whole or in part."""
    REVERSED = "reversed"
    """Paid and taken back."""
    RETURNED = "returned"
    """Returned to the provider before a decision (Medicare Part A), mostly without any 835."""
    SILENT = "silent"
    """No answer in time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviousAttempt:
    """The attempt that ended."""

    frequency: str
    ended_by: EndedBy
    original_reference: str = ""
    """REF*F8 it carried."""
    payer_control_number: str = ""
    """What the payer called it: CLP07 of the 835 or REF*1K of the 277CA."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the payer's policy and the state of the claim add."""

    edges: ResubmissionEdges
    context: Context = Context()
    past_filing_limit: bool = False
    """The time limit from the date of service is over: Medicare Part A takes a reopening request then."""
    past_correction_window: bool = False
    """The payer's time for replacements and reopenings, from its decision, is over."""
    past_reopening: str = ""
    """Why this payer reopens nothing any more on the ground that was named; empty: it does."""
    late_reason: str = ""
    """What a named person says is the exception under which a late attempt goes all the same."""
    appeal_open: bool = False
    """An appeal of the last decision waits for its own decision."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReopeningRequested:
    """The payer takes corrections on paper only: a clerical error reopening, never an 837P."""

    payer_control_number: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAllowed:
    """No attempt may follow now; ``why`` says what to do instead."""

    why: str
    first_is_late: bool = False
    """The payer has never seen the claim, and its filing limit has passed."""


LATE_FIRST = (
    "begin the reason of `claimflow claim resubmit` with `late because: WHY;` and name the exception, or write it off"
)
UNCHANGED = "a denied claim is never rebilled unchanged: correct it first, appeal, or write it off"
APPEAL_OPEN = "an appeal of this decision is open: wait for its decision, or withdraw it first"
PAST_LIMIT = (
    "the filing limit from the date of service has passed: begin the reason with `late because: WHY;` and name the "
    "exception (docs/denials.md), or write it off"
)
PAST_WINDOW = (
    "the payer's time for corrections after its decision has passed: begin the reason with `late because: WHY;` and "
    "name the good cause, appeal, or write it off"
)
_NUMBER_MISSING = (
    "the payer's control number is not known, and a replacement must name it: ask the claim's status (276), "
    "or enter the number from the payer's letter"
)
_NO_EDGE = "the table of resubmission edges says nothing of this payer: a person decides how the claim goes on"
Following = NextAttempt | ReopeningRequested | NotAllowed

_LATE_BECAUSE = re.compile(r"\blate because:\s*([^;]+)", re.IGNORECASE)


def late_reason(reason: str) -> str:
    """The exception that a person names in the reason of an order, as ``late because: WHY;``; empty: none."""
    found = _LATE_BECAUSE.search(reason)
    return found.group(1).strip() if found else ""


def first_attempt(why_late: str, late_reason: str) -> NextAttempt | NotAllowed:
    """A payer sees the claim for the first time: past its limit only under an exception that somebody named.

    ``why_late`` names the limit, what it counts from and the payer's exceptions; empty: it is in time.
    """
    if why_late and not late_reason:
        return NotAllowed(why=f"{why_late}; {LATE_FIRST}", first_is_late=True)
    return NextAttempt(frequency="1")


def next_attempt(
    previous: PreviousAttempt,
    payer_kind: PayerKind,
    terms: Terms,
    denied_remedy: Remedy | None = None,
    changed_fields: tuple[str, ...] = (),
) -> Following:
    """Return how the claim may go to the same payer again.

    ``denied_remedy`` is the remedy of the denial; ``changed_fields`` what was corrected since the attempt.
    """
    if terms.appeal_open:
        return NotAllowed(why=APPEAL_OPEN)
    return _in_time(_following(previous, payer_kind, terms, denied_remedy, changed_fields), previous, terms)


def _in_time(following: Following, previous: PreviousAttempt, terms: Terms) -> Following:
    """Late attempts go out under a reason that a named person gave, never silently."""
    reopens = isinstance(following, ReopeningRequested) or (
        isinstance(following, NextAttempt) and following.frequency == "Q"
    )
    if reopens and terms.past_reopening:
        return NotAllowed(why=terms.past_reopening)
    if terms.late_reason or isinstance(following, NotAllowed):
        return following
    if isinstance(following, NextAttempt) and following.frequency == "1":
        return NotAllowed(why=PAST_LIMIT) if terms.past_filing_limit else following
    decided = previous.ended_by in (EndedBy.DENIED, EndedBy.REVERSED)
    return NotAllowed(why=PAST_WINDOW) if decided and terms.past_correction_window else following


def _following(
    previous: PreviousAttempt,
    payer_kind: PayerKind,
    terms: Terms,
    denied_remedy: Remedy | None,
    changed_fields: tuple[str, ...],
) -> Following:
    ended_by = previous.ended_by
    if ended_by is EndedBy.REJECTED:
        return _by_edge(EndedBy.REJECTED, previous, payer_kind, terms)
    if ended_by is EndedBy.SILENT:
        return _after_silence(previous, payer_kind, terms, changed_fields)
    if not changed_fields:
        return NotAllowed(why=UNCHANGED)
    if denied_remedy is Remedy.CORRECT_AND_RESEND:
        ended_by = EndedBy.UNPROCESSABLE
    return _by_edge(ended_by, previous, payer_kind, terms)


def void_attempt(previous: PreviousAttempt, payer_kind: PayerKind, terms: Terms) -> Following:
    """Return how the claim is taken back at the payer: frequency 8 naming the payer's number."""
    if previous.ended_by in (EndedBy.REJECTED, EndedBy.UNPROCESSABLE, EndedBy.RETURNED):
        return NotAllowed(
            why="the payer never took this claim up: there is nothing to void; close it instead"
        )
    if terms.appeal_open:
        return NotAllowed(why=APPEAL_OPEN)
    return _by_edge("void", previous, payer_kind, terms)


def _after_silence(
    previous: PreviousAttempt, payer_kind: PayerKind, terms: Terms, changed_fields: tuple[str, ...]
) -> Following:
    if not previous.payer_control_number:
        return _by_edge(EndedBy.REJECTED, previous, payer_kind, terms)
    if not changed_fields:
        return NotAllowed(
            why="the payer has this claim under its own number: ask for its status, do not send it twice"
        )
    return _by_edge("numbered", previous, payer_kind, terms)


def _by_edge(after: str, previous: PreviousAttempt, payer_kind: PayerKind, terms: Terms) -> Following:
    rule = terms.edges.find(
        after, previous.frequency, payer_kind, terms.context, past_limit=terms.past_filing_limit
    )
    return NotAllowed(why=_NO_EDGE) if rule is None else _taken(rule, previous)


def _taken(rule: EdgeRule, previous: PreviousAttempt) -> Following:
    match rule.edge:
        case Edge.NEW:
            return NextAttempt(frequency="1")
        case Edge.SAME if previous.frequency == "1":
            return NextAttempt(frequency="1", original_reference=previous.original_reference)
        case Edge.SAME:
            reference = previous.original_reference or previous.payer_control_number
            return _naming(reference, previous.frequency)
        case Edge.REPLACE:
            return _naming(previous.payer_control_number, "7")
        case Edge.VOID:
            return _naming(previous.payer_control_number, "8")
        case Edge.REOPENING_REQUEST:
            return _naming(previous.payer_control_number, "Q")
        case Edge.REOPEN:
            # An undecided replacement named the decided claim in REF*F8; the payer's number may be of the attempt.
            undecided = previous.ended_by in (EndedBy.REJECTED, EndedBy.SILENT)
            number = (previous.original_reference if undecided else "") or previous.payer_control_number
            return ReopeningRequested(payer_control_number=number, why=rule.why)
        case Edge.WAIT:
            return NotAllowed(why=rule.why)


def _naming(reference: str, frequency: str) -> NextAttempt | NotAllowed:
    if not reference:
        return NotAllowed(why=_NUMBER_MISSING)
    return NextAttempt(frequency=frequency, original_reference=reference)
