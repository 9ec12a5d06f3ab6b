"""What people order about one level of an appeal: one body for the command line and the Temporal UI."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from domain.appeals.states import DECISIONS, AppealVerb
from domain.bodies import BodyInvalid

_BUSINESS_ID = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,99}$")
_KEYS = frozenset({"verb", "id", "by", "reason", "item", "waive", "decision", "dated", "good_cause"})
_LONGEST = 500


class OrderInvalid(BodyInvalid):
    """A body is no order. ``problems`` say what is wrong and what to do, without any value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealOrder:
    """One order of one named person about one level."""

    verb: AppealVerb
    business_id: str
    """The caller's own id: the same id again changes nothing."""
    by: str
    reason: str
    item: str = ""
    """Which thing of the checklist, for ``evidence``."""
    waive: bool = False
    """File without it: the reason says why."""
    decision: str = ""
    dated: date | None = None
    """Date on the decision, for ``decide``."""
    good_cause: str = ""
    """Why the request is late, for ``file``."""


def parse_order(body: object) -> AppealOrder:
    """Read an order.

    Raises:
        OrderInvalid: with every reason.
    """
    if not isinstance(body, Mapping):
        raise OrderInvalid(("an order is one JSON object",))
    problems = [f"{key} is no part of an order" for key in sorted(map(str, body.keys() - _KEYS))]
    waive = body.get("waive", False)
    if not isinstance(waive, bool):
        problems.append("waive must be true or false")
    texts = {key: body.get(key, "") for key in _KEYS - {"waive"}}
    problems += [f"{key} must be text" for key, value in sorted(texts.items()) if not isinstance(value, str)]
    if problems:
        raise OrderInvalid(tuple(problems))
    words = {key: str(value).strip() for key, value in texts.items()}
    if words["verb"] not in [verb.value for verb in AppealVerb]:
        raise OrderInvalid((f"verb must be one of {', '.join(verb.value for verb in AppealVerb)}",))
    verb = AppealVerb(words["verb"])
    problems += _shape(verb, words)
    dated = _day(words["dated"], problems)
    if verb is AppealVerb.DECIDE and dated is None:
        problems.append("dated must be the date on the decision, as YYYY-MM-DD: the next deadline counts from it")
    if problems:
        raise OrderInvalid(tuple(problems))
    return AppealOrder(
        verb=verb, business_id=words["id"], by=words["by"], reason=words["reason"], item=words["item"],
        waive=bool(waive), decision=words["decision"], dated=dated, good_cause=words["good_cause"],
    )  # fmt: skip


def _shape(verb: AppealVerb, words: Mapping[str, str]) -> list[str]:
    problems = []
    if not _BUSINESS_ID.match(words["id"]):
        problems.append("id must be 1 to 100 letters, digits, or ._:/@-")
    if not words["by"]:
        problems.append("by must name the person who orders it")
    if not words["reason"]:
        problems.append("reason must say why, or for evidence where it is: it is kept")
    problems += [f"{key} is longer than {_LONGEST} characters" for key, value in words.items() if len(value) > _LONGEST]
    if verb is AppealVerb.EVIDENCE and not words["item"]:
        problems.append("item must name a thing of the checklist: `claimflow appeal show` lists them")
    decisions = [one.value for one in DECISIONS]
    if verb is AppealVerb.DECIDE and words["decision"] not in decisions:
        problems.append(f"decision must be one of {', '.join(decisions)}")
    return problems


def _day(text: str, problems: list[str]) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        problems.append("dated is no date: write it as YYYY-MM-DD")
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a person's words about an appeal say: the argument, and how the request is to leave."""

    argument: str
    good_cause: str = ""
    gather: bool = False
    """Do not file at once: papers are still to come."""


_GATHER = re.compile(r"^\s*gather:\s*", re.IGNORECASE)
_GOOD_CAUSE = re.compile(r"\bgood cause:\s*([^;]+);?\s*", re.IGNORECASE)


def request_in(reason: str) -> Request:
    """Read the reason of an ``appeal`` order.

    It may begin with ``gather:``, and say ``good cause: why it is late;`` before or after the argument.
    """
    gather = _GATHER.match(reason) is not None
    words = _GATHER.sub("", reason)
    cause = _GOOD_CAUSE.search(words)
    argument = _GOOD_CAUSE.sub("", words).strip()
    return Request(
        argument=argument or words.strip(), good_cause=cause.group(1).strip() if cause else "", gather=gather
    )
