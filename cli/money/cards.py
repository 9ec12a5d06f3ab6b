"""``claimflow payment card``, ``card-settle``, ``card-webhook``: cards by token, charged once and posted once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import options, output
from cli.cash import values
from cli.connection import open_books, require_organisation, stack_environment
from cli.deciding import practice_now
from cli.failures import Negative

if TYPE_CHECKING:
    from gateways.cards import CardSettings, HttpCardGateway
    from storage.unit_of_work import Books


def register(payments: typer.Typer) -> None:
    """Add the commands to ``claimflow payment``."""
    payments.command("card")(card)
    payments.command("card-settle")(settle)
    payments.command("card-webhook")(webhook)


def card(
    account: options.AccountNumber,
    amount: Annotated[str, typer.Option("--amount", metavar="DOLLARS", help="What is charged, such as 25.00.")],
    token: Annotated[str, typer.Option("--token", envvar="CLAIMFLOW_CARD_TOKEN", help="The gateway's; no number.")],
    key: Annotated[str, typer.Option("--id", metavar="ID", help="One click: repeated, it charges nothing again.")],
    by: options.By,
    claim: Annotated[list[int] | None, typer.Option("--claim", help="A visit that they chose to pay.")] = None,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Charge a card and post it. Exit 1 when it is declined, or when nobody knows yet: then repeat the same --id."""
    from activities.cards import CardPayment, CardRefused, pay_by_card

    cents = values.positive_cents(amount)
    gateway = card_gateway()
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
    from activities.card_ends import settle_charges

    gateway = card_gateway()
    with open_books() as books:
        at = _now(books, organisation)
        _print(settle_charges(books, gateway, organisation, at), as_json)


def webhook(
    body: Annotated[Path, typer.Argument(metavar="BODY", exists=True, dir_okay=False, help="The body as it came.")],
    signature: Annotated[str, typer.Option("--signature", help="Its X-Signature.")],
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Take a gateway's webhook: posted once however often it comes; a wrong signature is refused (exit 1)."""
    from activities.card_ends import take_webhook
    from gateways.cards import WebhookForged, read_webhook

    settings = card_settings()
    with open_books() as books:
        at = _now(books, organisation)
        try:
            answer = read_webhook(body.read_bytes(), signature, settings.secret)
            done = take_webhook(books, answer, at, otherwise=organisation)
        except WebhookForged as refused:
            raise Negative(str(refused)) from None
    if done is None:
        raise Negative("no payment of ours asked for this charge: a person looks at it (`claimflow work list`)")
    _print([done], as_json)


def card_gateway() -> HttpCardGateway:
    """The gateway of the environment, else the running stack's.

    Raises:
        SettingsMissing: there is none, or its secret cannot be read.
    """
    from gateways.cards import HttpCardGateway

    return HttpCardGateway(card_settings())


def card_settings() -> CardSettings:
    """As ``card_gateway``; both variables come from one place, so that no secret goes to another's gateway."""
    from gateways.cards import CardSettings

    return CardSettings.where_configured() or CardSettings.from_environment(stack_environment())


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
