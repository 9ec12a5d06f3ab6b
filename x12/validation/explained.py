"""Adjustment reasons that say nothing without a remark code beside them, as X12's list 139 says of each."""

from __future__ import annotations

import csv
from importlib.resources import files


def _reasons() -> frozenset[str]:
    text = files("x12").joinpath("validation", "explained_reasons.csv").read_text(encoding="utf-8")
    return frozenset(row["carc"] for row in csv.DictReader(text.splitlines()))


EXPLAINED = _reasons()
"""Claim adjustment reason codes in force, from `explained_reasons.csv`."""
