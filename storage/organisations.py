"""Organisations: whose books they are."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from domain.people.parties import BillingProvider
from storage.models import Organisation
from storage.serialise import from_json, to_json

LOCAL_PRACTICE = 1
"""The organisation of the local stack."""

_KEEP_SEQUENCE_AHEAD = text(
    "select setval(pg_get_serial_sequence('organisations', 'id'), (select max(id) from organisations))"
)


def ensure_organisation(
    session: Session, organisation_id: int, *, name: str, time_zone: str, provider: BillingProvider
) -> bool:
    """Write an organisation under this id unless one has it; False, and nothing changed, when one does.

    Needs a transaction of the system.
    """
    statement = insert(Organisation).values(
        id=organisation_id, name=name, time_zone=time_zone, provider=to_json(provider)
    )
    new = session.scalar(statement.on_conflict_do_nothing().returning(Organisation.id)) is not None
    if new:
        session.execute(_KEEP_SEQUENCE_AHEAD)
    return new


def ensure_local_practice(session: Session) -> bool:
    """Write the practice that the local stack bills for, as ``reference_data/local_practice.json`` has it."""
    practice = local_practice()
    return ensure_organisation(
        session,
        LOCAL_PRACTICE,
        name=practice["name"],
        time_zone=practice["time_zone"],
        provider=from_json(BillingProvider, practice["provider"]),
    )


def local_practice() -> dict[str, Any]:
    """Name, time zone and billing provider of the local practice; nobody real."""
    content = files("storage").joinpath("reference_data/local_practice.json").read_text(encoding="utf-8")
    practice: dict[str, Any] = json.loads(content)
    return practice
