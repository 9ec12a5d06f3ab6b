"""Lists, claims, timelines, ledgers, accounts and work as people and scripts see them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from domain.billing.schedule import StepKind
from domain.claim.stages import Owes, Stage
from domain.ledger.chart import LedgerAccount
from storage import claims, work_items
from storage.models import Account, Command, Organisation, WorkflowMessage
from storage.organisations import ensure_local_practice
from storage.unit_of_work import Books
from tests.integration.cli.conftest import CommandLine
from tests.integration.storage.samples import NOW, TODAY, check_in, encounter, leg, post

LIST_KEYS = {"claim", "stage", "payer", "owes", "open_cents", "next_date", "owner"}


@pytest.fixture
def three(books: Books, practice: int) -> list[int]:
    """Three claims, the second denied with 175 dollars open."""
    numbers = [check_in(books, practice, encounter(n)).claim_number for n in (1, 2, 3)]
    with books.transaction(practice) as session:
        post(
            session,
            practice,
            "charge",
            leg(LedgerAccount.PAYER_RECEIVABLE, 17500, claim_number=numbers[1]),
            leg(LedgerAccount.REVENUE, -17500, claim_number=numbers[1]),
        )
        for stage in (Stage.WITH_PAYER, Stage.DENIED):
            claims.set_stage(
                session,
                numbers[1],
                stage=stage,
                owes=Owes.PAYER,
                next_at=NOW + timedelta(days=3),
                next_what="a biller to work the denial",
                owner="biller",
            )
        work_items.open_item(
            session,
            practice,
            key="denied",
            kind="denied",
            reason="Denied (CO-197)",
            remedy="Get the authorization",
            owner="biller",
            due_on=TODAY,
            opened_on=TODAY,
            claim_number=numbers[1],
        )
    return numbers


@pytest.fixture
def owing(books: Books, practice: int, three: list[int]) -> int:
    """The account of the claims, with 20 dollars open and its cycle begun."""
    with books.transaction(practice) as session:
        account = session.scalars(select(Account.number)).one()
        post(
            session,
            practice,
            "share",
            leg(LedgerAccount.PATIENT_RECEIVABLE, 2000, claim_number=three[0], account_number=account),
            leg(LedgerAccount.PAYER_RECEIVABLE, -2000, claim_number=three[0]),
        )
        session.execute(
            update(Account).values(
                stage="open", next_at=NOW, next_what="a reminder", owner="patient_accounts", cycle_started_on=TODAY
            )
        )
    return account


def test_the_list_holds_the_promised_keys_newest_first(run: CommandLine, three: list[int]) -> None:
    document = run("claim", "list", "--json").document
    assert [row["claim"] for row in document] == sorted(three, reverse=True)
    assert all(set(row) == LIST_KEYS for row in document)
    denied = document[1]
    assert (denied["stage"], denied["open_cents"], denied["owner"]) == ("denied", 17500, "biller")
    assert denied["next_date"] == "2026-03-05"


@pytest.mark.parametrize(
    ("filters", "places"),
    [
        (("--stage", "denied"), [1]),
        (("--payer", "PPO01", "--limit", 2), [2, 1]),
        (("--payer", "MCARE"), []),
        (("--owes", "patient"), []),
        (("--owes", "payer"), [2, 1, 0]),
    ],
)
def test_the_list_is_filtered(
    run: CommandLine, three: list[int], filters: tuple[object, ...], places: list[int]
) -> None:
    found = run("claim", "list", "--json", *filters).document
    assert [row["claim"] for row in found] == [three[place] for place in places]


def test_pages_follow_each_other_and_the_next_one_is_named(run: CommandLine, three: list[int]) -> None:
    first = run("claim", "list", "--limit", 2)
    assert first.error_line == f"more may follow: --after {three[1]}"
    second = run("claim", "list", "--limit", 2, "--after", three[1], "--json")
    assert [row["claim"] for row in second.document] == [three[0]]
    assert second.stderr == ""


def test_the_table_is_written_for_people(run: CommandLine, three: list[int]) -> None:
    table = run("claim", "list").stdout
    assert "next date" in table
    assert f"{three[1]}  denied" in table
    assert "$175.00" in table
    assert "\x1b" not in table
    assert run("claim", "list", "--stage", "closed").stdout == "no claim fits\n"


def test_a_claim_is_shown_in_full(run: CommandLine, three: list[int]) -> None:
    shown = run("claim", "show", three[1], "--json").document
    assert set(shown) >= LIST_KEYS | {"attempts", "balances", "lines"}
    assert shown["balances"] == {"payer_receivable": 17500, "revenue": -17500}
    assert [line["procedure"] for line in shown["lines"]] == ["99213", "81002"]
    words = run("claim", "show", three[1]).stdout
    assert "a biller to work the denial" in words
    assert "Nothing was sent to the payer yet." in words


def test_a_claim_that_nobody_has_is_a_negative_answer(run: CommandLine, three: list[int]) -> None:
    for command in (("claim", "show"), ("claim", "timeline"), ("ledger", "explain")):
        ran = run(*command, 77, "--json")
        assert (ran.exit_code, ran.document) == (1, {"error": "no claim has the number 77"})
        assert ran.error_line == "claimflow: no claim has the number 77"


def test_the_timeline_holds_the_promised_keys_and_the_practices_time(run: CommandLine, three: list[int]) -> None:
    ran = run("claim", "timeline", three[0], "--json")
    assert [set(entry) for entry in ran.document] == [{"at", "by", "what", "why"}]
    # Three in the afternoon in London is ten in the morning in Ohio.
    assert "2026-03-02 10:00  desk" in run("claim", "timeline", three[0]).stdout


def test_every_cent_says_what_it_rests_on(run: CommandLine, three: list[int]) -> None:
    explained = run("ledger", "explain", three[1], "--json").document
    (posting,) = explained["postings"]
    assert posting["cites"] == "test"
    assert [(one["ledger_account"], one["amount_cents"]) for one in posting["legs"]] == [
        ("payer_receivable", 17500),
        ("revenue", -17500),
    ]
    assert sum(explained["balances"].values()) == 0
    assert "payer receivable  $175.00" in run("ledger", "explain", three[1]).stdout
    assert "nothing is booked" in run("ledger", "explain", three[2]).stdout


def test_the_trial_balance_is_shown(run: CommandLine, three: list[int]) -> None:
    document = run("ledger", "balance", "--json").document
    assert document["balanced"] is True
    assert set(document["accounts"]) == {account.value for account in LedgerAccount}
    assert document["accounts"]["payer_receivable"] == 17500
    assert run("ledger", "balance").stdout.endswith("the books balance\n")


def test_open_work_is_listed_by_owner_and_kind(run: CommandLine, three: list[int]) -> None:
    (item,) = run("work", "list", "--json").document
    assert (item["claim"], item["kind"], item["owner"], item["due_on"]) == (three[1], "denied", "biller", "2026-03-02")
    assert run("work", "list", "--owner", "front_desk", "--json").document == []
    assert run("work", "list", "--kind", "coverage").stdout == "nothing to do\n"
    assert "Get the authorization" in run("work", "list", "--owner", "biller").stdout


def test_an_account_shows_what_is_open_and_what_comes_next(run: CommandLine, three: list[int], owing: int) -> None:
    shown = run("account", "show", owing, "--json").document
    assert (shown["balance_cents"], shown["claims"]) == (2000, [{"claim": three[0], "cents": 2000}])
    assert (shown["next_date"], shown["next_what"]) == ("2026-03-02", "a reminder")
    assert (shown["statements"], shown["payments"]) == ([], [])
    assert "$20.00" in run("account", "show", owing).stdout
    assert run("account", "show", 5).error_line == "claimflow: no account has the number 5"


def _approve(run: CommandLine, account: int) -> tuple[int, str]:
    ran = run("account", "approve-placement", account, "--by", "bob", "--reason", "no answer", "--json")
    return ran.exit_code, ran.stderr


def test_nobody_approves_a_placement_before_the_account_asks(run: CommandLine, books: Books, owing: int) -> None:
    code, line = _approve(run, owing)
    assert code == 1
    assert line.startswith(f"claimflow: account {owing} does not go to an agency: ")
    assert "statements (0 went out" in line
    with books.system() as session:
        session.execute(update(Account).values(stage="settled", next_at=None))
        assert session.scalars(select(Command)).all() == []
    assert "is settled" in _approve(run, owing)[1]


def test_an_approval_is_refused_by_the_names_of_the_conditions_that_are_not_met(
    run: CommandLine, books: Books, practice: int, owing: int
) -> None:
    with books.transaction(practice) as session:
        work_items.open_item(
            session,
            practice,
            key="approve",
            kind=StepKind.PLACEMENT_APPROVAL.value,
            reason="no answer",
            remedy="approve",
            owner="patient_accounts",
            due_on=TODAY,
            opened_on=TODAY,
            account_number=owing,
        )
    for command in (("account", "approve-placement"), ("collections", "approve")):
        ran = run(*command, owing, "--by", "bob", "--reason", "no answer")
        assert ran.exit_code == 1
        for condition in ("waited", "assistance offered", "plan offered", "notice"):
            assert f"{condition} (" in ran.error_line, "each condition is named"
    with books.system() as session:
        assert session.scalars(select(Command)).all() == []
        bells = session.scalars(select(WorkflowMessage.id).where(WorkflowMessage.recipient == "account")).all()
        assert bells == []


def test_one_organisation_does_not_see_anothers_claims(run: CommandLine, books: Books, three: list[int]) -> None:
    with books.system() as session:
        other = Organisation(name="Harbor Orthopedics", provider={})
        session.add(other)
        session.flush()
        number = other.id
    assert run("claim", "list", "--organisation", number, "--json").document == []
    ran = run("claim", "show", three[0], "--organisation", number)
    assert (ran.exit_code, ran.error_line) == (1, f"claimflow: no claim has the number {three[0]}")


def test_an_organisation_that_nobody_has_is_said_so(run: CommandLine, three: list[int]) -> None:
    ran = run("claim", "list", "--organisation", 99)
    assert (ran.exit_code, ran.error_line) == (2, "claimflow: no organisation has the number 99: check --organisation")


def test_the_local_practice_is_written_once_and_others_get_later_numbers(books: Books, practice: int) -> None:
    with books.system() as session:
        assert not ensure_local_practice(session)
        other = Organisation(name="Next", provider={})
        session.add(other)
        session.flush()
        assert other.id == practice + 1
        assert session.get_one(Organisation, practice).provider["npi"] == "1234567893"


def test_a_database_without_our_schema_is_told_how_to_get_it(postgres_url: str, run: CommandLine) -> None:
    from stack.postgres import create_database, drop_database
    from tests.unit.cli.commands import claimflow

    url = create_database(postgres_url, "empty_for_cli")
    try:
        ran = claimflow("claim", "list", DATABASE_URL=url)
    finally:
        drop_database(postgres_url, "empty_for_cli")
    assert ran.exit_code == 2
    assert "the database has no claimflow schema: run `python -m storage.migrate`" in ran.error_line
