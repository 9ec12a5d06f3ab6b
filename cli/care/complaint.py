"""``claimflow complaint``: problems and complaints, from anybody about anything."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import options, output
from cli.care import doing
from cli.care.assistance import print_cases
from cli.failures import Negative
from cli.obeying import own_id

if TYPE_CHECKING:
    from activities.cases.desk import Desk

app = typer.Typer(help="Problems and complaints: record, carry, answer, learn.", no_args_is_help=True)

Case = Annotated[int, typer.Argument(metavar="CASE", min=1, help="The complaint's number, such as 50001.")]


@app.command("open")
def record(
    category: Annotated[str, typer.Option("--category", help="What it is about, such as paid_already.")],
    words: Annotated[str, typer.Option("--words", metavar="TEXT", help="What they said; kept with the case.")],
    by: options.By,
    origin: Annotated[str, typer.Option("--from", help="patient, payer or physician.")] = "patient",
    account: Annotated[int | None, typer.Option("--account", min=1, help="Whose account.")] = None,
    claim: Annotated[int | None, typer.Option("--claim", min=1, help="The one claim that it is about.")] = None,
    language: Annotated[str, typer.Option("--language", help="en or es; empty: as they prefer.")] = "",
    business_id: options.BusinessId = None,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Record a complaint: acknowledged by letter, owned, and what it concerns rests from now on."""
    from activities.care import complaints
    from domain.care.complaints import Complainant

    if origin not in [one.value for one in Complainant]:
        raise Negative(f"--from is one of {', '.join(one.value for one in Complainant)}")
    if language not in ("", "en", "es"):
        raise Negative("--language is en or es")

    def work(desk: Desk) -> dict[str, Any]:
        from storage import claims

        whose = account
        if claim is not None:
            whose = claims.get(desk.session, claim).account_number
            if account not in (None, whose):
                raise Negative(f"claim {claim} belongs to account {whose}, not to {account}")
        if whose is not None:
            doing.known_account(desk, whose)
        new = complaints.NewComplaint(
            category=category,
            origin=Complainant(origin),
            words=words,
            account_number=whose,
            claim_number=claim,
            language=language,
        )
        return doing.document(complaints.record(desk, new, key=own_id(business_id), by=by).row)

    _tell(doing.at_desk(organisation, work), "recorded", as_json=as_json)


@app.command("talk")
def talk(
    case: Case,
    by: options.By,
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="What was said, in a few words.")],
    hard: Annotated[bool, typer.Option("--hard", help="It was hostile: it counts towards the day's limit.")] = False,
    business_id: options.BusinessId = None,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Keep a conversation. Who has carried enough hard ones today is told which colleague takes the next."""
    from activities.care import complaints

    key = own_id(business_id)
    shown = _change(
        organisation, case, lambda found: complaints.talk(found, by, hard=hard, note=note, key=f"{case}:{key}")
    )
    _tell(shown, "conversation kept", as_json=as_json)


@app.command("hand-over")
def hand_over(
    case: Case,
    to: Annotated[str, typer.Option("--to", metavar="USER", help="The colleague who takes it.")],
    by: options.By,
    reason: options.Reason,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Give a complaint to a colleague."""
    from activities.care import complaints

    shown = _change(organisation, case, lambda found: complaints.hand_over(found, to, by=by, reason=reason))
    _tell(shown, f"handed to {to}", as_json=as_json)


@app.command("rest")
def rest(
    case: Case,
    until: Annotated[datetime, typer.Option("--until", formats=["%Y-%m-%d"], help="The day on which it goes on.")],
    by: options.By,
    reason: options.Reason,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Let conversations rest until a day; the answer's date stays."""
    from activities.care import complaints

    shown = _change(organisation, case, lambda found: complaints.rest(found, until.date(), by=by, reason=reason))
    _tell(shown, f"rests until {until.date()}", as_json=as_json)


@app.command("answer")
def answer(
    case: Case,
    text: Annotated[str, typer.Option("--answer", metavar="TEXT", help="What was found; it goes into the letter.")],
    cause: Annotated[str, typer.Option("--cause", help="Root cause, such as posted_late or no_fault_found.")],
    by: options.By,
    business_id: options.BusinessId = None,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Answer a complaint by letter, count its root cause, and let what rested go on."""
    body = {"verb": "answer", "id": own_id(business_id), "by": by, "reason": text, "check": cause}
    _tell(doing.order(organisation, case, body), "answered", as_json=as_json)


@app.command("show")
def show(case: Case, organisation: options.Organisation = 1, as_json: options.AsJson = False) -> None:
    """Show a complaint: whose it is, by when, what was done."""
    from domain.cases.kinds import COMPLAINT

    shown = doing.at_desk(organisation, lambda desk: doing.shown(desk, case, COMPLAINT))
    if as_json:
        output.print_json(shown)
        return
    doing.print_case(shown, f"Complaint {case}")


@app.command("list")
def list_complaints(
    only_open: Annotated[bool, typer.Option("--open", help="Only those that are not answered.")] = False,
    limit: options.Limit = 50,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """List complaints, the oldest first."""
    from domain.cases.kinds import COMPLAINT

    print_cases(COMPLAINT, organisation, limit, only_open=only_open, as_json=as_json)


@app.command("report")
def report(
    since: Annotated[datetime, typer.Option("--since", formats=["%Y-%m-%d"], help="First day received.")],
    until: Annotated[datetime, typer.Option("--until", formats=["%Y-%m-%d"], help="Last day received.")],
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """What complaints add up to: root causes first, then how many, how long, and how many were late."""
    from cli.connection import reading
    from storage import care
    from storage.care_rules import root_causes

    if until < since:
        raise typer.BadParameter("--until lies before --since")
    with reading(organisation) as session:
        found = care.complaint_report(session, since.date(), until.date())
    if as_json:
        output.print_json(found)
        return
    plain = {name: value for name, value in found.items() if not isinstance(value, dict | list)}
    output.print_facts("Complaints", {output.words(name): str(value) for name, value in plain.items()})
    output.print_table(
        "\nRoot causes",
        ("count", "cause"),
        ((row["count"], root_causes().get(row["cause"], row["cause"])) for row in found["by_root_cause"]),
        right=("count",),
        empty="\nNothing was answered.",
    )


def _change(organisation: int, case: int, work: Any) -> dict[str, Any]:
    from activities.care.case import CareCase
    from domain.cases.kinds import COMPLAINT

    def both(desk: Desk) -> dict[str, Any]:
        found = CareCase.lock(desk, case, COMPLAINT)
        work(found)
        return doing.document(found.row)

    return doing.at_desk(organisation, both)


def _tell(shown: dict[str, Any], what: str, *, as_json: bool) -> None:
    if as_json:
        output.print_json(shown)
        return
    after = f"; answered by {shown['due_on']}, owner {output.words(shown['owner'])}" if shown["next_date"] else ""
    output.stdout().print(f"complaint {shown['case']}: {what}{after}")
