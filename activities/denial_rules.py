"""The table of denial rules, read once for each process."""

from __future__ import annotations

import csv
from functools import lru_cache
from importlib.resources import files

from domain.denials.rules import DenialRules, parse_denial_rules


@lru_cache(maxsize=1)
def denial_rules() -> DenialRules:
    """What payers' adjustment codes mean for us: ``storage/reference_data/denial_rules.csv``."""
    text = files("storage").joinpath("reference_data/denial_rules.csv").read_text(encoding="utf-8")
    return parse_denial_rules(csv.DictReader(text.splitlines()))


@lru_cache(maxsize=1)
def contractual_codes() -> frozenset[tuple[str, str]]:
    """Group and reason codes that are given up by contract or law."""
    return denial_rules().contractual
