"""The database itself refuses what would falsify the books, whoever asks."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from domain.ledger.chart import LedgerAccount, Unbalanced
from storage import ledger
from storage.unit_of_work import Books
from tests.integration.storage.samples import leg, post

BANK, REVENUE = LedgerAccount.BANK, LedgerAccount.REVENUE

_POSTING = (
    "insert into postings (organisation_id, key, kind, cites, by, business_date, transaction_id) "
    "values (:org, :key, 'charge', 'test', 'test', '2026-03-02', 0) returning id"
)
_ENTRIES = "insert into entries (organisation_id, posting_id, ledger_account, amount_cents) values "


def _enter(session: Session, org: int, posting: int, *legs: tuple[str, int]) -> None:
    """All legs by one statement."""
    rows = ", ".join(f"({org}, {posting}, '{account}', {cents})" for account, cents in legs)
    session.execute(text(_ENTRIES + rows))


def _posting(session: Session, org: int, key: str) -> int:
    number: int = session.scalars(text(_POSTING), {"org": org, "key": key}).one()
    return number


Role = Callable[[], AbstractContextManager[Session]]


@pytest.fixture(params=["organisation's role", "superuser"])
def role(request: pytest.FixtureRequest, books: Books, organisation: int) -> Role:
    own = request.param == "organisation's role"
    return lambda: books.transaction(organisation) if own else books.system()


def _write(role: Role, org: int, key: str, *statements: tuple[tuple[str, int], ...]) -> None:
    """A posting with its entries in so many statements."""
    with role() as session:
        posting = _posting(session, org, key)
        for legs in statements:
            _enter(session, org, posting, *legs)


def test_an_unbalanced_posting_is_refused(role: Role, organisation: int, books: Books) -> None:
    with pytest.raises(IntegrityError, match=r"posting lopsided does not balance: .* sum to 40 cents"):
        _write(role, organisation, "lopsided", (("bank", 100), ("revenue", -60)))
    with books.system() as session:
        assert session.scalar(text("select count(*) from postings")) == 0


def test_one_unbalanced_posting_among_many_of_a_statement_is_found(role: Role, organisation: int) -> None:
    def write() -> None:
        with role() as session:
            even, odd = _posting(session, organisation, "even"), _posting(session, organisation, "odd")
            rows = ((even, "bank", 5), (odd, "bank", 5), (even, "revenue", -5), (odd, "revenue", 1))
            given = ", ".join(f"({organisation}, {posting}, '{account}', {cents})" for posting, account, cents in rows)
            session.execute(text(_ENTRIES + given))

    with pytest.raises(IntegrityError, match=r"posting odd does not balance: .* sum to 6 cents"):
        write()


def test_a_posting_without_entries_is_refused_at_commit(role: Role, organisation: int) -> None:
    with pytest.raises(IntegrityError, match="posting hollow has no entries"), role() as session:
        _posting(session, organisation, "hollow")


def test_a_balanced_posting_is_taken_also_in_two_statements_that_balance(role: Role, organisation: int) -> None:
    _write(role, organisation, "even", (("bank", 100), ("revenue", -100)), (("bank", 7), ("revenue", -7)))
    with role() as session:
        assert ledger.trial_balance(session)["bank"] == 107
        assert ledger.is_balanced(session)


def test_a_posting_written_leg_by_leg_is_refused_at_its_first_leg(role: Role, organisation: int) -> None:
    with pytest.raises(IntegrityError, match=r"posting halved does not balance: .* sum to 100 cents"):
        _write(role, organisation, "halved", (("bank", 100),), (("revenue", -100),))


def test_checking_early_does_not_let_a_later_entry_through(role: Role, organisation: int) -> None:
    def write() -> None:
        with role() as session:
            posting = _posting(session, organisation, "tricked")
            _enter(session, organisation, posting, ("bank", 100), ("revenue", -100))
            session.execute(text("set constraints all immediate"))
            session.execute(text("set constraints all deferred"))
            _enter(session, organisation, posting, ("bank", 7))

    with pytest.raises(IntegrityError, match="posting tricked does not balance"):
        write()


def test_no_entry_passes_where_a_session_switches_triggers_off(books: Books, organisation: int) -> None:
    def write() -> None:
        with books.system() as session:
            session.execute(text("set local session_replication_role = replica"))
            _enter(session, organisation, _posting(session, organisation, "sneaked"), ("bank", 100))

    with pytest.raises(IntegrityError, match="posting sneaked does not balance"):
        write()


def test_an_entry_cannot_be_added_to_a_posting_of_an_earlier_transaction(
    role: Role, books: Books, organisation: int
) -> None:
    with books.transaction(organisation) as session:
        post(session, organisation, "old", leg(BANK, 5), leg(REVENUE, -5))
        posting = session.scalars(text("select id from postings")).one()

    def add() -> None:
        with role() as session:
            _enter(session, organisation, posting, ("bank", 9), ("revenue", -9))

    with pytest.raises(IntegrityError, match="was written by an earlier transaction"):
        add()


def test_an_entry_of_one_organisation_cannot_join_a_posting_of_another(
    books: Books, organisation: int, other_organisation: int
) -> None:
    def share() -> None:
        with books.system() as session:
            posting = _posting(session, organisation, "shared")
            _enter(session, other_organisation, posting, ("bank", 9), ("revenue", -9))

    with pytest.raises(IntegrityError, match="belongs to another organisation"):
        share()


@pytest.mark.parametrize(
    "statement",
    [
        "update entries set amount_cents = amount_cents * 2",
        "update postings set cites = 'something else'",
        "insert into postings select * from postings on conflict (id) do update set cites = 'x'",
        "delete from entries",
        "delete from postings",
        "truncate entries",
        "truncate postings cascade",
        "truncate organisations cascade",
        "set session_replication_role = replica; delete from entries",
    ],
)
def test_nobody_changes_or_deletes_what_was_posted(role: Role, statement: str, books: Books, organisation: int) -> None:
    with books.transaction(organisation) as session:
        post(session, organisation, "posted", leg(BANK, 5), leg(REVENUE, -5))
    with pytest.raises(DBAPIError, match=r"refused: the ledger is append only|permission denied"), role() as session:
        session.execute(text(statement))
    with books.system() as session:
        assert session.scalars(text("select sum(abs(amount_cents)) from entries")).one() == 10


def test_the_refusal_of_a_superusers_change_says_what_to_do(books: Books, organisation: int) -> None:
    refusal = r"DELETE of postings refused: .* reverse the posting instead"
    with pytest.raises(IntegrityError, match=refusal), books.system() as session:
        session.execute(text("delete from postings"))


def test_an_account_outside_the_chart_is_refused(books: Books, organisation: int) -> None:
    def write() -> None:
        with books.system() as session:
            _enter(session, organisation, _posting(session, organisation, "odd"), ("petty_cash", 1))

    with pytest.raises(IntegrityError, match="ck_entries_ledger_account"):
        write()


def test_the_chart_in_the_database_is_the_chart_of_the_domain(books: Books, organisation: int) -> None:
    with books.transaction(organisation) as session:
        for account in LedgerAccount:
            post(session, organisation, account.value, leg(account, 5), leg(account, -5))
        assert ledger.trial_balance(session) == {account.value: 0 for account in LedgerAccount}


def test_the_same_key_is_posted_once(books: Books, organisation: int) -> None:
    with books.transaction(organisation) as session:
        assert post(session, organisation, "once", leg(BANK, 5), leg(REVENUE, -5))
    with books.transaction(organisation) as session:
        assert not post(session, organisation, "once", leg(BANK, 5), leg(REVENUE, -5))
        assert ledger.trial_balance(session)["bank"] == 5


def test_an_unbalanced_posting_is_named_before_anything_is_written(books: Books, organisation: int) -> None:
    with books.transaction(organisation) as session:
        with pytest.raises(Unbalanced, match="differ by 1 cents"):
            post(session, organisation, "uneven", leg(BANK, 6), leg(REVENUE, -5))
        assert ledger.trial_balance(session)["bank"] == 0
