"""Which attempt may follow an ended one: by what ended it, and by the payer's policy.

Rejected, unprocessable and adjudicated are different edges (CMS 100-04 ch. 1 s70, s80.3 and
ch. 34; X12 RFI 1538). The table of submissions, not this module, refuses a second open attempt.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.claim.submission import NextAttempt
from domain.coverage.coverage import PayerKind
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
class ReopeningRequested:
    """The payer takes corrections on paper only: a clerical error reopening, never an 837P."""

    payer_control_number: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAllowed:
    """No attempt may follow now; ``why`` says what to do instead."""

    why: str


UNCHANGED = "a denied claim is never rebilled unchanged: correct it first, appeal, or write it off"
_NUMBER_MISSING = (
    "the payer's control number is not known, and a replacement must name it: ask the claim's status (276), "
    "or enter the number from the payer's letter"
)


def next_attempt(
    previous: PreviousAttempt,
    payer_kind: PayerKind,
    denied_remedy: Remedy | None = None,
    changed_fields: tuple[str, ...] = (),
) -> NextAttempt | ReopeningRequested | NotAllowed:
    """Return how the claim may go to the same payer again.

    ``denied_remedy`` is the remedy of the denial; ``changed_fields`` what was corrected since the attempt.
    """
    if previous.ended_by is EndedBy.REJECTED:
        return _as_before(previous, payer_kind)
    if previous.ended_by is EndedBy.SILENT:
        return _after_silence(previous, payer_kind, changed_fields)
    if not changed_fields:
        return NotAllowed(why=UNCHANGED)
    if previous.ended_by is EndedBy.UNPROCESSABLE or denied_remedy is Remedy.CORRECT_AND_RESEND:
        return NextAttempt(frequency="1")
    return _replacement(previous, payer_kind, "7")


def void_attempt(
    previous: PreviousAttempt, payer_kind: PayerKind
) -> NextAttempt | ReopeningRequested | NotAllowed:
    """Return how the claim is taken back at the payer: frequency 8 naming the payer's number."""
    if previous.ended_by in (EndedBy.REJECTED, EndedBy.UNPROCESSABLE):
        return NotAllowed(
            why="the payer never took this claim up: there is nothing to void; close it instead"
        )
    return _replacement(previous, payer_kind, "8")


def _as_before(
    previous: PreviousAttempt, payer_kind: PayerKind
) -> NextAttempt | ReopeningRequested | NotAllowed:
    if previous.frequency != "1":
        reference = previous.original_reference or previous.payer_control_number
        return _replacement(previous, payer_kind, previous.frequency, reference)
    return NextAttempt(frequency="1", original_reference=previous.original_reference)


def _after_silence(
    previous: PreviousAttempt, payer_kind: PayerKind, changed_fields: tuple[str, ...]
) -> NextAttempt | ReopeningRequested | NotAllowed:
    if not previous.payer_control_number:
        return _as_before(previous, payer_kind)
    if not changed_fields:
        return NotAllowed(
            why="the payer has this claim under its own number: ask for its status, do not send it twice"
        )
    if payer_kind is PayerKind.MEDICARE:
        return NotAllowed(why="Medicare has this claim and takes no replacement: wait for its decision")
    return _replacement(previous, payer_kind, "7")


def _replacement(
    previous: PreviousAttempt, payer_kind: PayerKind, frequency: str, reference: str = ""
) -> NextAttempt | ReopeningRequested | NotAllowed:
    reference = reference or previous.payer_control_number
    if payer_kind is PayerKind.MEDICARE:
        return ReopeningRequested(
            payer_control_number=reference,
            why="Medicare Part B takes no replacement or void: ask on paper for a clerical error reopening",
        )
    if not reference:
        return NotAllowed(why=_NUMBER_MISSING)
    return NextAttempt(frequency=frequency, original_reference=reference)
