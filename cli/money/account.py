"""``claimflow account``: what a guarantor owes, was asked for and paid, and what people decide about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from cli import options, output
from cli.cash.entering import payments
from cli.connection import reading
from cli.failures import Negative
from cli.money import agreements, cards, papers, rules

if TYPE_CHECKING:
    from activities.account.balance import OpenAccount
    from activities.cases.desk import Desk
    from storage.account_decisions import Decision

app = typer.Typer(help="What a guarantor owes, was asked for and paid.", no_args_is_help=True)
agreements.register(app)
papers.register(app, payments)
rules.register(app)
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
    """Approve that an unpaid account goes to a collection agency: refused while a condition is not met."""
    used, decision = approved(organisation, account, by, reason, business_id)
    if as_json:
        output.print_json({"account": account, "id": used, "by": decision.by, "new": decision.new})
    elif decision.new:
        output.stdout().print(f"account {account}: the hand-over is approved by {decision.by}; the account acts on it")
    else:
        output.stdout().print(f"account {account}: {decision.by} approved this before; nothing was changed")


def approved(
    organisation: int, account: int, by: str, reason: str, business_id: str | None
) -> tuple[str, Decision]:
    """Approve the hand-over, every condition looked at under the account's lock.

    Raises:
        Negative: a condition is not met, or the account does not ask; the line names it.
    """
    from activities.care.approving import approve_placement as approve
    from activities.care.case import NotPossible
    from cli.care import doing
    from storage.account_decisions import BusinessIdTaken

    def work(desk: Desk, locked: OpenAccount) -> tuple[str, Decision]:  # noqa: ARG001 - the account knows the day
        return approve(locked, by=by, reason=reason, business_id=business_id)

    try:
        return doing.with_account(organisation, account, work)
    except (NotPossible, BusinessIdTaken) as refused:
        raise Negative(str(refused)) from None


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
