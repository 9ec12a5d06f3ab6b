"""Steps done once: the result is written in the transaction of the effect."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import JSON, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from storage.models import ActivityResult
from storage.models.base import Json


def once(session: Session, key: str, effect: Callable[[], Json]) -> Json:
    """Do ``effect`` and keep its result under ``key``, or return the result that an earlier call kept.

    The key is written first: a concurrent caller with the same key waits at it until this transaction ends,
    then finds the stored result, or does the effect itself if this one rolled back. Keys are business keys
    (claim + attempt, file hash) and belong to the session's organisation.
    """
    row = insert(ActivityResult).values(key=key, result=JSON.NULL).on_conflict_do_nothing()
    mine = session.scalar(row.returning(ActivityResult.key)) is not None
    if not mine:
        stored: Json | None = session.scalar(
            select(ActivityResult.result).where(ActivityResult.key == key).with_for_update()
        )
        # A row without a result is an effect whose failure its caller swallowed: it has not happened.
        if stored is not None:
            return stored
    result = effect()
    session.execute(update(ActivityResult).where(ActivityResult.key == key).values(result=result))
    return result
