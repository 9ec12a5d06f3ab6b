"""A CLP loop as its row keeps it."""

from __future__ import annotations

from datetime import date
from typing import Any

from activities.remittances.loops import Head, MatchedLoop, Understood
from activities.remitted import adjustments_of, remarks_of
from domain.remittance.remittance import RemittedClaim
from storage.serialise import to_json


def row_of(understood: Understood, organisation_id: int, head: Head, today: date) -> dict[str, Any]:
    """The columns of a new row."""
    matched = understood.matched
    remitted = matched.loop.remitted
    return {
        "organisation_id": organisation_id,
        "key": matched.loop.key,
        "remittance_id": head.remittance_id,
        "status": remitted.status,
        "payer_control_number": remitted.payer_control_number,
        "charge_cents": remitted.charge_cents,
        "paid_cents": remitted.paid_cents,
        "patient_cents": sum(a.amount_cents for a in remitted.all_adjustments if a.group == "PR"),
        "adjustments": adjustments_of(remitted),
        "remarks": remarks_of(remitted),
        "business_date": today,
    } | state_of(understood, head)


def state_of(understood: Understood, head: Head) -> dict[str, Any]:
    """The columns that a later decision changes."""
    matched = understood.matched
    found = matched.found
    return {
        "claim_number": found.claim_number if found is not None else None,
        "attempt": found.row.attempt if found is not None else None,
        "state": matched.state,
        "verdict": understood.meaning.verdict.value,
        "lines": lines_of(matched),
        "loop": loop_of(matched.loop.remitted, head, whole=matched.state != "posted"),
        "candidates": [{"claim": one.claim_number, "why": one.why} for one in matched.candidates],
    }


def lines_of(matched: MatchedLoop) -> list[dict[str, Any]]:
    """Our line for each SVC, null where none was found."""
    return [
        {"position": place, "line": number, "charge_cents": line.charge_cents, "paid_cents": line.paid_cents}
        | ({"sent_modifiers": list(sent)} if sent else {})
        for place, (line, number, sent) in enumerate(
            zip(matched.loop.remitted.lines, matched.lines, matched.sent_modifiers, strict=True), start=1
        )
    ]


def loop_of(remitted: RemittedClaim, head: Head, *, whole: bool) -> dict[str, Any]:
    """Where the loop stands, and all of it where a person may still post it."""
    place = {"file": head.file_id, "transaction": head.transaction}
    if whole:
        return to_json(remitted) | place
    return place | {"position": remitted.position, "lines": [{"position": line.position} for line in remitted.lines]}
