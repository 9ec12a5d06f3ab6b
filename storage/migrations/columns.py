"""Columns as migrations write them down: a name for each kind, so that a table reads as a list."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

Default = str | sa.TextClause | None


def _column(kind: Any, name: str, refers_to: str, default: Default, optional: bool, key: bool) -> sa.Column[Any]:
    references = [sa.ForeignKey(refers_to)] if refers_to else []
    return sa.Column(
        name, kind, *references, server_default=default, nullable=optional, primary_key=key, autoincrement=False
    )


def whole(
    name: str, refers_to: str = "", default: Default = None, optional: bool = False, key: bool = False
) -> sa.Column[Any]:
    """A whole number: cents, counts, ids."""
    return _column(sa.BigInteger(), name, refers_to, default, optional, key)


def words(name: str, default: Default = None, optional: bool = False, key: bool = False) -> sa.Column[Any]:
    """Text of any length."""
    return _column(sa.String(), name, "", default, optional, key)


def day(name: str, optional: bool = False) -> sa.Column[Any]:
    """A business date."""
    return _column(sa.Date(), name, "", None, optional, False)


def moment(name: str, optional: bool = False) -> sa.Column[Any]:
    """A point in time."""
    return _column(sa.DateTime(timezone=True), name, "", None, optional, False)


def yes_no(name: str, default: Default = None) -> sa.Column[Any]:
    """A truth value."""
    return _column(sa.Boolean(), name, "", default, False, False)


def json(name: str, default: Default = None, optional: bool = False) -> sa.Column[Any]:
    """A JSON document."""
    return _column(JSONB(), name, "", default, optional, False)


def raw(name: str) -> sa.Column[Any]:
    """Bytes."""
    return _column(sa.LargeBinary(), name, "", None, False, False)


def row_id() -> sa.Column[Any]:
    """The primary key of a row that nobody outside names."""
    return sa.Column("id", sa.BigInteger(), primary_key=True, autoincrement=True)


def surrogate(name: str, start: int) -> sa.Column[Any]:
    """A global number that people and payers see."""
    return sa.Column(name, sa.BigInteger(), sa.Identity(start=start), primary_key=True)


def recorded_at() -> sa.Column[Any]:
    """When the machine wrote the row."""
    return sa.Column(
        "recorded_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
    )


def organisation() -> sa.Column[Any]:
    """Whose row it is."""
    return whole("organisation_id", refers_to="organisations.id")


def owned() -> tuple[sa.Column[Any], sa.Column[Any]]:
    """Whose row it is, and when it was written."""
    return organisation(), recorded_at()


def same_organisation(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    """A reference that stays within the organisation (``storage.models.base.same_organisation``)."""
    owner = target.partition(".")[0]
    return sa.ForeignKeyConstraint(
        ["organisation_id", column], [f"{owner}.organisation_id", target], name=f"fk_{table}_{column}"
    )
