"""``claimflow authorization``: a payer's word before a service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import options, output
from cli.connection import reading
from cli.deciding import Now, decided
from cli.failures import Negative
from cli.frontdesk import notices

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

app = typer.Typer(help="Prior authorization, and advance notices (ABN).", no_args_is_help=True)
app.command("notice")(notices.notice)
app.command("notice-form")(notices.notice_form)
app.command("sign")(notices.sign)

Number = Annotated[int, typer.Argument(metavar="AUTHORIZATION", min=1, help="Its number, such as 47001.")]


@app.command("request")
def request(
    appointment: options.AppointmentNumber,
    procedure: Annotated[str, typer.Option("--procedure", metavar="CODE", help="A service planned for it.")],
    by: options.By,
    expedited: Annotated[bool, typer.Option("--expedited", help="Waiting could harm the patient.")] = False,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Ask the first payer for an authorization; the next look sends the 278."""
    from activities.cases.desk import Desk
    from activities.frontdesk import authorizations
    from storage import frontdesk, frontdesk_authorizations

    def work(session: Session, now: Now) -> dict[str, Any]:
        desk = Desk.at(session, organisation, now.at)
        try:
            row = authorizations.request(desk, appointment, procedure, expedited=expedited, by=by.strip())
        except (frontdesk.UnknownAppointment, authorizations.NotAskable) as refused:
            raise Negative(str(refused)) from None
        return frontdesk_authorizations.document(row)

    _show(decided(organisation, by, work), as_json=as_json)


@app.command("decide")
def decide(
    authorization: Number,
    by: options.By,
    granted: Annotated[str, typer.Option("--number", metavar="TEXT", help="The payer's number: granted.")] = "",
    denied: Annotated[str, typer.Option("--denied", metavar="REASON", help="The payer's reason: denied.")] = "",
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Keep what the payer said by telephone or on its portal: a number, or the reason of a denial."""
    from activities.cases.desk import Desk
    from activities.frontdesk import authorizations
    from domain.coverage.authorization import AuthorizationAnswer, AuthorizationState
    from storage import frontdesk_authorizations

    if bool(granted.strip()) == bool(denied.strip()):
        raise Negative("give either --number or --denied")
    answer = (
        AuthorizationAnswer(state=AuthorizationState.APPROVED, number=granted.strip())
        if granted.strip()
        else AuthorizationAnswer(state=AuthorizationState.DENIED, reasons=(denied.strip(),))
    )

    def work(session: Session, now: Now) -> dict[str, Any]:
        try:
            done = authorizations.note(Desk.at(session, organisation, now.at), authorization, answer, by.strip())
            row = frontdesk_authorizations.get(session, authorization)
        except frontdesk_authorizations.UnknownAuthorization as unknown:
            raise Negative(str(unknown)) from None
        if not done:
            raise Negative(f"authorization {authorization} was decided before: {row.state.replace('_', ' ')}")
        return frontdesk_authorizations.document(row)

    _show(decided(organisation, by, work), as_json=as_json)


@app.command("list")
def list_authorizations(
    waiting: Annotated[bool, typer.Option("--waiting", help="Only those that no payer has decided.")] = False,
    limit: options.Limit = 50,
    after: Annotated[
        int | None, typer.Option(min=1, metavar="AUTHORIZATION", help="The last of the page before.")
    ] = None,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """List authorizations, and by when the payer must decide."""
    from storage import frontdesk_authorizations

    with reading(organisation) as session:
        rows = frontdesk_authorizations.listed(session, only_waiting=waiting, limit=limit, after=after)
    if as_json:
        output.print_json(rows)
        return
    names = ("authorization", "appointment", "payer", "procedure", "service_date", "state", "number", "due_at")
    output.print_table("", names, ([row[name] for name in names] for row in rows), empty="no authorizations")


def _show(document: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        output.print_json(document)
        return
    output.print_facts(f"Authorization {document['authorization']}", document)
