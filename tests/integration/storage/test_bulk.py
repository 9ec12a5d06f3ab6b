"""Rows that travel as arrays arrive as they left."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.bulk import CHUNK, insert_rows
from storage.models import WorkItem
from storage.unit_of_work import Books

WORDS = (
    "plain", "", 'a "quoted" word', "back\\slash", "{curly},comma", "NULL", "null", "None", "two\nlines", "é 名",
    "' ;--",
)  # fmt: skip


def _items(organisation: int, **columns: list[object]) -> list[dict[str, object]]:
    count = len(next(iter(columns.values())))
    return [
        {
            "organisation_id": organisation, "key": f"item {place}", "kind": "x", "claim_number": None, "reason": "",
            "remedy": "", "details": {}, "owner": "biller", "due_on": date(2026, 3, 2), "opened_on": date(2026, 3, 1),
        }
        | {name: values[place] for name, values in columns.items()}
        for place in range(count)
    ]  # fmt: skip


def _kept(session: Session, name: str) -> list[object]:
    return list(session.scalars(select(getattr(WorkItem, name)).order_by(WorkItem.id)))


@pytest.mark.parametrize("only", [None, *WORDS])
def test_any_words_arrive_as_they_left(books: Books, organisation: int, only: str | None) -> None:
    words: list[object] = list(WORDS) if only is None else [only]
    with books.transaction(organisation) as session:
        insert_rows(session, WorkItem, _items(organisation, reason=words))
        assert _kept(session, "reason") == words


def test_json_numbers_days_and_nothing_arrive_as_they_left(books: Books, organisation: int) -> None:
    details: list[object] = [{"why": 'a "b" \\ c', "none": None, "list": [1, {"x": True}]}, {}, {"é": "名"}]
    days: list[object] = [None, date(2026, 3, 2), date(1999, 12, 31)]
    with books.transaction(organisation) as session:
        insert_rows(session, WorkItem, _items(organisation, details=details, closed_on=days))
        assert _kept(session, "details") == details
        assert _kept(session, "closed_on") == days
        assert _kept(session, "claim_number") == [None] * 3


def test_ids_ascend_in_the_order_given_over_many_statements(books: Books, organisation: int) -> None:
    reasons: list[object] = [f"reason {place}" for place in range(2 * CHUNK + 1)]
    with books.transaction(organisation) as session:
        found = insert_rows(session, WorkItem, _items(organisation, reason=reasons), returning=("id", "reason"))
        assert [row.reason for row in sorted(found, key=lambda row: row.id)] == reasons


def test_only_new_rows_are_returned(books: Books, organisation: int) -> None:
    with books.transaction(organisation) as session:
        items = _items(organisation, reason=["a", "b"])
        insert_rows(session, WorkItem, items[:1])
        again = insert_rows(session, WorkItem, items, skip_known=True, returning=("key",))
        assert [row.key for row in again] == ["item 1"]
