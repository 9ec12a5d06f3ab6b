"""``claimflow payment list | returned``: what a patient paid, and a payment that came back unpaid."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import options, output
from cli.connection import reading
from cli.deciding import Now, decided

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


class What(StrEnum):
    """What came back."""

    CHECK = "returned check"
    CHARGEBACK = "chargeback"


def register(payments: typer.Typer) -> None:
    """Add the commands to ``claimflow payment``."""
    payments.command("list")(list_payments)
    payments.command("returned")(returned)


def list_payments(
    account: options.AccountNumber,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """List what was paid on an account, the newest first, and what of it came back."""
    from storage import account_views, slips

    with reading(organisation) as session:
        account_views.get(session, account)
        rows = slips.receipts_of(session, account)
    if as_json:
        output.print_json(rows)
        return
    output.print_table(
        "",
        ("receipt", "received", "amount", "method", "reference", "came back"),
        (
            (
                row["receipt"],
                row["received_on"],
                output.money(row["amount_cents"]),
                row["method"],
                row["reference"],
                row["came_back_on"] or "",
            )
            for row in rows
        ),
        right=("amount",),
        empty="nothing was paid",
    )


def returned(
    receipt: Annotated[int, typer.Argument(metavar="RECEIPT", min=1, help="As `payment list` numbers it.")],
    by: options.By,
    reason: options.Reason,
    chargeback: Annotated[bool, typer.Option("--chargeback", help="A card payment, not a check.")] = False,
    deposit: Annotated[
        int | None, typer.Option("--deposit", min=1, metavar="DEPOSIT", help="The bank's line that took it back.")
    ] = None,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Take back a payment that came back unpaid: what it had settled is owed again. A repeat changes nothing."""
    from activities.cash.by_hand import Entering
    from activities.cash.returned import take_back_payment

    what = What.CHARGEBACK if chargeback else What.CHECK

    def work(session: Session, now: Now) -> dict[str, Any]:
        who = Entering(session=session, organisation_id=organisation, by=by.strip(), at=now.at, today=now.today)
        return take_back_payment(who, receipt, what=what.value, reason=reason.strip(), deposit_id=deposit)

    done = decided(organisation, by, work, reason=reason)
    if as_json:
        output.print_json(done)
        return
    if not done["new"]:
        output.stdout().print(f"receipt {receipt} came back before: nothing was changed")
        return
    claims = f", owed again on claim {', '.join(map(str, done['claims']))}" if done["claims"] else ""
    output.stdout().print(f"receipt {receipt} of account {done['account']}: {output.money(done['amount_cents'])} "
                          f"taken back{claims}")  # fmt: skip
