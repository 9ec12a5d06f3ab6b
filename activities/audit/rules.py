"""The tables of the audit and of suspicious patterns, read once for each process."""

from __future__ import annotations

import csv
from functools import lru_cache
from importlib.resources import files

from domain.coding.audit.rules import TABLES, AuditRules, parse_audit_rules


@lru_cache(maxsize=1)
def audit_rules() -> AuditRules:
    """What ``storage/reference_data/audit`` holds."""
    return parse_audit_rules({name: _rows(name) for name in TABLES})


def _rows(name: str) -> list[dict[str, str]]:
    text = files("storage").joinpath(f"reference_data/audit/{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
