"""Runs the rules and code checks of a transaction set over its typed content: once for each claim, once for the set.

What has nothing to say must cost nothing: rules whose field is as usual are skipped by one comparison of tuples, and
codes that were found good before by one look into a set.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from operator import attrgetter
from typing import Any

from x12.errors import X12Error
from x12.validation import code_places, situations
from x12.validation.balancing import money
from x12.validation.codes import SHAPES_ONLY, CodeCheck, CodeLookup
from x12.validation.situation import Situation, registered

__all__ = ["Inspector", "inspector", "rules", "situations"]

_SNIP_OF_CODES = 5
_HEAD = 2
"""BHT or BPR, where what is wrong with a set as a whole is reported."""


Called = tuple[tuple[Callable[[Any], Any], Situation], ...]


class Rules:
    """The rules of one kind of claim, by what spares their call."""

    __slots__ = ("always", "get", "looks", "once", "usual", "watched")

    def __init__(self, kind: str, shape: Any) -> None:
        rules = [rule for rule in registered() if kind in rule.guides]
        quick = kind in ("837P", "835")  # the looks of `plain` are of their claims
        self.always = _called(
            rule for rule in rules if not (rule.ordinary or rule.once or (rule.unless is not None and quick))
        )
        looks = dict.fromkeys(rule.unless for rule in rules if rule.unless is not None and quick)
        self.looks = tuple((look, _called(rule for rule in rules if rule.unless is look)) for look in looks)
        parts = dict.fromkeys(rule.once for rule in rules if rule.once)
        self.once = tuple((part, _called(rule for rule in rules if rule.once == part)) for part in parts)
        usual: dict[str, Any] = {}
        defaults = {one.name: one.default for one in dataclasses.fields(shape)}
        for rule in rules:
            if rule.ordinary is not None:
                name, value = rule.ordinary
                usual[name] = defaults[name] if value is None else value
        self.watched = tuple(
            _called(rule for rule in rules if rule.ordinary is not None and rule.ordinary[0] == name) for name in usual
        )
        self.usual = tuple(usual.values())
        self.get: Callable[[Any], Any] = attrgetter(*usual) if len(usual) > 1 else _nothing
        if len(usual) == 1:
            (name,) = usual
            self.get = lambda claim: (getattr(claim, name),)


def _called(rules: Iterable[Situation]) -> Called:
    return tuple((rule.find, rule) for rule in rules)


def _nothing(_claim: Any) -> tuple[()]:
    return ()


@cache
def _rules(kind: str, shape: type) -> Rules:
    return Rules(kind, shape)


@cache
def _of_set(kind: str) -> tuple[Situation, ...]:
    return tuple(rule for rule in registered() if f"{kind}:set" in rule.guides)


class Inspector:
    """Findings of SNIP 3 (other payers), 4 and 5 in the content of one set.

    With `writing`, what the reader only warns of (identifiers) is an error where its rule is strict.
    """

    def __init__(self, kind: str, codes: CodeLookup = SHAPES_ONLY, *, writing: bool = False) -> None:
        self._kind = kind
        self._check = CodeCheck(codes)
        self._writing = writing
        self._rules: Rules | None = None
        self._last: dict[str, Any] = {}
        self._streamed: list[X12Error] = []
        self._is_streaming = False
        self._codes = _CODES.get(kind)

    def claim(self, claim: Any) -> list[X12Error]:
        """What is wrong with one claim; it is added to the claim's own errors where it keeps any."""
        rules = self._rules
        if rules is None:
            rules = self._rules = _rules(self._kind, claim.__class__)
        found: list[X12Error] = []
        for look, family in rules.looks:
            if not look(claim):
                self._run(family, claim, found)
        values = rules.get(claim)
        if values != rules.usual:
            for value, usual, watching in zip(values, rules.usual, rules.watched, strict=True):
                if value != usual:
                    self._run(watching, claim, found)
        for find, rule in rules.always:
            hits = find(claim)
            if hits:
                found += [rule.error(hit, claim.position, writing=self._writing) for hit in hits]
        for part, family in rules.once:
            if getattr(claim, part) is not self._last.get(part):
                self._last[part] = getattr(claim, part)
                self._run(family, claim, found)
        if self._codes is not None:
            self._codes(claim, self._check)
            if self._check.found:
                found += self._codes_found(claim.position)
        if self._writing and self._kind in _BILLED:
            found += _total(claim)
        if found and self._writing:
            return [_before_it_has_a_place(error, claim) for error in found]
        if found and hasattr(claim, "errors"):
            object.__setattr__(claim, "errors", (*claim.errors, *found))  # frozen for all but its reader
        return found

    def _run(self, rules: Called, claim: Any, found: list[X12Error]) -> None:
        for find, rule in rules:
            hits = find(claim)
            if hits:
                found += [rule.error(hit, claim.position, writing=self._writing) for hit in hits]

    def before(self, deliver: Callable[[Any], None]) -> Callable[[Any], None]:
        """Look at each claim before it is delivered; what was found is kept for `finish`."""

        def look(claim: Any) -> None:
            self._streamed += self.claim(claim)
            deliver(claim)

        self._is_streaming = True
        return look

    def finish(self, content: Any) -> list[X12Error]:
        """What was found in the claims that were delivered, or in the whole content."""
        if self._is_streaming:
            return self._streamed
        return self.content(content) if content is not None else []

    def content(self, content: Any) -> list[X12Error]:
        """What is wrong with a whole set, its claims included."""
        found = self.whole(content)
        if self._kind == "835":
            on = content.payment.effective_date
            self._codes = lambda claim, check: code_places.payment_codes(claim, on, check)
        for claim in _claims(content):
            errors = self.claim(claim)
            if errors:
                found += errors
        return found

    def whole(self, content: Any) -> list[X12Error]:
        """What is wrong with a set beyond its claims."""
        found: list[X12Error] = []
        for rule in _of_set(self._kind):
            hits = rule.find(content)
            if hits:
                found += [rule.error(hit, _HEAD, writing=self._writing) for hit in hits]
        return found

    def _codes_found(self, position: int) -> list[X12Error]:
        found = [
            X12Error(
                code=code, message=hit.message, severity=severity, snip=_SNIP_OF_CODES, segment=hit.segment,
                position=hit.position or position, element=hit.element, component=hit.component, loop=hit.loop,
                value=hit.value,
            )
            for code, severity, hit in self._check.found
        ]  # fmt: skip
        self._check.found.clear()
        return found


_CODES: dict[str, Callable[[Any, CodeCheck], None]] = {
    "837P": code_places.professional_codes,
    "837I": code_places.institutional_codes,
    "277": code_places.status_codes,
    "277CA": code_places.status_codes,
}

_BILLED = frozenset(("837P", "837I"))
_INSPECTED = frozenset(("837P", "837I", "835", "270", "271", "276", "277", "277CA"))


def rules() -> tuple[Situation, ...]:
    """Every rule with its code, guides, place, severity and source; their findings' `code` is the rule's `id`."""
    return registered()


def inspector(kind: str, codes: CodeLookup | None, *, writing: bool = False) -> Inspector | None:
    """The inspector of a set of this kind; None where nothing is to be looked at."""
    if codes is None or kind not in _INSPECTED:
        return None
    return Inspector(kind, codes, writing=writing)


def _total(claim: Any) -> list[X12Error]:
    """CLM02 against the lines of a claim that is about to be written; a reader's table sees to it by itself."""
    lines = sum(line.charge_cents for line in claim.lines)
    if lines == claim.charge_cents:
        return []
    message = f"is {money(claim.charge_cents)}, its lines add up to {money(lines)}"
    return [X12Error(code="claim-total", message=message, snip=3, segment="CLM", element=2, loop="2300")]


def _before_it_has_a_place(error: X12Error, claim: Any) -> X12Error:
    """A finding in what is about to be written: named by its claim, whatever position it was read from."""
    name = getattr(claim, "claim_id", "")
    return dataclasses.replace(error, position=0, message=f"claim {name}: {error.message}" if name else error.message)


def _claims(content: Any) -> Iterator[Any]:
    claims = getattr(content, "claims", ())
    if callable(claims):
        return (claim for *_, claim in claims())
    return iter(claims)
