"""``claimflow account``: what a guarantor owes, was asked for and paid, and what people decide about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from cli import options, output
from cli.cash.entering import payments
from cli.connection import open_books, reading, require_organisation
from cli.failures import Negative
from cli.money import agreements, cards, papers

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from storage.account_decisions import Decision
    from storage.models import Account

app = typer.Typer(help="What a guarantor owes, was asked for and paid.", no_args_is_help=True)
agreements.register(app)
papers.register(app, payments)
cards.register(payments)


@app.command("show")
def show_account(
    account: options.AccountNumber, organisation: options.Organisation = 1, as_json: options.AsJson = False
) -> None:
    """Show an account: open cents by claim, statements, payments, and what comes next."""
    from cli.claims.timeline import local
    from storage import account_views
    from storage.models import Organisation

    with reading(organisation) as session:
        shown = account_views.account_show(session, account)
        zone = ZoneInfo(session.get_one(Organisation, organisation).time_zone)
    if as_json:
        output.print_json(shown)
        return
    output.print_facts(
        f"Account {account}",
        {
            "stage": output.words(shown["stage"]),
            "open": output.money(shown["balance_cents"]),
            "waits for": shown["next_what"],
            "next date": shown["next_date"],
            "owner": output.words(shown["owner"]),
        },
    )
    _print_money(shown)
    output.print_table(
        "\nWhat happened",
        ("when", "by", "what", "why"),
        (
            (local(entry["at"], zone), output.words(entry["by"]), entry["what"], entry["why"])
            for entry in shown["timeline"]
        ),
        empty="\nNothing happened yet.",
    )


@app.command("approve-placement")
def approve_placement(
    account: options.AccountNumber,
    by: options.By,
    reason: options.Reason,
    business_id: Annotated[
        str | None, typer.Option("--id", metavar="ID", help="Your own id: repeated, it changes nothing.")
    ] = None,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Approve that an unpaid account goes to a collection agency: the decision of a named person."""
    from storage.clock import PostgresBusinessClock

    with open_books() as books:
        with books.transaction(organisation) as session:
            require_organisation(session, organisation)
        now = PostgresBusinessClock(books).now()
        used, decision = books.run(
            organisation, lambda session: _approve(session, organisation, account, business_id, by, reason, now)
        )
    if as_json:
        output.print_json({"account": account, "id": used, "by": decision.by, "new": decision.new})
    elif decision.new:
        output.stdout().print(f"account {account}: the hand-over is approved by {decision.by}; the account acts on it")
    else:
        output.stdout().print(f"account {account}: {decision.by} approved this before; nothing was changed")


def _approve(
    session: Session, organisation: int, account: int, business_id: str | None, by: str, reason: str, now: datetime
) -> tuple[str, Decision]:
    from storage import account_decisions, account_views

    if not by.strip() or not reason.strip():
        raise Negative("--by and --reason must say something: the decision is kept with both")
    row = account_views.get(session, account)
    if business_id is None:
        # One approval for one cycle of statements: repeating the command repeats the id.
        business_id = f"approve-placement:{account}:{row.cycle_started_on or 'no-cycle'}"
    if not account_decisions.is_known(session, organisation, business_id):
        _require_question(session, row)
    try:
        decision = account_decisions.approve_placement(
            session,
            organisation,
            account,
            business_id=business_id,
            by=by.strip(),
            reason=reason.strip(),
            business_at=now,
        )
    except account_decisions.BusinessIdTaken as taken:
        raise Negative(str(taken)) from None
    return business_id, decision


def _require_question(session: Session, row: Account) -> None:
    """An approval answers the account's own question; given before it is asked, it would skip the reminders.

    Raises:
        Negative: the account does not ask.
    """
    from storage import account_decisions

    if row.stage == "settled":
        raise Negative(f"account {row.number} is settled: nothing is open that could be handed over")
    if not account_decisions.asks_for_placement(session, row.number):
        raise Negative(f"account {row.number} does not ask for an approval yet; it waits for {row.next_what}")


def _print_money(shown: dict[str, Any]) -> None:
    output.print_table(
        "\nOpen by claim",
        ("claim", "open"),
        ((entry["claim"], output.money(entry["cents"])) for entry in shown["claims"]),
        right=("open",),
        empty="\nNothing is open.",
    )
    output.print_table(
        "\nStatements",
        ("statement", "kind", "date", "balance"),
        (
            (row["statement"], output.words(row["kind"]), row["date"], output.money(row["balance_cents"]))
            for row in shown["statements"]
        ),
        right=("balance",),
        empty="\nNo statement was sent.",
    )
    output.print_table(
        "\nPayments",
        ("receipt", "date", "amount", "method", "reference"),
        (
            (row["receipt"], row["date"], output.money(row["amount_cents"]), row["method"], row["reference"])
            for row in shown["payments"]
        ),
        right=("amount",),
        empty="\nNothing was paid.",
    )
