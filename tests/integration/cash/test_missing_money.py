"""The nightly look at the bank: what is overdue is asked for once, and the question closes when it is answered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import select

from activities.cash.missing import match_and_ask
from activities.cash.workdays import federal_holidays
from domain.cash.deposit import DepositLine, DepositMethod
from storage import deposit_matching, deposits, files
from storage.engine import make_engine
from storage.models import RemittanceRow, WorkItem
from storage.organisations import ensure_local_practice
from storage.unit_of_work import Books
from tests.integration.storage.samples import NOW

PRACTICE = 1
FRIDAY = date(2026, 10, 9)
"""Before Columbus Day, a federal holiday: the third business day after it is Thursday, October 15."""
THURSDAY, NEXT_FRIDAY = date(2026, 10, 15), date(2026, 10, 16)


@pytest.fixture
def books(database_url: str) -> Iterator[Books]:
    engine = make_engine(database_url, pool_size=4)
    books = Books(engine)
    with books.system() as session:
        assert ensure_local_practice(session)
    yield books
    engine.dispose()


def announce(books: Books, trace: str, cents: int, on: date, handling: str = "I") -> int:
    with books.transaction(PRACTICE) as session:
        row = RemittanceRow(
            organisation_id=PRACTICE,
            key=f"npi|1|{trace}|{on}",
            file_id=files.receive(session, PRACTICE, "835.x12", b"ISA", NOW).id,
            payee_npi="1234567893",
            payer_identifier="1234567890",
            trace_number=trace,
            payment_date=on,
            payment_cents=cents,
            method="ACH",
            balanced=True,
            handling=handling,
        )
        session.add(row)
        session.flush()
        return row.id


def bank(books: Books, trace: str, cents: int, on: date) -> int:
    line = DepositLine(
        deposited_on=on, amount_cents=cents, trace_number=trace, payer_name="ANN SECRET", method=DepositMethod.ACH
    )
    with books.transaction(PRACTICE) as session:
        (number,) = deposits.receive(session, PRACTICE, [line], source="manual", by="ann", today=on).new
    return number


def night(books: Books, on: date) -> int:
    return books.run(PRACTICE, lambda session: match_and_ask(session, PRACTICE, on))


def items(books: Books) -> list[tuple[str, str]]:
    with books.transaction(PRACTICE) as session:
        wanted = select(WorkItem.kind, WorkItem.reason).where(WorkItem.closed_on.is_(None)).order_by(WorkItem.id)
        return [(kind, reason) for kind, reason in session.execute(wanted)]


def test_columbus_day_is_a_federal_holiday_and_new_year_is_known_in_december() -> None:
    assert date(2026, 10, 12) in federal_holidays(2026)
    assert date(2027, 1, 1) in federal_holidays(2026)


def test_money_without_a_remittance_is_asked_for_after_three_business_days(books: Books) -> None:
    bank(books, "T1", 50000, FRIDAY)
    assert night(books, THURSDAY) == 0
    assert night(books, NEXT_FRIDAY) == 1
    assert night(books, NEXT_FRIDAY) == 0
    ((kind, reason),) = items(books)
    assert kind == "remittance_missing"
    assert "500.00" in reason
    assert "SECRET" not in reason
    announce(books, "T1", 50000, FRIDAY)
    night(books, NEXT_FRIDAY)
    assert items(books) == []


def test_a_remittance_without_its_money_is_asked_for_and_again_when_the_bank_takes_it_back(books: Books) -> None:
    bank(books, "T0", 1, FRIDAY)
    announce(books, "T0", 1, FRIDAY)
    announce(books, "T1", 50000, FRIDAY)
    assert night(books, THURSDAY) == 0
    assert night(books, NEXT_FRIDAY) == 1
    assert [kind for kind, _ in items(books)] == ["deposit_missing"]
    bank(books, "T1", 50000, NEXT_FRIDAY)
    night(books, NEXT_FRIDAY)
    assert items(books) == []
    bank(books, "T1", -50000, NEXT_FRIDAY)
    assert night(books, date(2026, 10, 19)) == 1
    assert [kind for kind, _ in items(books)] == ["deposit_missing"]


def test_a_notification_and_a_time_before_the_bank_was_known_ask_for_no_money(books: Books) -> None:
    announce(books, "NOTICE", 50000, FRIDAY, handling="H")
    announce(books, "OLD", 50000, date(2025, 1, 3))
    assert night(books, NEXT_FRIDAY) == 0
    bank(books, "T1", 1, FRIDAY)
    announce(books, "T1", 1, FRIDAY)
    assert night(books, NEXT_FRIDAY) == 0


def test_a_trace_with_another_amount_is_told_with_the_question(books: Books) -> None:
    bank(books, "T1", 49000, FRIDAY)
    number = announce(books, "T1", 50000, FRIDAY)
    assert night(books, NEXT_FRIDAY) == 2
    (_, reason) = next(item for item in items(books) if item[0] == "remittance_missing")
    assert f"remittance {number} has that trace, and 500.00 of it is open" in reason


def test_a_part_by_hand_closes_both_questions_and_asks_for_the_rest(books: Books) -> None:
    deposit = bank(books, "T1", 49000, FRIDAY)
    number = announce(books, "T1", 50000, FRIDAY)
    night(books, NEXT_FRIDAY)

    def match(session) -> None:  # type: ignore[no-untyped-def]
        row = session.get_one(RemittanceRow, number)
        deposit_matching.match_by_hand(session, PRACTICE, deposit, row, by="ann", today=NEXT_FRIDAY)

    books.run(PRACTICE, match)
    assert items(books) == []
    assert night(books, date(2026, 10, 19)) == 1
    ((kind, reason),) = items(books)
    assert kind == "deposit_missing"
    assert "paid 10.00" in reason
