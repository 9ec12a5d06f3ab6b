"""Payer policies: typed, dated, the payer's own row before its kind's."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from domain.coverage.coverage import PayerKind
from domain.coverage.policy import DeniedRemedy, FilingUnit
from storage.models import PayerPolicyRow
from storage.reference import NoPolicy, load_reference, policy, statement_policy
from storage.unit_of_work import Books

ON = date(2026, 3, 2)


def _own_row(books: Books, value: str, start: date, end: date | None = None) -> None:
    with books.system() as session:
        session.add(
            PayerPolicyRow(
                payer_kind="commercial",
                payer_code="PPO01",
                name="timely_filing_days",
                value=value,
                effective_from=start,
                effective_to=end,
                source="contract 2026",
            )
        )


@pytest.mark.parametrize("kind", list(PayerKind))
def test_every_kind_of_payer_has_a_complete_policy(books: Books, organisation: int, kind: PayerKind) -> None:
    with books.transaction(organisation) as session:
        found = policy(session, kind, "ANY", ON)
    assert found.timely_filing_days > 0
    assert found.follow_up_days > 0
    assert isinstance(found.denied_remedy, DeniedRemedy)


def test_medicare_reopens_and_counts_a_calendar_year(books: Books, organisation: int) -> None:
    with books.transaction(organisation) as session:
        found = policy(session, "medicare", "MDCR", ON)
    assert found.denied_remedy is DeniedRemedy.REOPEN
    assert found.timely_filing_unit is FilingUnit.CALENDAR_YEAR
    assert (found.appeal_days, found.appeal_receipt_days, found.records_due_days) == (120, 5, 45)


def test_a_payers_own_row_goes_before_its_kinds_and_only_in_its_time(books: Books, organisation: int) -> None:
    _own_row(books, "180", date(2026, 1, 1), date(2026, 12, 31))
    with books.transaction(organisation) as session:
        days = [
            policy(session, "commercial", code, on).timely_filing_days
            for code, on in (
                ("PPO01", ON),
                ("PPO02", ON),
                ("PPO01", date(2025, 12, 31)),
                ("PPO01", date(2027, 1, 1)),
            )
        ]
    assert days == [180, 90, 90, 90]


def test_a_day_before_the_rules_names_what_is_missing(books: Books, organisation: int) -> None:
    with books.transaction(organisation) as session:
        with pytest.raises(NoPolicy, match=r"payer MDCR \(medicare\) on 1999-01-01: .*missing"):
            policy(session, "medicare", "MDCR", date(1999, 1, 1))
        with pytest.raises(NoPolicy, match="unheard"):
            policy(session, "unheard", "X", ON)


def test_the_house_has_a_statement_policy(books: Books, organisation: int) -> None:
    with books.transaction(organisation) as session:
        found = statement_policy(session, ON)
    assert (found.reminder_interval_days, found.reminders, found.small_balance_cents) == (30, 2, 500)


def test_loading_again_mends_rows_and_adds_none(books: Books) -> None:
    with books.system() as session:
        before = session.scalar(select(func.count()).select_from(PayerPolicyRow))
        row = session.scalars(select(PayerPolicyRow).where(PayerPolicyRow.name == "reminders")).one()
        row.value = "99"
    with books.system() as session:
        assert load_reference(session) == before
        assert statement_policy(session, ON).reminders == 2
        assert session.scalar(select(func.count()).select_from(PayerPolicyRow)) == before


def test_every_row_names_its_source(books: Books) -> None:
    with books.system() as session:
        assert session.scalars(select(PayerPolicyRow.name).where(PayerPolicyRow.source == "")).all() == []
