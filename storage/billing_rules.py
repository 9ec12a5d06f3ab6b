"""The house's rules about patients' money by the day they hold: packaged tables, each row with its source."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from functools import lru_cache

from domain.billing.contact_policy import ContactRules, strictest
from domain.billing.payment_plan import PlanPolicy
from storage.care_rules import COLLECTOR, HOUSE, contact_pack_of
from storage.operator_files import rows

__all__ = ["COLLECTOR", "HOUSE", "contact_rows", "contact_rules", "contact_rules_of", "plan_policy", "plan_rows"]


@lru_cache(maxsize=256)
def contact_rules(on: date, pack: str = HOUSE) -> ContactRules:
    """The contact pack of a day.

    Raises:
        KeyError: a row is missing.
    """
    found = _values("patient_contact.csv", on, pack)
    return ContactRules(
        quiet_from=time.fromisoformat(found["quiet_from"]),
        quiet_until=time.fromisoformat(found["quiet_until"]),
        calls_in_window=int(found["calls_in_window"]),
        call_window_days=int(found["call_window_days"]),
        days_after_conversation=int(found["days_after_conversation"]),
        days_between_contacts=int(found["days_between_contacts"]),
        stop_words=frozenset(found["stop_words"].split("|")),
    )


def contact_rules_of(organisation_id: int, on: date) -> ContactRules:
    """What holds for an organisation on a day: the house's own rules, and under the pack that binds it the stricter.

    Raises:
        KeyError: a row is missing.
        LookupError: the data name no pack for it.
    """
    own = contact_rules(on)
    pack = contact_pack_of(organisation_id, on)
    return own if pack == HOUSE or not contact_rows(on, pack) else strictest(own, contact_rules(on, pack))


def contact_rows(on: date, pack: str) -> list[Mapping[str, str]]:
    """The rows of a contact pack that hold on a day, each with its source; none before its first day."""
    return list(_held("patient_contact.csv", on, pack).values())


def plan_rows(on: date) -> list[Mapping[str, str]]:
    """The terms of payment plans that hold on a day, each with its source."""
    return list(_held("payment_plans.csv", on).values())


@lru_cache(maxsize=256)
def plan_policy(on: date) -> PlanPolicy:
    """The house's terms for payment plans on a day.

    Raises:
        TypeError: a row is missing.
    """
    return PlanPolicy(**{name: int(value) for name, value in _values("payment_plans.csv", on).items()})


def _values(table: str, on: date, pack: str | None = None) -> dict[str, str]:
    return {name: row["value"] for name, row in _held(table, on, pack).items()}


def _held(table: str, on: date, pack: str | None = None) -> dict[str, Mapping[str, str]]:
    return {
        row["name"]: row
        for row in sorted(rows(table), key=lambda row: row["effective_from"])
        if (pack is None or row["pack"] == pack)
        and row["effective_from"] <= on.isoformat()
        and (not row["effective_to"] or row["effective_to"] >= on.isoformat())
    }
