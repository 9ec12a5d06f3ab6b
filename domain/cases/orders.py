"""What people order about a case: one body for the command line, the console and the Temporal UI."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from domain.bodies import BodyInvalid
from domain.cases.kinds import CaseState, CaseVerb, kind_of

_BUSINESS_ID = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,99}$")
_KEYS = frozenset({"verb", "id", "by", "reason", "check"})
_LONGEST_CHECK = 50


class OrderInvalid(BodyInvalid):
    """A body is no order. ``problems`` say what is wrong and what to do, without any value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOrder:
    """One order of one named person about one case."""

    verb: CaseVerb
    business_id: str
    """The caller's own id: the same id again changes nothing."""
    by: str
    reason: str = ""
    check: str = ""
    """Number of the check or transfer, for ``sent``."""


def parse_order(body: object) -> CaseOrder:
    """Read an order.

    Raises:
        OrderInvalid: with every reason.
    """
    if not isinstance(body, Mapping):
        raise OrderInvalid(("an order is one JSON object",))
    problems = [f"{key} is no part of an order" for key in sorted(map(str, body.keys() - _KEYS))]
    texts = {key: body.get(key, "") for key in _KEYS}
    problems += [f"{key} must be text" for key, value in sorted(texts.items()) if not isinstance(value, str)]
    if problems:
        raise OrderInvalid(tuple(problems))
    words = {key: str(value).strip() for key, value in texts.items()}
    if words["verb"] not in [verb.value for verb in CaseVerb]:
        raise OrderInvalid((f"verb must be one of {', '.join(verb.value for verb in CaseVerb)}",))
    verb = CaseVerb(words["verb"])
    if not _BUSINESS_ID.match(words["id"]):
        problems.append("id must be 1 to 100 letters, digits, or ._:/@-")
    if not words["by"]:
        problems.append("by must name the person who orders it")
    if verb is CaseVerb.SENT and not 0 < len(words["check"]) <= _LONGEST_CHECK:
        problems.append(f"check must be the number of the check or transfer, at most {_LONGEST_CHECK} characters")
    if verb is not CaseVerb.SENT and not words["reason"]:
        problems.append("reason must say why: the decision is kept with it")
    if problems:
        raise OrderInvalid(tuple(problems))
    return CaseOrder(verb=verb, business_id=words["id"], by=words["by"], reason=words["reason"], check=words["check"])


def refusal(verb: CaseVerb, kind: str, state: CaseState, decision: str = "") -> str | None:
    """Why this may not be ordered now; None when it may."""
    allowed = kind_of(kind).verbs[state]
    if verb in allowed:
        return None
    if state is CaseState.CLOSED:
        return f"the case is closed ({decision.replace('_', ' ') or 'decided'}): nothing can be ordered about it"
    may = ", ".join(sorted(one.value for one in allowed))
    return f"{verb.value} is not possible while the case is {state.value}: {may} is"
