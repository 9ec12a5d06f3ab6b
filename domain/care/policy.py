"""What a kind of organisation does for people who cannot pay: dated data, typed here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import date

PRACTICE, HOSPITAL_501R = "practice", "hospital_501r"
PACKS = (PRACTICE, HOSPITAL_501R)
"""``hospital_501r``: a tax-exempt hospital (26 CFR 1.501(r)); ``practice``: the house's own policy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CarePolicy:
    """The rules of one pack on one day."""

    agb_percent: int
    """Amounts generally billed as a percentage of the gross charge; 0: no such limit (26 CFR 1.501(r)-5)."""
    collection_wait_days: int
    """Days from the first statement before any step of collections."""
    collection_notice_days: int
    """Days between the written notice and the first step."""
    application_days: int
    """Days from the first statement within which an application is always taken."""
    statements_before_collection: int
    collection_from_cents: int
    refund_from_cents: int
    """What was paid above the award is returned from this on."""
    assistance_decision_days: int
    assistance_complete_days: int
    """Time to bring documents that are missing."""
    assistance_valid_days: int
    reminder_days: int
    hard_conversations_a_day: int
    mending_days: int
    """What an upheld complaint was about is not asked for until so many days after its answer."""
    assistance_two_people: int = 1
    """1: who took an application does not grant it; 0: one person may do both."""


def parse_policy(rows: Iterable[Mapping[str, str]], pack: str, on: date) -> CarePolicy:
    """The policy of a pack on a day: later rows win.

    Raises:
        LookupError: a value is missing; the message names it.
    """
    values: dict[str, tuple[str, int]] = {}
    for row in rows:
        if row["pack"] != pack or row["effective_from"] > on.isoformat():
            continue
        if row["effective_to"] and row["effective_to"] < on.isoformat():
            continue
        known = values.get(row["name"])
        if known is None or known[0] <= row["effective_from"]:
            values[row["name"]] = (row["effective_from"], int(row["value"]))
    wanted = [field for field in fields(CarePolicy) if field.name in values or field.default is MISSING]
    missing = [field.name for field in wanted if field.name not in values]
    if missing:
        raise LookupError(f"care_policies.csv has no {', '.join(missing)} for {pack} on {on}")
    return CarePolicy(**{field.name: values[field.name][1] for field in wanted})
