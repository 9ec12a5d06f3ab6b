"""``claimflow payment card``, ``card-settle``, ``card-webhook``: cards by token, charged once and posted once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import options, output
from cli.cash import values
from cli.connection import open_books, require_organisation
from cli.deciding import practice_now
from cli.failures import Negative

if TYPE_CHECKING:
    from storage.unit_of_work import Books


def register(payments: typer.Typer) -> None:
    """Add the commands to ``claimflow payment``."""
    payments.command("card")(card)
    payments.command("card-settle")(settle)
    payments.command("card-webhook")(webhook)


def card(
    account: options.AccountNumber,
    amount: Annotated[str, typer.Option("--amount", metavar="DOLLARS")],
    token: Annotated[str, typer.Option("--token", envvar="CLAIMFLOW_CARD_TOKEN", help="The gateway's; no number.")],
    key: Annotated[str, typer.Option("--id", metavar="ID", help="One click: repeated, it charges nothing again.")],
    by: options.By,
    claim: Annotated[list[int] | None, typer.Option("--claim", help="A visit that they chose to pay.")] = None,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Charge a card and post it. Exit 1 when it is declined, or when nobody knows yet: then repeat the same --id."""
    from activities.cards import CardPayment, CardRefused, pay_by_card
    from gateways.cards import CardSettings, HttpCardGateway

    cents = values.positive_cents(amount)
    gateway = HttpCardGateway(CardSettings.from_environment())
    with open_books() as books:
        at = _now(books, organisation, account)
        try:
            done = pay_by_card(
                books,
                gateway,
                CardPayment(
                    organisation_id=organisation,
                    account_number=account,
                    amount_cents=cents,
                    token=token,
                    key=key,
                    by=by.strip(),
                    at=at,
                    claims=tuple(claim or ()),
                ),
            )
        except (CardRefused, ValueError) as refused:
            raise Negative(str(refused)) from None
    _print([done], as_json)
    raise typer.Exit(0 if done["state"] == "charged" else 1)


def settle(organisation: options.Organisation = 1, as_json: options.AsJson = False) -> None:
    """Ask the gateway about every charge whose end nobody knows, and post what it took."""
    from activities.cards import settle_open
    from gateways.cards import CardSettings, HttpCardGateway

    gateway = HttpCardGateway(CardSettings.from_environment())
    with open_books() as books:
        at = _now(books, organisation)
        _print(settle_open(books, gateway, organisation, at), as_json)


def webhook(
    body: Annotated[Path, typer.Argument(metavar="BODY", exists=True, dir_okay=False, help="The body as it came.")],
    signature: Annotated[str, typer.Option("--signature", help="Its X-Signature.")],
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Take a gateway's webhook: posted once however often it comes; a wrong signature is refused (exit 1)."""
    from activities.cards import CardRefused, webhook_came
    from gateways.cards import CardSettings, WebhookForged, read_webhook

    settings = CardSettings.from_environment()
    with open_books() as books:
        at = _now(books, organisation)
        try:
            answer = read_webhook(body.read_bytes(), signature, settings.secret)
            done = webhook_came(books, organisation, answer, at)
        except (WebhookForged, CardRefused) as refused:
            raise Negative(str(refused)) from None
    if done is None:
        raise Negative("no payment of ours asked for this charge: a person looks at it (`claimflow work list`)")
    _print([done], as_json)


def _now(books: Books, organisation: int, account: int | None = None) -> Any:
    from storage import account_views

    with books.transaction(organisation) as session:
        require_organisation(session, organisation)
        if account is not None:
            account_views.get(session, account)
    return practice_now(books, organisation).at


def _print(rows: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        output.print_json(rows)
        return
    for row in rows:
        receipt = f", receipt {row['receipt']}" if row["receipt"] else ""
        why = f" ({row['why']})" if row["why"] else ""
        words = {"intended": "not known yet: repeat the same --id, or run card-settle"}.get(row["state"], row["state"])
        output.stdout().print(
            f"account {row['account']}: {output.money(row['amount_cents'])} by card {words}{why}{receipt}"
        )
    if not rows:
        output.stdout().print("no charge is open")
