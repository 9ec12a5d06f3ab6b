"""Where a finding stands, and what a named person may do about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from domain.coding.audit.query import UNABLE


class FindingState(StrEnum):
    """Open, asked, answered, or dismissed."""

    OPEN = "open"
    QUERIED = "queried"
    ANSWERED = "answered"
    DISMISSED = "dismissed"


class FindingVerb(StrEnum):
    """What a coder does with a finding."""

    QUERY = "query"
    """Put the question to the treating provider."""
    ANSWER = "answer"
    """Enter what the provider answered."""
    DISMISS = "dismiss"
    """Say why there is nothing to ask."""


_AFTER: Mapping[FindingVerb, FindingState] = {
    FindingVerb.QUERY: FindingState.QUERIED,
    FindingVerb.ANSWER: FindingState.ANSWERED,
    FindingVerb.DISMISS: FindingState.DISMISSED,
}
_MAY: Mapping[FindingState, frozenset[FindingVerb]] = {
    FindingState.OPEN: frozenset({FindingVerb.QUERY, FindingVerb.DISMISS}),
    FindingState.QUERIED: frozenset({FindingVerb.ANSWER, FindingVerb.DISMISS}),
    FindingState.ANSWERED: frozenset(),
    FindingState.DISMISSED: frozenset(),
}


class NotNow(ValueError):
    """A person's order about a finding cannot be carried out; the text says why and what to do."""


def after(verb: FindingVerb, state: FindingState) -> FindingState:
    """The state that follows.

    Raises:
        NotNow: the finding does not stand where that is possible.
    """
    if verb in _MAY[state]:
        return _AFTER[verb]
    if verb is FindingVerb.ANSWER and state is FindingState.OPEN:
        raise NotNow("the finding was not asked about yet: `claimflow audit query` first, so that the provider answers")
    raise NotNow(f"the finding is {state.value} already: nothing more can be done about it")


def check_answer(options: Sequence[str], option: int, words: str, documentation: str) -> str:
    """The answer as it is kept: the option chosen, with the provider's words.

    A laboratory result or a medication supports no code, and neither does an answer: the chart does. So an answer
    that says something about the patient names where the provider documented it.

    Raises:
        NotNow: there is no such option, or the documentation is not named.
    """
    if not 1 <= option <= len(options):
        raise NotNow(f"there is no option {option}: choose 1 to {len(options)} of `claimflow audit show`")
    chosen = options[option - 1]
    if chosen != UNABLE and not documentation.strip():
        raise NotNow("name where the provider documented it (--documentation): no answer stands without the chart")
    return f"{chosen}: {words.strip()}" if words.strip() else chosen
