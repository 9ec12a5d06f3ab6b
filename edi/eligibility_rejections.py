"""The table of AAA03 codes that comes with the package."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files

from domain.coverage.rejections import RejectionRule, parse_rejections


@cache
def rejection_rules() -> dict[str, RejectionRule]:
    """Every AAA03 code that we know, by code."""
    text = (files("edi") / "data" / "eligibility_rejections.csv").read_text(encoding="utf-8")
    return parse_rejections(csv.DictReader(text.splitlines()))
