"""The tables of the audit and of suspicious patterns, read once for each process."""

from __future__ import annotations

from functools import lru_cache

from domain.coding.audit.rules import TABLES, AuditRules, parse_audit_rules
from storage.operator_files import rows


@lru_cache(maxsize=1)
def audit_rules() -> AuditRules:
    """What ``storage/reference_data/audit`` holds."""
    return parse_audit_rules({name: rows(f"audit/{name}.csv") for name in TABLES})
