"""The text of a request: a template that an operator may replace, filled, and checked for what the law wants in it."""

from __future__ import annotations

from collections.abc import Mapping
from string import Template

from domain.coverage.coverage import PayerKind
from domain.denials.rules import DenialGroup

SUFFIX = ".txt"
PLACES = frozenset(
    {
        "level", "decided_by", "payer", "beneficiary", "member_id", "services", "decision_date", "claim_number",
        "our_number", "refused", "meaning", "argument", "amount", "late", "enclosed", "requester", "provider",
    }
)  # fmt: skip
"""What a template may name, each with a dollar sign before it."""

_MUST_SAY: Mapping[tuple[PayerKind, int], tuple[tuple[str, str], ...]] = {
    (PayerKind.MEDICARE, 1): (
        ("beneficiary", "the beneficiary's name"),
        ("member_id", "the Medicare number (MBI)"),
        ("services", "the service and its date"),
        ("requester", "the name and signature of who asks"),
    ),
}
"""42 CFR 405.944(b): a request without one of these is dismissed (405.952)."""


class LetterIncomplete(ValueError):
    """A request lacks what its receiver must find in it; the text names it and no value."""


def template_name(known: Mapping[str, str], payer_kind: PayerKind, group: DenialGroup, level: int) -> str:
    """The closest template: ``medicare-1-error``, ``medicare-1``, ``medicare-error``, ``medicare``, ``any-error``.

    The last one is ``any``.

    Raises:
        LookupError: not even ``any`` is there.
    """
    kind = payer_kind.value
    choice = (
        f"{kind}-{level}-{group.value}", f"{kind}-{level}", f"{kind}-{group.value}", kind, f"any-{group.value}", "any",
    )  # fmt: skip
    for name in choice:
        if name in known:
            return name
    raise LookupError("no letter template is called any.txt: put it back")


def problems_of(text: str) -> tuple[str, ...]:
    """What is wrong with a template: places that nobody fills, or a dollar sign that names none."""
    template = Template(text)
    if not template.is_valid():
        return ("a dollar sign stands before no name: write $$ for a dollar",)
    return tuple(f"${name} is no place that is filled" for name in template.get_identifiers() if name not in PLACES)


def fill(text: str, values: Mapping[str, str], payer_kind: PayerKind, level: int) -> tuple[str, ...]:
    """The paragraphs of the letter.

    Raises:
        LetterIncomplete: a value is missing that the request must say, or the template leaves it out.
        ValueError: the template names a place that is not filled.
    """
    if problems := problems_of(text):
        raise ValueError("; ".join(problems))
    named = set(Template(text).get_identifiers())
    for place, what in _MUST_SAY.get((payer_kind, level), ()):
        if place not in named or not values.get(place, "").strip():
            raise LetterIncomplete(f"the request must say {what} (42 CFR 405.944(b)): complete claim or template")
    filled = Template(text).substitute({place: values.get(place, "") for place in PLACES})
    return tuple(" ".join(part.split()) for part in filled.split("\n\n") if part.strip())
