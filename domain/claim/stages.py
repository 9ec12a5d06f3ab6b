"""Stages of a claim and their legal transitions: one table.

Stage, who owes now, and money are three separate facts. The stage never blocks a new
attempt by itself; this table does. ``CLOSED`` is not the end: a reversal, a recoupment or
a returned check re-opens a claim years later.
"""

from __future__ import annotations

from enum import StrEnum


class Stage(StrEnum):
    """Where a claim stands in its story."""

    CHECKED_IN = "checked_in"
    COVERAGE_ISSUE = "coverage_issue"
    CODING = "coding"
    FINDINGS = "findings"
    WITH_PAYER = "with_payer"
    REJECTED = "rejected"
    DENIED = "denied"
    UNDER_REVIEW = "under_review"
    PAYER_SILENT = "payer_silent"
    NEEDS_REVIEW = "needs_review"
    PATIENT_BALANCE = "patient_balance"
    CLOSED = "closed"


class Owes(StrEnum):
    """Who owes the open balance of a claim now."""

    PAYER = "payer"
    PATIENT = "patient"
    NOBODY = "nobody"


_ANSWERS = frozenset({Stage.REJECTED, Stage.DENIED, Stage.NEEDS_REVIEW, Stage.PATIENT_BALANCE, Stage.CLOSED})
_PREPARATION = frozenset({Stage.COVERAGE_ISSUE, Stage.CODING, Stage.FINDINGS, Stage.WITH_PAYER})

TRANSITIONS: dict[Stage, frozenset[Stage]] = {
    Stage.CHECKED_IN: _PREPARATION | {Stage.PATIENT_BALANCE, Stage.CLOSED},
    Stage.COVERAGE_ISSUE: _PREPARATION | {Stage.CHECKED_IN, Stage.PATIENT_BALANCE, Stage.CLOSED},
    # A payer may answer again, or take its answer back, while the claim is prepared anew or for the next payer.
    Stage.CODING: _PREPARATION | _ANSWERS | {Stage.UNDER_REVIEW},
    Stage.FINDINGS: _PREPARATION | _ANSWERS,
    Stage.WITH_PAYER: _ANSWERS | {Stage.PAYER_SILENT, Stage.CODING},  # coding: for the next payer
    Stage.REJECTED: _PREPARATION | _ANSWERS,
    Stage.DENIED: _PREPARATION | _ANSWERS | {Stage.UNDER_REVIEW},
    Stage.UNDER_REVIEW: _PREPARATION | _ANSWERS | {Stage.PAYER_SILENT},
    Stage.PAYER_SILENT: _PREPARATION | _ANSWERS,
    Stage.NEEDS_REVIEW: _PREPARATION | _ANSWERS | {Stage.UNDER_REVIEW},
    Stage.PATIENT_BALANCE: _PREPARATION | _ANSWERS,
    Stage.CLOSED: _PREPARATION | _ANSWERS,
}


class IllegalTransition(ValueError):
    """A claim was asked to move where its table does not allow."""


def move(current: Stage, target: Stage) -> Stage:
    """Return ``target`` when the table allows it (staying is always allowed).

    Raises:
        IllegalTransition: the table has no edge from ``current`` to ``target``.
    """
    if target is current or target in TRANSITIONS[current]:
        return target
    raise IllegalTransition(f"a claim in stage {current} cannot move to {target}")
