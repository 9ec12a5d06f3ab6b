"""``claimflow remit enter``, ``remit enter-schema``, ``claimflow payment``: money that is no 835, typed from paper."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import options, output
from cli.cash import returning, values
from cli.deciding import Now, decided
from cli.failures import Negative
from domain.cash.payment import HandPayment, PaymentMethod

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

payments = typer.Typer(help="Patients' money by hand.", no_args_is_help=True)
returning.register(payments)

BatchFile = Annotated[
    Path,
    typer.Argument(
        metavar="FILE.json", exists=True, readable=True, dir_okay=False, help="As `claimflow remit enter-schema` says."
    ),
]
AsPrinted = Annotated[
    bool, typer.Option("--as-printed", help="The paper itself does not balance: hold what does not for a decision.")
]


def register(remittances: typer.Typer) -> None:
    """Add the commands to ``claimflow remit``."""
    remittances.command("enter")(enter)
    remittances.command("enter-schema")(enter_schema)


def enter(
    file: BatchFile,
    by: options.By,
    as_printed: AsPrinted = False,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Enter paper EOBs, and the payments of their deposit slip: balanced and posted as an 835 is, once.

    A batch that does not sum to its slip, or an EOB that does not balance, is refused with the arithmetic: exit 1.
    """
    done = _enter(file, by, organisation, as_printed=as_printed)
    if as_json:
        output.print_json(done)
        return
    for one in done["remittances"]:
        states = ", ".join(f"{count} {output.words(state)}" for state, count in one["claims"].items()) or "no claims"
        output.stdout().print(
            f"remittance {one['remittance']}, trace {one['trace']}: {output.money(one['payment_cents'])}, {states}"
        )
    _print_payments(done["payments"])
    if not done["new"]:
        output.stdout().print("this document was entered before: nothing was changed")


def enter_schema(
    as_json: bool = typer.Option(False, "--json", hidden=True),  # noqa: ARG001 - it is JSON either way
) -> None:
    """Print the JSON Schema of what `remit enter` and `payment batch` read."""
    from edi.money_by_hand import SCHEMA

    output.print_json(SCHEMA)


@payments.command("batch")
def batch(
    file: BatchFile,
    by: options.By,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Enter the payments of one deposit slip: all of them, or none when they do not sum to the slip (exit 1)."""
    done = _enter(file, by, organisation, as_printed=False)
    if as_json:
        output.print_json(done)
        return
    _print_payments(done["payments"])
    if not done["new"]:
        output.stdout().print("this document was entered before: nothing was changed")


@payments.command("add")
def add(
    account: options.AccountNumber,
    amount: Annotated[str, typer.Option("--amount", metavar="DOLLARS", help="What was paid, such as 25.00.")],
    reference: Annotated[str, typer.Option("--reference", help="Check, authorisation or receipt number.")],
    by: options.By,
    method: Annotated[PaymentMethod, typer.Option("--method", help="How it was paid.")] = PaymentMethod.CHECK,
    received_on: Annotated[str | None, typer.Option("--date", metavar="DAY", help="Received on; today.")] = None,
    slip: Annotated[str, typer.Option("--slip", help="Number of the deposit slip.")] = "",
    business_id: Annotated[
        str, typer.Option("--id", metavar="ID", help="Your own id: repeated, it changes nothing.")
    ] = "",
    claim: Annotated[list[int] | None, typer.Option("--claim", help="A visit that the patient chose to pay.")] = None,
    statement: Annotated[
        int | None, typer.Option("--statement", min=1, help="The statement whose slip came with the money.")
    ] = None,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Book a payment: to the visits chosen, those of the statement, then the oldest; the rest is credit."""
    from activities.cash.by_hand import Entering, enter_payments

    cents = values.positive_cents(amount)
    day = values.day(received_on) if received_on is not None else None
    if not reference.strip():
        raise typer.BadParameter("--reference must name the check, the authorisation or the receipt")

    def work(session: Session, now: Now) -> dict[str, Any]:
        if day is not None and day > now.today:
            raise Negative(f"{day} has not come yet: today is {now.today}")
        _require_of_account(session, account, claim or [], statement)
        payment = HandPayment(
            account_number=account,
            amount_cents=cents,
            method=method,
            reference=reference.strip(),
            received_on=day or now.today,
            slip=slip.strip(),
            own_id=business_id.strip(),
            claims=tuple(claim or ()),
            statement_number=statement,
        )
        who = Entering(session=session, organisation_id=organisation, by=by.strip(), at=now.at, today=now.today)
        return enter_payments(who, [payment])[0]

    done = decided(organisation, by, work)
    if as_json:
        output.print_json(done)
    else:
        _print_payments([done])


def _require_of_account(session: Session, account: int, claims: list[int], statement: int | None) -> None:
    from storage.models import Claim, Statement

    for number in claims:
        row = session.get(Claim, number)
        if row is None or row.account_number != account:
            raise Negative(f"account {account} has no claim {number}: look at `claimflow account show {account}`")
    if statement is not None:
        sent = session.get(Statement, statement)
        if sent is None or sent.account_number != account:
            raise Negative(
                f"account {account} has no statement {statement}: look at `claimflow account show {account}`"
            )


def _enter(file: Path, by: str, organisation: int, *, as_printed: bool) -> dict[str, Any]:
    from activities.cash.by_hand import Entering, enter_batch
    from activities.parties import submitter
    from edi import money_by_hand
    from edi.errors import EdiError

    content = file.read_bytes()

    def work(session: Session, now: Now) -> dict[str, Any]:
        try:
            found = money_by_hand.read(content, payee_npi=submitter(session, organisation).npi, today=now.today)
        except EdiError as error:
            raise Negative(f"{file}: {error}") from None
        who = Entering(session=session, organisation_id=organisation, by=by.strip(), at=now.at, today=now.today)
        return enter_batch(who, found, content, file.name, as_printed=as_printed)

    return decided(organisation, by, work)


def _print_payments(done: list[dict[str, Any]]) -> None:
    for one in done:
        what = f"receipt {one['receipt']}" if one["new"] else "was booked before; nothing was changed"
        output.stdout().print(f"account {one['account']}: {output.money(one['amount_cents'])}, {what}")
