"""Levels of appeal about the claim of a desk: looked at, ordered about, and read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from activities.appeals import looking, orders
from contracts.appeal import AppealAnswer, AppealOrderBody, AppealRef, AppealSnapshot, OrderedAppeal
from storage import appeals, examinations
from storage.organisations import LOCAL_PRACTICE
from tests.integration.activities.conftest import Desk

_orders = count(1)


@dataclass(kw_only=True)
class Level:
    """One level, by number."""

    desk: Desk
    number: int

    @property
    def ref(self) -> AppealRef:
        return AppealRef(organisation_id=LOCAL_PRACTICE, appeal_number=self.number, today=self.desk.today)

    def row(self) -> dict[str, Any]:
        return self.desk.books.run(LOCAL_PRACTICE, lambda session: appeals.document(appeals.get(session, self.number)))

    def evidence(self) -> dict[str, str | None]:
        def read(session: Session) -> dict[str, str | None]:
            return {one.item: one.provided_by or None for one in appeals.evidence_of(session, self.number)}

        return self.desk.books.run(LOCAL_PRACTICE, read)

    def reaches_its_date(self) -> AppealSnapshot:
        """Time passes until the level's next date, and it acts on that."""
        snapshot = self.look()
        assert snapshot.next_at is not None, "an open level has a date"
        self.desk.today = max(self.desk.today, snapshot.next_at)
        return self.desk.books.run(LOCAL_PRACTICE, lambda session: looking.act_on_date(session, self.ref))

    def look(self) -> AppealSnapshot:
        return self.desk.books.run(LOCAL_PRACTICE, lambda session: looking.look(session, self.ref))

    def order(self, verb: str, **more: Any) -> AppealAnswer:
        """A person orders; the claim hears of it when its bell rings."""
        body = AppealOrderBody(
            **{"verb": verb, "id": f"level-{next(_orders)}", "by": "ann", "reason": "as the chart says", **more}
        )
        ordered = OrderedAppeal(appeal=self.ref, order=body)
        said = self.desk.books.run(LOCAL_PRACTICE, lambda session: orders.apply_order(session, ordered))
        self.desk.act()
        return said

    def decide(self, decision: str, dated: date | None = None) -> AppealAnswer:
        return self.order("decide", decision=decision, dated=(dated or self.desk.today.date()).isoformat())


def levels(desk: Desk) -> list[Level]:
    """Every level about the claim, the first opened first."""
    with desk.books.transaction(LOCAL_PRACTICE) as session:
        return [Level(desk=desk, number=row.number) for row in appeals.of_claim(session, desk.claim)]


def newest(desk: Desk) -> Level:
    return levels(desk)[-1]


def register_of(desk: Desk) -> list[tuple[int | None, str, str, int | None]]:
    """Line, route, state and level of each record of the claim."""
    with desk.books.transaction(LOCAL_PRACTICE) as session:
        listed = examinations.listed(session, limit=1000)
    return [(row["line"], row["route"], row["state"], row["level"]) for row in listed if row["claim"] == desk.claim]
