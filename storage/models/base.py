"""Declarative base and the columns that every row has."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any

from sqlalchemy import BigInteger, Date, DateTime, ForeignKey, ForeignKeyConstraint, MetaData, String, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}

Json = dict[str, Any]
Id = Annotated[int, mapped_column(BigInteger, primary_key=True, autoincrement=True)]


LARGEST_NUMBER = 2**63 - 1
"""Numbers and ids are PostgreSQL bigints."""

SESSION_ORGANISATION = "coalesce(nullif(current_setting('claimflow.organisation', true), '')::bigint, 0)"
"""The organisation of the transaction (``storage.unit_of_work``), zero in one of the system."""


def one_of(column: str, values: type[StrEnum]) -> str:
    """The text of a check constraint: ``column`` holds a member of ``values``."""
    return f"{column} in ({', '.join(repr(member.value) for member in values)})"


def same_organisation(table: str, column: str, target: str) -> ForeignKeyConstraint:
    """A reference that stays within the organisation: ``column`` of ``table`` to ``target`` (``claims.number``).

    A plain foreign key looks past row-level security and would accept another organisation's row.
    """
    owner = target.partition(".")[0]
    return ForeignKeyConstraint(
        ["organisation_id", column], [f"{owner}.organisation_id", target], name=f"fk_{table}_{column}"
    )


class Base(DeclarativeBase):
    """Every model of claimflow."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it as a class attribute
        str: String(),
        int: BigInteger(),
        date: Date(),
        datetime: DateTime(timezone=True),
        StrEnum: String(),
        Json: JSONB(),
        list[Any]: JSONB(),
    }


class Owned:
    """A row that belongs to one organisation; row-level security keeps others out."""

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))


class Recorded:
    """When the row was written, by the machine; business dates stand in columns of their own."""

    recorded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.clock_timestamp())
