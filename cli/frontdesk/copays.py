"""``claimflow copay``: what is due at the desk, how it was paid, and what became of one that was not."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import options, output
from cli.connection import open_books, reading, require_organisation
from cli.deciding import Now, decided, practice_now
from cli.failures import Negative

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

app = typer.Typer(help="Copays at the desk, and research of those that were not paid.", no_args_is_help=True)

Number = Annotated[int, typer.Argument(metavar="COPAY", min=1, help="The copay's number, such as 45001.")]
Cents = Annotated[int, typer.Option("--cents", min=1, metavar="CENTS", help="The amount in whole cents.")]


class ByHand(StrEnum):
    """What is taken over the counter."""

    CASH = "cash"
    CHECK = "check"


@app.command("due")
def due(
    appointment: options.AppointmentNumber,
    by: options.By,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Say what is due for an appointment, and why."""
    from activities.frontdesk import copays
    from storage import frontdesk, frontdesk_copays

    def work(session: Session, now: Now) -> dict[str, Any]:
        from activities.cases.desk import Desk

        try:
            row = copays.due_at_check_in(Desk.at(session, organisation, now.at), appointment)
        except frontdesk.UnknownAppointment as unknown:
            raise Negative(str(unknown)) from None
        return frontdesk_copays.document(row)

    _show(decided(organisation, by, work), as_json=as_json)


@app.command("collect")
def collect(
    copay: Number,
    cents: Cents,
    method: Annotated[ByHand, typer.Option("--method", help="How it was paid.")],
    reference: Annotated[str, typer.Option("--reference", metavar="TEXT", help="Check or receipt number.")],
    by: options.By,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Take cash or a check: posted once for each reference."""
    from activities.frontdesk import copays
    from domain.cash.payment import PaymentMethod
    from storage import frontdesk_copays

    def work(session: Session, now: Now) -> dict[str, Any]:
        from activities.cases.desk import Desk

        desk = Desk.at(session, organisation, now.at)
        kind = PaymentMethod(method.value)
        try:
            done = copays.collect_by_hand(
                desk, copay, amount_cents=cents, method=kind, reference=reference.strip(), by=by.strip()
            )
        except (frontdesk_copays.UnknownCopay, ValueError) as refused:
            raise Negative(str(refused)) from None
        return frontdesk_copays.document(frontdesk_copays.get(session, copay)) | {
            "receipt": done["receipt"],
            "new": done["new"],
        }

    _show(decided(organisation, by, work), as_json=as_json)


@app.command("charge")
def charge(
    copay: Number,
    cents: Cents,
    token: Annotated[str, typer.Option("--token", envvar="CLAIMFLOW_CARD_TOKEN", help="The gateway's, no number.")],
    click: Annotated[str, typer.Option("--id", metavar="ID", help="Your own id of this click: repeated, it is one.")],
    by: options.By,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Charge a card through the gateway by its token. Exit 1 when it was declined or its end is not known yet."""
    from activities.cards import CardRefused
    from activities.frontdesk import copays
    from cli.money.cards import card_gateway
    from storage import frontdesk_copays

    gateway = card_gateway()
    with open_books() as books:
        with books.transaction(organisation) as session:
            require_organisation(session, organisation)
        now = practice_now(books, organisation)
        try:
            done = copays.collect_by_card(
                books, gateway, organisation, copay, amount_cents=cents, token=token, click=click,
                by=by.strip(), at=now.at,
            )  # fmt: skip
        except (frontdesk_copays.UnknownCopay, CardRefused, ValueError) as refused:
            raise Negative(str(refused)) from None
    if as_json:
        output.print_json(done)
    else:
        output.stdout().print(f"card: {done['state']}{f' ({why})' if (why := done.get('why')) else ''}")
    if done["state"] != "charged":
        raise typer.Exit(1)


@app.command("list")
def list_copays(
    only_open: Annotated[bool, typer.Option("--open", help="Only those that are due.")] = False,
    limit: options.Limit = 50,
    after: Annotated[int | None, typer.Option(min=1, metavar="COPAY", help="The last of the page before.")] = None,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """List copays."""
    from storage import frontdesk_copays

    with reading(organisation) as session:
        rows = frontdesk_copays.listed(session, only_open=only_open, limit=limit, after=after)
    if as_json:
        output.print_json(rows)
        return
    output.print_table(
        "",
        ("copay", "appointment", "account", "due on", "due", "paid", "state", "research", "why"),
        (
            (
                row["copay"],
                row["appointment"],
                row["account"],
                row["due_on"],
                output.money(row["due_cents"]),
                output.money(row["paid_cents"]),
                output.words(row["state"]),
                row["research"],
                row["why"],
            )
            for row in rows
        ),
        right=("due", "paid"),
        empty="no copays",
    )


@app.command("show")
def show(copay: Number, organisation: options.Organisation = 1, as_json: options.AsJson = False) -> None:
    """Show a copay and what its research found."""
    from storage import cases, frontdesk_copays

    with reading(organisation) as session:
        try:
            row = frontdesk_copays.get(session, copay)
        except frontdesk_copays.UnknownCopay as unknown:
            raise Negative(str(unknown)) from None
        document = frontdesk_copays.document(row)
        if row.case_number is not None:
            document["findings"] = cases.get(session, row.case_number).details
    _show(document, as_json=as_json)


@app.command("decide")
def decide(
    research: Annotated[int, typer.Argument(metavar="RESEARCH", min=1, help="The research's case number.")],
    result: Annotated[str, typer.Option("--result", help="paid, corrected_coverage, exempt, refund or owed.")],
    by: options.By,
    reason: options.Reason,
    ground: Annotated[
        str | None, typer.Option("--ground", help="plan, preventive, out_of_pocket_met, medicaid, qmb or hardship.")
    ] = None,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Decide the research about an unpaid copay. An exemption needs a ground that the books show."""
    from activities.frontdesk import copay_case
    from domain.checkin.copay import CopayResult, Ground
    from storage import cases, frontdesk_copays

    if result not in list(CopayResult) or (ground is not None and ground not in list(Ground)):
        raise Negative("--result or --ground is none that exists: see `claimflow copay decide --help`")

    def work(session: Session, now: Now) -> dict[str, Any]:
        from activities.cases.desk import Desk

        desk = Desk.at(session, organisation, now.at)
        try:
            copay_case.decide(
                desk, research, CopayResult(result), ground=Ground(ground) if ground else None, by=by.strip(),
                reason=reason.strip(),
            )  # fmt: skip
        except (cases.UnknownCase, copay_case.NotThisWay) as refused:
            raise Negative(str(refused)) from None
        return frontdesk_copays.document(frontdesk_copays.of_case(session, research))

    _show(decided(organisation, by, work, reason=reason), as_json=as_json)


def _show(document: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        output.print_json(document)
        return
    output.print_facts(
        f"Copay {document['copay']}",
        {
            "due": f"{output.money(document['due_cents'])} on {document['due_on']}",
            "why": document["why"],
            "paid": output.money(document["paid_cents"]),
            "receipt": document.get("receipt"),
            "state": output.words(document["state"]),
            "claim": document["claim"],
            "research": document["research"],
            "decided by": document["decided_by"],
            "reason": document["decided_reason"],
        },
    )
