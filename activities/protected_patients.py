"""Remarks that keep even a plain share from the patient: QMB, No Surprises Act, MUE."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

from activities.denial_rules import denial_rules
from domain.coverage.coverage import PayerKind
from domain.denials.rules import Nature


def protecting_rule(remarks: Collection[str]) -> str:
    """Why the patient may not be asked for a deductible beside these remark codes; empty where they may."""
    return _rule(frozenset(remarks))


@lru_cache(maxsize=1024)
def _rule(remarks: frozenset[str]) -> str:
    rule = denial_rules().find("PR", "1", remarks, PayerKind.COMMERCIAL)
    return rule.why if rule is not None and rule.nature is Nature.REVIEW else ""
