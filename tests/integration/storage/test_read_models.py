"""What screens show: pages by key, open cents from the ledger, dates of the practice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, text

from domain.claim.stages import Owes, Stage
from domain.claim.submission import NextAttempt
from domain.ledger.chart import LedgerAccount
from storage import claims, ledger, read_models, timeline, work_items
from storage.unit_of_work import Books
from tests.integration.storage.samples import NOW, TODAY, check_in, encounter, leg, post


def _claims(books: Books, organisation: int, count: int) -> list[int]:
    return [check_in(books, organisation, encounter(n)).claim_number for n in range(1, count + 1)]


def test_a_claim_shows_the_promised_keys_and_the_practices_date(books: Books, organisation: int) -> None:
    (number,) = _claims(books, organisation, 1)
    with books.transaction(organisation) as session:
        post(
            session,
            organisation,
            "charge",
            leg(LedgerAccount.PAYER_RECEIVABLE, 17500, claim_number=number),
            leg(LedgerAccount.REVENUE, -17500, claim_number=number),
        )
        # One in the morning in London is still the evening before in New York.
        claims.set_stage(
            session,
            number,
            stage=Stage.WITH_PAYER,
            owes=Owes.PAYER,
            next_at=datetime(2026, 4, 2, 1, 0, tzinfo=UTC),
            next_what="remittance",
            owner="system",
        )
        assert read_models.claim_list(session) == [
            {
                "claim": number,
                "stage": "with_payer",
                "payer": "PPO01",
                "owes": "payer",
                "open_cents": 17500,
                "next_date": "2026-04-01",
                "owner": "system",
            }
        ]


def test_pages_follow_each_other_newest_first(books: Books, organisation: int) -> None:
    numbers = _claims(books, organisation, 5)
    with books.transaction(organisation) as session:
        first = [row["claim"] for row in read_models.claim_list(session, limit=3)]
        second = [row["claim"] for row in read_models.claim_list(session, limit=3, after=first[-1])]
    assert first + second == sorted(numbers, reverse=True)


def test_a_list_is_narrowed_by_stage_and_payer(books: Books, organisation: int) -> None:
    _claims(books, organisation, 1)
    other = check_in(books, organisation, encounter(9, payer_code="HMO01")).claim_number
    with books.transaction(organisation) as session:
        assert [row["claim"] for row in read_models.claim_list(session, payer="HMO01")] == [other]
        assert len(read_models.claim_list(session, stage="checked_in")) == 2
        assert len(read_models.claim_list(session, owes="payer")) == 2
        assert read_models.claim_list(session, owes="patient") == []
        assert read_models.claim_list(session, stage="denied") == []


def test_showing_a_claim_tells_attempts_balances_and_lines(books: Books, organisation: int) -> None:
    (number,) = _claims(books, organisation, 1)
    with books.transaction(organisation) as session:
        claims.commit_ready(session, number, NextAttempt(frequency="1"), TODAY)
        shown = read_models.claim_show(session, number)
    assert [line["procedure"] for line in shown["lines"]] == ["99213", "81002"]
    assert [attempt["control_number"] for attempt in shown["attempts"]] == [f"{number}-1"]
    assert shown["balances"] == {}
    assert (shown["charge_cents"], shown["payer_name"]) == (17500, "Evergreen PPO")


def test_open_balances_are_told_by_claim_and_account(books: Books, organisation: int) -> None:
    patient, revenue = LedgerAccount.PATIENT_RECEIVABLE, LedgerAccount.REVENUE
    one, two = (check_in(books, organisation, encounter(n)) for n in (1, 2))
    account = one.account_number
    with books.transaction(organisation) as session:
        for done, cents in ((one, 2500), (two, 4000), (two, -4000)):
            place = {"claim_number": done.claim_number, "account_number": account}
            post(session, organisation, f"{place}{cents}", leg(patient, cents, **place), leg(revenue, -cents))
        assert ledger.account_open_cents(session, account) == 2500
        assert ledger.open_by_claim(session, account) == {one.claim_number: 2500}
        assert ledger.claim_balances(session, two.claim_number) == {"patient_receivable": 0}


def test_outcomes_count_closed_claims_and_the_open_rest(books: Books, organisation: int) -> None:
    first, _ = _claims(books, organisation, 2)
    with books.transaction(organisation) as session:
        claims.set_stage(
            session,
            first,
            stage=Stage.CLOSED,
            owes=Owes.NOBODY,
            next_at=None,
            next_what="",
            owner="",
            closed_on=TODAY,
            outcome="paid",
        )
        assert read_models.outcomes(session) == {"open": 1, "paid": 1}


def test_work_is_listed_by_urgency_page_by_page_and_closed_once(books: Books, organisation: int) -> None:
    (number,) = _claims(books, organisation, 1)
    with books.transaction(organisation) as session:
        for place, days in enumerate((5, 1, 5, 3)):
            opened = {
                "key": f"item/{place}",
                "kind": "denial",
                "reason": "CO-16",
                "remedy": "correct",
                "owner": "biller",
                "due_on": TODAY + timedelta(days=days),
                "opened_on": TODAY,
                "claim_number": number,
            }
            assert work_items.open_item(session, organisation, **opened)
            assert not work_items.open_item(session, organisation, **opened)
        first = read_models.work_list(session, limit=3)
        rest = read_models.work_list(session, limit=3, after=first[-1]["item"])
        assert [item["due_on"][-2:] for item in first + rest] == ["03", "05", "07", "07"]
        assert len({item["item"] for item in first + rest}) == 4
        assert work_items.close_items(session, claim_number=number, kinds=["rejection"], by="ann", on=TODAY) == 0
        assert work_items.close_items(session, claim_number=number, by="ann", on=TODAY) == 4
        assert work_items.close_items(session, claim_number=number, by="ann", on=TODAY) == 0
        assert read_models.work_list(session) == []
        with pytest.raises(ValueError, match="never for all"):
            work_items.close_items(session, by="ann", on=TODAY)


def test_a_timeline_tells_business_time_order_and_each_key_once(books: Books, organisation: int) -> None:
    (number,) = _claims(books, organisation, 1)
    with books.transaction(organisation) as session:
        for key, days, what in (("b", 9, "Paid"), ("a", 2, "Sent"), ("a", 2, "Sent again")):
            timeline.note(
                session,
                organisation,
                key=key,
                at=NOW + timedelta(days=days),
                by="system",
                what=what,
                claim_number=number,
            )
        told = read_models.timeline(session, number)
    assert [entry["what"] for entry in told] == ["Checked in", "Sent", "Paid"]
    assert set(told[0]) == {"at", "by", "what", "why"}


@pytest.mark.parametrize(
    "narrowed",
    [
        {},
        {"stage": "checked_in"},
        {"payer": "PPO01"},
        {"owes": "patient"},
        {"stage": "checked_in", "payer": "PPO01"},
        {"after": 10**9},
    ],
)
def test_the_first_page_of_claims_is_read_by_index(
    books: Books, organisation: int, narrowed: dict[str, object]
) -> None:
    _claims(books, organisation, 2)
    statements: list[tuple[str, object]] = []

    def keep(_c: object, _cu: object, statement: str, parameters: object, *_: object) -> None:
        statements.append((statement, parameters))

    with books.transaction(organisation) as session:
        # Two rows fit one block: without this the planner rightly prefers to read it whole.
        session.execute(text("set local enable_seqscan = off"))
        event.listen(books.engine, "before_cursor_execute", keep)
        read_models.claim_list(session, **narrowed)  # type: ignore[arg-type]
        event.remove(books.engine, "before_cursor_execute", keep)
        statement, parameters = next(pair for pair in statements if "FROM claims" in pair[0])
        plan = session.connection().exec_driver_sql(f"explain {statement}", parameters).scalars().all()  # type: ignore[arg-type]
    assert any("using ix_claims_" in line or "using uq_claims_" in line for line in plan), plan
    assert not any("Sort" in line for line in plan), plan
