"""SNIP 5: codes checked against lists that the caller brings; this package itself knows their shapes only."""

from __future__ import annotations

import re
from datetime import date
from typing import Protocol

from x12.errors import Severity
from x12.validation.situation import Hit


class CodeLookup(Protocol):
    """Code lists by day. Kinds: the keys of `SHAPES`; a code asked for has its kind's shape."""

    def is_valid(self, kind: str, code: str, on: date) -> bool | None:
        """Whether this code of this kind was valid on a day; True for a kind that is not looked up; None where the
        day lies outside of the editions at hand, so that nobody can tell."""


class ShapesOnly:
    """Believes every code that has the shape of its kind."""

    def is_valid(self, kind: str, code: str, on: date) -> bool | None:  # noqa: ARG002
        """True."""
        return True


SHAPES_ONLY = ShapesOnly()

SHAPES: dict[str, tuple[str, re.Pattern[str]]] = {
    kind: (name, re.compile(pattern))
    for kind, name, pattern in (
        ("icd10cm", "ICD-10-CM code", r"[A-TV-Z][0-9][0-9AB][0-9A-TV-Z]{0,4}|U[0-9]{2}[0-9A-Z]{0,4}"),
        ("icd9cm", "ICD-9-CM code", r"[0-9]{3,5}|V[0-9]{2,4}|E[0-9]{3,4}"),
        ("icd10pcs", "ICD-10-PCS code", r"[0-9A-HJ-NP-Z]{7}"),
        ("icd9proc", "ICD-9-CM procedure", r"[0-9]{2,4}"),
        ("procedure", "HCPCS or CPT code", r"[0-9]{4}[0-9A-Z]|[A-Z][0-9]{4}"),
        ("modifier", "modifier", r"[0-9A-Z]{2}"),
        ("ndc", "NDC of eleven digits", r"[0-9]{11}"),
        ("revenue", "revenue code", r"[0-9]{4}"),
        ("nubc", "condition, occurrence or value code", r"[0-9A-Z]{2}"),
        ("place_of_service", "place of service", r"[0-9]{2}"),
        ("taxonomy", "taxonomy code", r"[0-9A-Z]{9}X"),
        ("state", "state or province", r"[A-Z]{2}"),
        ("carc", "claim adjustment reason code", r"[1-9][0-9]{0,2}|[A-Z][0-9]{1,2}"),
        ("rarc", "remark code", r"M[0-9]{1,3}|MA[0-9]{1,3}|N[0-9]{1,4}"),
        ("claim_status_category", "claim status category", r"[ADEFPR][0-9][0-9FN]?|DR0[1-9]"),
        ("claim_status", "claim status code", r"[0-9]{1,4}"),
    )
}  # fmt: skip
"""What a code of each kind is called, and its form."""

_OK, _SHAPE, _UNKNOWN, _UNCHECKED = "", "code-shape", "code-unknown", "code-not-checked"
_KEPT, _KEPT_A_DAY = 50_000, 2_000  # a hostile file must not fill the memory


class CodeCheck:
    """Asks the lookup once for each code and day, and says once for each kind of a set that it could not tell."""

    def __init__(self, lookup: CodeLookup) -> None:
        self._lookup = lookup
        self._dated = lookup is not SHAPES_ONLY
        self._verdicts: dict[tuple[str, str, date | None], str] = {}
        self._told: set[str] = set()
        self._good: dict[date | None, set[object]] = {}
        self._sites: dict[date | None, set[object]] = {}
        self.states: set[str] = set()
        self.taxonomies: set[str] = {""}
        self.last: object = None  # the billing provider that was looked at
        self.found: list[tuple[str, Severity, Hit]] = []

    def good(self, on: date | None) -> set[object]:
        """What was found good on a day: the caller's own keys, for one look on the way past."""
        return self._of_day(self._good, on)

    def sites(self, on: date | None) -> set[object]:
        """As `good`, for places of service."""
        return self._of_day(self._sites, on)

    def keep_taxonomy(self, code: str) -> None:
        """Remember a taxonomy that was found good."""
        if len(self.taxonomies) > _KEPT_A_DAY:
            self.taxonomies = {""}
        self.taxonomies.add(code)

    def _of_day(self, days: dict[date | None, set[object]], on: date | None) -> set[object]:
        if not self._dated:
            on = None
        known = days.get(on)
        if known is None:
            if len(days) > 400:
                days.clear()
            known = days[on] = set()
        elif len(known) > _KEPT_A_DAY:
            known.clear()
        return known

    def check(self, kind: str, code: str, on: date | None, hit: Hit, severity: Severity = "error") -> bool:
        """Whether nothing is to be said of a code; else what there is stands in `found`, at the place of `hit`."""
        key = (kind, code, on if self._dated else None)
        verdict = self._verdicts.get(key)
        if verdict is None:
            if len(self._verdicts) > _KEPT:
                self._verdicts.clear()
            verdict = self._verdicts[key] = self._judge(kind, code, on)
        if verdict is _OK:
            return True
        name = SHAPES[kind][0]
        if verdict == _UNCHECKED:
            if kind not in self._told:
                self._told.add(kind)
                self._say(verdict, "warning", hit, f"not checked: no edition of this list ({name}) holds on {on}; "
                          "said once for this set", code)  # fmt: skip
            return False
        shown = code if len(code) <= 12 else f"{code[:12]}..."
        if verdict == _SHAPE:
            self._say(verdict, severity, hit, f"{shown} has not the shape of a {name}", code)
        else:
            self._say(verdict, severity, hit, f"{shown} is no {name} valid on {on}", code)
        return False

    def _judge(self, kind: str, code: str, on: date | None) -> str:
        if SHAPES[kind][1].fullmatch(code) is None:
            return _SHAPE
        if on is None:
            return _OK
        valid = self._lookup.is_valid(kind, code, on)
        return _UNCHECKED if valid is None else _OK if valid else _UNKNOWN

    def _say(self, what: str, severity: Severity, hit: Hit, message: str, code: str) -> None:
        self.found.append((what, severity, Hit(
            message=message, position=hit.position, element=hit.element, component=hit.component,
            segment=hit.segment, loop=hit.loop, value=code)))  # fmt: skip
