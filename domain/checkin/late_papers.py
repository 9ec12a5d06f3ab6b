"""A paper of the front desk that comes after check-in: what it changes on a claim, and whether it still may.

Changes are written in the grammar of corrections (``domain.claim.correction``): a claim has one door.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum

from domain.claim.claim import ClaimContent
from domain.claim.stages import Stage
from domain.claim.submission import OPEN_STATES, AttemptState
from domain.coverage.advance_notice import SignedNotice, not_to_be_billed, on_line
from domain.coverage.coverage import PayerKind


class Reach(StrEnum):
    """How a late paper reaches a claim."""

    ON_CLAIM = "on_claim"
    """No attempt was made: the claim takes it."""
    WITH_PAYER = "with_payer"
    """An attempt is under way: a person is told what to do with its answer."""
    ANSWERED = "answered"
    """The payer refused an attempt, or is silent: a person corrects the claim."""
    TOO_LATE = "too_late"
    """The payer is done, and nothing is to be changed."""


def reach(stage: Stage, attempts: Collection[AttemptState]) -> Reach:
    """How far the claim is."""
    if any(state in OPEN_STATES for state in attempts):
        return Reach.WITH_PAYER
    if stage in (Stage.CLOSED, Stage.PATIENT_BALANCE):
        return Reach.TOO_LATE
    return Reach.ANSWERED if attempts else Reach.ON_CLAIM


@dataclass(frozen=True, slots=True, kw_only=True)
class LateChange:
    """What a late paper changes on a claim."""

    changes: dict[str, str] = field(default_factory=dict)
    """Field and value, as a correction names them."""
    no_room: tuple[int, ...] = ()
    """Lines that have four modifiers already."""
    not_to_be_billed: tuple[int, ...] = ()
    """Lines for which the patient wants no bill to this payer."""

    @property
    def says_something(self) -> bool:
        """Whether anybody must act, or something changes."""
        return bool(self.changes or self.no_room or self.not_to_be_billed)


def by_notice(content: ClaimContent, procedures: Collection[str], notice: SignedNotice) -> LateChange:
    """What an advance notice, signed or not, means for a claim of its day; Medicare as the first payer only."""
    if content.coverage.payer.kind is not PayerKind.MEDICARE:
        return LateChange()
    lines = [line for line in content.lines if line.procedure in procedures]
    driven = {line.number: on_line(line.modifiers, notice) for line in lines}
    return LateChange(
        changes={
            f"lines.{line.number}.modifiers": ",".join(found)
            for line in lines
            if (found := driven[line.number]) is not None and found != line.modifiers
        },
        no_room=tuple(number for number, found in driven.items() if found is None),
        not_to_be_billed=tuple(line.number for line in lines) if not_to_be_billed(notice) else (),
    )


def by_authorization(content: ClaimContent, payer_code: str, procedure: str, number: str) -> LateChange:
    """What a payer's number means for a claim of its day; a number that stands there is left alone."""
    fits = (
        content.coverage.payer.code == payer_code
        and not content.authorization_number
        and any(line.procedure == procedure for line in content.lines)
    )
    return LateChange(changes={"authorization_number": number} if fits and number else {})
