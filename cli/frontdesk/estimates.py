"""``claimflow estimate``: what care will cost a patient, told before it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import options, output
from cli.connection import reading
from cli.deciding import Now, decided
from cli.failures import Negative
from cli.frontdesk import disputes

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from activities.cases.desk import Desk
    from storage.models import EstimateRow

app = typer.Typer(help="What care will cost a patient, told before it.", no_args_is_help=True)
disputes.register(app)

Number = Annotated[int, typer.Argument(metavar="ESTIMATE", min=1, help="The estimate's number, such as 40001.")]
Language = Annotated[str, typer.Option("--language", metavar="en|es", help="The patient's language.")]
Out = Annotated[Path, typer.Option("--out", metavar="FILE", dir_okay=False, help="Where the paper is written.")]


@app.command("make")
def make(
    appointment: options.AppointmentNumber,
    by: options.By,
    on_request: Annotated[bool, typer.Option("--on-request", help="The patient asked for a good faith one.")] = False,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Estimate the patient's share; for a patient without coverage, or on request, make a good faith estimate."""
    from activities.frontdesk import estimates
    from domain.estimates.patient_share import NotCovered
    from storage import frontdesk

    def work(session: Session, now: Now) -> dict[str, Any]:
        desk = _desk(session, organisation, now)
        try:
            pays_alone = on_request or not frontdesk.get(session, appointment).coverages
            if pays_alone:
                row = estimates.make_good_faith(desk, appointment, by.strip(), on_request=on_request)
            else:
                row = estimates.make_share(desk, appointment, by.strip())
        except (frontdesk.UnknownAppointment, estimates.NotEstimable, NotCovered) as refused:
            raise Negative(str(refused)) from None
        return _document(row)

    _show(decided(organisation, by, work), as_json=as_json)


@app.command("show")
def show(estimate: Number, organisation: options.Organisation = 1, as_json: options.AsJson = False) -> None:
    """Show an estimate with its arithmetic."""
    from storage import estimate_sendings

    with reading(organisation) as session:
        document = _document(_found(session, estimate)) | {
            "sendings": estimate_sendings.documents(session, estimate)
        }
    _show(document, as_json=as_json)


@app.command("list")
def list_estimates(
    due: Annotated[bool, typer.Option("--due", help="Only those that must still be given to the patient.")] = False,
    limit: options.Limit = 50,
    after: Annotated[int | None, typer.Option(min=1, metavar="ESTIMATE", help="The last of the page before.")] = None,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """List estimates and by when they are due."""
    from storage import frontdesk_estimates

    with reading(organisation) as session:
        rows = frontdesk_estimates.listed(session, only_due=due, limit=limit, after=after)
    if as_json:
        output.print_json(rows)
        return
    output.print_table(
        "",
        ("estimate", "kind", "appointment", "service on", "expected", "due", "given", "exceeded"),
        (
            (
                row["estimate"],
                output.words(row["kind"]),
                row["appointment"],
                row["service_date"],
                output.money(row["expected_cents"]),
                row["due_on"],
                row["provided_on"],
                row["exceeded_on"],
            )
            for row in rows
        ),
        right=("expected",),
        empty="no estimates",
    )


@app.command("provide")
def provide(
    estimate: Number,
    by: options.By,
    out: Out,
    language: Language = "en",
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Write a good faith estimate as a PDF (or, with a name that ends in .txt, as text) and note that it was given."""
    from activities.frontdesk import estimates
    from activities.frontdesk.papers import good_faith_paper
    from gateways.papers import good_faith
    from storage.frontdesk_estimates import GOOD_FAITH

    def work(session: Session, now: Now) -> tuple[bytes, dict[str, Any]]:
        if _found(session, estimate).kind != GOOD_FAITH:
            raise Negative(f"estimate {estimate} is a share of an insured patient: `claimflow estimate show` tells it")
        row = estimates.provided(_desk(session, organisation, now), estimate, by.strip(), f"on paper, {language}")
        paper = good_faith_paper(session, organisation, row, language)
        content = good_faith.as_text(paper).encode() if out.suffix == ".txt" else good_faith.render(paper)
        return content, _document(row)

    content, document = decided(organisation, by, work)
    out.write_bytes(content)
    if as_json:
        output.print_json(document | {"file": str(out)})
        return
    output.stdout().print(f"estimate {estimate} is in {out}; it counts as given on {document['provided_on']}")


@app.command("send")
def send(
    estimate: Number,
    by: options.By,
    by_way: Annotated[
        str | None,
        typer.Option("--by-way", metavar="mail|e-mail", help="Without it: the way that the patient likes best."),
    ] = None,
    language: Annotated[
        str | None, typer.Option("--language", metavar="en|es", help="Without it: the patient's own.")
    ] = None,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Send a good faith estimate by mail or e-mail; it counts as given on the day on which it really left."""
    from activities.frontdesk import estimate_sending
    from domain.billing.contact_policy import Channel
    from storage import estimate_sendings

    ways = {"mail": Channel.MAIL, "e-mail": Channel.EMAIL, "email": Channel.EMAIL}
    if by_way is not None and by_way not in ways:
        raise Negative("--by-way is mail or e-mail")
    if language not in (None, "en", "es"):
        raise Negative("--language is en or es")
    way = ways[by_way] if by_way is not None else None

    def work(session: Session, now: Now) -> dict[str, Any]:
        _found(session, estimate)
        desk = _desk(session, organisation, now)
        try:
            row = estimate_sending.order(desk, estimate, by.strip(), way=way, language=language)
        except estimate_sending.NotSendable as refused:
            raise Negative(str(refused)) from None
        return _document(row) | {"sendings": estimate_sendings.documents(session, estimate)}

    document = decided(organisation, by, work)
    if as_json:
        output.print_json(document)
        return
    ordered = document["sendings"][-1]
    output.stdout().print(
        f"estimate {estimate} is in the outbox for {ordered['way']}; it counts as given when it left, due "
        f"{document['due_on'] or 'on no day'}"
    )


@app.command("check")
def check(by: options.By, organisation: options.Organisation = 1, as_json: options.AsJson = False) -> None:
    """Look now at what the daily look looks at: estimates owed, due, and exceeded by a bill."""
    from activities.frontdesk.estimates import look_at_estimates

    found = decided(organisation, by, lambda session, now: look_at_estimates(_desk(session, organisation, now)))
    if as_json:
        output.print_json({"found": found})
        return
    needs = f"{output.counted(found, 'estimate needs', 'estimates need')} somebody: `claimflow work list`"
    output.stdout().print(needs if found else "nothing is due")


def _desk(session: Session, organisation: int, now: Now) -> Desk:
    from activities.cases.desk import Desk

    return Desk.at(session, organisation, now.at)


def _found(session: Session, number: int) -> EstimateRow:
    from storage import frontdesk_estimates

    try:
        return frontdesk_estimates.get(session, number)
    except frontdesk_estimates.UnknownEstimate as unknown:
        raise Negative(str(unknown)) from None


def _document(row: EstimateRow) -> dict[str, Any]:
    from storage import frontdesk_estimates

    return frontdesk_estimates.document(row) | {"content": row.content}


def _show(document: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        output.print_json(document)
        return
    output.print_facts(
        f"Estimate {document['estimate']}",
        {
            "kind": output.words(document["kind"]),
            "appointment": document["appointment"],
            "service on": document["service_date"],
            "expected": output.money(document["expected_cents"]),
            "due on": document["due_on"],
            "rule": document["due_rule"],
            "given on": document["provided_on"],
        },
    )
    console = output.stdout()
    for service in document["content"].get("services", ()):
        console.print(f"  {service['procedure']} {service['words']}".rstrip())
        for step in service["steps"]:
            console.print(f"    {step}")
    for provider in document["content"].get("providers", ()):
        for item in provider["items"]:
            console.print(f"  {item['procedure']} {item['words']}: {output.money(item['charge_cents'])}")
    for one in document.get("sendings", ()):
        ended = f"left on {one['left_on']}" if one["left_on"] else f"{one['state']} {one['why']}".rstrip()
        console.print(f"  by {one['way']}, ordered on {one['ordered_on']} by {one['by']}: {ended}")
    for note in document["content"].get("notes", ()):
        console.print(f"  note: {note}")
