"""Questions to a treating provider that lead nowhere: AHIMA/ACDIS, Guidelines for Achieving a Compliant Query Practice.

A question names what was seen, asks for the provider's clinical judgment, offers every answer that is clinically
possible and always two more: another one, and that it cannot be determined. It is never answered by yes or no, and
says nothing of payment, quality measures or risk scores.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

OTHER = "Other (please describe)"
UNABLE = "Unable to determine clinically"

_YES_NO = re.compile(r"^(is|are|was|were|do|does|did|has|have|had|can|could|should|would|will)\b", re.IGNORECASE)
_MONEY = re.compile(
    r"\$|\b(pay(s|ment|ments|er|ers)?|paid|reimburs\w*|revenue|money|dollars?|cents?|charges?|allowed amount|"
    r"risk.?scores?|hcc|raf|quality score|bonus)\b",
    re.IGNORECASE,
)
_LEADING = re.compile(
    r"\b(please (add|code|document|change)|you should|must be coded|supports? (the )?cod\w+)\b", re.IGNORECASE
)
_FEWEST_CHOICES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One question with its answers, in the order shown."""

    question: str
    options: tuple[str, ...]


def ask(question: str, *choices: str) -> Query:
    """A question with these clinical choices, and the two that are always there."""
    return Query(question=question, options=(*dict.fromkeys(choices), OTHER, UNABLE))


def leading_in(query: Query) -> Iterator[str]:
    """Why a question may not be put like this; nothing for one that leads nowhere."""
    words = " ".join((query.question, *query.options))
    if _YES_NO.match(query.question.strip()):
        yield "it can be answered by yes or no"
    if {option.strip().lower().rstrip(".") for option in query.options} & {"yes", "no"}:
        yield "it offers yes or no"
    if _MONEY.search(words):
        yield "it speaks of payment or of a score"
    if _LEADING.search(words):
        yield "it tells what to write"
    if OTHER not in query.options or UNABLE not in query.options:
        yield "another answer, or that it cannot be determined, is not offered"
    if len([option for option in query.options if option not in (OTHER, UNABLE)]) < _FEWEST_CHOICES:
        yield "it offers one clinical answer only"
