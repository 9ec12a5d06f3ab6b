"""Where one level of an appeal stands, and what a named person may order in each state."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class AppealState(StrEnum):
    """Where a level stands."""

    GATHERING = "gathering"
    FILED = "filed"
    OVERTURNED = "overturned"
    """Decided for us: waits for the remittance that moves the money."""
    UPHELD = "upheld"
    """Decided against us, in whole or in part: a person goes to the next level or ends it."""
    CLOSED = "closed"


class AppealVerb(StrEnum):
    """What a named person may order about a level."""

    EVIDENCE = "evidence"
    FILE = "file"
    DECIDE = "decide"
    """Enter a decision that came on paper."""
    ESCALATE = "escalate"
    """Go on without a decision that is overdue."""
    WITHDRAW = "withdraw"
    END = "end"
    """Accept a decision: no next level."""


class Outcome(StrEnum):
    """How a level was decided, or ended without a decision."""

    FAVOURABLE = "favourable"
    PARTLY_FAVOURABLE = "partly_favourable"
    UNFAVOURABLE = "unfavourable"
    ESCALATED = "escalated"
    LAPSED = "lapsed"
    """Not filed in time."""
    WITHDRAWN = "withdrawn"
    DECIDED_ANEW = "decided_anew"
    """The payer sent a new decision by remittance: it stands for itself."""


DECISIONS = (Outcome.FAVOURABLE, Outcome.PARTLY_FAVOURABLE, Outcome.UNFAVOURABLE)
AGAINST_US = frozenset({Outcome.PARTLY_FAVOURABLE, Outcome.UNFAVOURABLE})

VERBS: Mapping[AppealState, frozenset[AppealVerb]] = {
    AppealState.GATHERING: frozenset({AppealVerb.EVIDENCE, AppealVerb.FILE, AppealVerb.WITHDRAW}),
    AppealState.FILED: frozenset({AppealVerb.DECIDE, AppealVerb.ESCALATE, AppealVerb.WITHDRAW}),
    AppealState.OVERTURNED: frozenset(),
    AppealState.UPHELD: frozenset({AppealVerb.END}),
    AppealState.CLOSED: frozenset(),
}


def refusal(verb: AppealVerb, state: AppealState, outcome: str = "") -> str | None:
    """Why this may not be ordered now; None when it may."""
    allowed = VERBS[state]
    if verb in allowed:
        return None
    if state is AppealState.CLOSED:
        return f"this level is closed ({outcome.replace('_', ' ') or 'ended'}): nothing can be ordered about it"
    may = ", ".join(sorted(one.value for one in allowed)) or "nothing, the payer's remittance ends it,"
    return f"{verb.value} is not possible while the level is {state.value}: {may} is"
