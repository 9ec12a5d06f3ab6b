"""What a named person orders on the books of one organisation: one transaction, on the practice's own day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, TypeVar

from cli.connection import open_books, require_organisation
from cli.failures import Negative

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from storage.unit_of_work import Books

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Now:
    """When it is ordered."""

    at: datetime
    today: date
    """The practice's calendar day."""


def decided(organisation: int, by: str, work: Callable[[Session, Now], T], *, reason: str | None = None) -> T:
    """Do a person's work in one transaction.

    Raises:
        Negative: the person, or the reason where one is wanted, says nothing.
        CannotRun: there is no such organisation.
    """
    if not by.strip() or (reason is not None and not reason.strip()):
        raise Negative("--by and --reason must say something: the decision is kept with both")
    return on_books(organisation, work)


def on_books(organisation: int, work: Callable[[Session, Now], T]) -> T:
    """Do work in one transaction, tried again while others write the same rows.

    Raises:
        CannotRun: there is no such organisation.
    """
    with open_books() as books:
        now = practice_now(books, organisation)
        return books.run(organisation, lambda session: work(session, now))


def practice_now(books: Books, organisation: int) -> Now:
    """The business clock's moment, and the practice's day at it.

    Raises:
        CannotRun: there is no such organisation.
    """
    from storage.clock import PostgresBusinessClock
    from storage.practice_day import day_at

    at = PostgresBusinessClock(books).now()
    with books.transaction(organisation) as session:
        require_organisation(session, organisation)
        return Now(at=at, today=day_at(session, organisation, at))
