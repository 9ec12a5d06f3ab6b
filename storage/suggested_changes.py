"""The fields that a claim's newest denial points to, by the table of suggested changes."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.claim.stages import Stage
from domain.denials.suggestions import Denied, suggested
from storage.appeal_rules import suggestions
from storage.models import Claim, RemittanceClaim

_DENIED = frozenset({Stage.DENIED.value, Stage.NEEDS_REVIEW.value})


def suggested_changes(session: Session, claim: Claim) -> list[dict[str, Any]]:
    """Field, what belongs there and the source; nothing for a claim that waits for no correction, or is held."""
    if claim.held_for_review or claim.stage not in _DENIED:
        return []
    newest = (
        select(RemittanceClaim)
        .where(RemittanceClaim.claim_number == claim.number, RemittanceClaim.state == "posted")
        .order_by(RemittanceClaim.id.desc())
        .limit(1)
    )
    row = session.scalars(newest).one_or_none()
    if row is None:
        return []
    said = [(entry["line"], entry["code"]) for entry in row.remarks if "code" in entry]
    denied = [
        Denied(
            carc=entry["reason"],
            line=entry["line"],
            remarks=frozenset(code for line, code in said if line in (0, entry["line"])),
        )
        for entry in row.adjustments
        if f"{entry['group']}-{entry['reason']}" not in _NEVER
    ]
    return [one.document() for one in suggested(suggestions(), denied)]


_NEVER = frozenset({"CO-45", "CO-253", "PR-1", "PR-2", "PR-3"})
"""Prices and the patient's share: a remark of the claim beside them names no field of their line."""
