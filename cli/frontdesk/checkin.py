"""``claimflow checkin``: who is at the desk, what they are here for, and what they said."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import options, output
from cli.connection import reading
from cli.deciding import Now, decided
from cli.failures import Negative
from cli.frontdesk import cards_shown, guarantors

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from activities.cases.desk import Desk

app = typer.Typer(help="Check-in: patients, guarantors, appointments, enrolment.", no_args_is_help=True)
app.command("guarantor")(guarantors.guarantor)
app.command("card")(cards_shown.card)
app.command("take-card")(cards_shown.take_card)

File = Annotated[
    Path,
    typer.Argument(metavar="FILE.json", exists=True, readable=True, dir_okay=False, help="What was said, as above."),
]
Chosen = Annotated[str, typer.Option("--patient", metavar="NUMBER|new", help="Who it is, where somebody is alike.")]
Day = Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First day; none: applied for.")]
LastDay = Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day.")]


@app.command("find")
def find(file: File, organisation: options.Organisation = 1, as_json: options.AsJson = False) -> None:
    """Show patients who may be the one of FILE ({"patient": {...}, "phone", "member_ids"}); exit 1 when none is."""
    from domain.people.parties import Person
    from storage import frontdesk_people

    body = _read(file)
    person = _as(Person, body.get("patient"), "patient")
    with reading(organisation) as session:
        found = frontdesk_people.find(
            session, person, phone=str(body.get("phone", "")), member_ids=body.get("member_ids", ())
        )
    rows = [
        {"patient": one.patient_id, "score": one.score, "grade": one.grade.value, "why": list(one.why)} for one in found
    ]
    if as_json:
        output.print_json(rows)
    else:
        output.print_table(
            "",
            ("patient", "score", "match", "why"),
            ((row["patient"], row["score"], row["grade"], row["why"]) for row in rows),
            right=("score",),
            empty="nobody alike",
        )
    if not rows:
        raise typer.Exit(1)


@app.command("schedule")
def schedule(
    file: File,
    by: options.By,
    patient: Chosen = "",
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Make an appointment: {"key", "date", "type", "patient": {...}, "coverages": [...], "services": [...]}.

    Somebody alike is never taken for the patient: exit 1 with the candidates, and --patient says who it is.
    """
    from activities.frontdesk.arrivals import NotKnownWho, who_is_it
    from activities.parties import submitter
    from domain.checkin.medicare_secondary import ordered
    from domain.coverage.coverage import Coverage
    from domain.estimates.planned import PlannedService
    from domain.people.parties import Person
    from storage import frontdesk, frontdesk_people

    body = _read(file)
    person = _as(Person, body.get("patient"), "patient")
    coverages = [_as(Coverage, one, "coverages") for one in body.get("coverages", ())]
    services = tuple(_as(PlannedService, one, "services") for one in body.get("services", ()))
    on_day = _day_of(body)

    def work(session: Session, now: Now) -> dict[str, Any]:
        desk = _desk(session, organisation, now)
        try:
            who = who_is_it(
                desk, person, patient, phone=str(body.get("phone", "")),
                member_ids=tuple(one.member_id for one in coverages),
            )  # fmt: skip
        except (NotKnownWho, frontdesk_people.UnknownPatient, ValueError) as refused:
            raise Negative(str(refused)) from None
        new = frontdesk.NewAppointment(
            key=str(body.get("key") or f"{who.id}/{on_day}"),
            patient_id=who.id,
            on_day=on_day,
            scheduled_on=now.today,
            provider=submitter(session, organisation),
            coverages=ordered(coverages, None, on_day),
            services=services,
            visit_type=str(body.get("type", "")),
        )
        return frontdesk.document(frontdesk.schedule(session, organisation, new, ask_at=now.at))

    _show(decided(organisation, by, work), as_json=as_json)


@app.command("list")
def list_appointments(
    on_day: Annotated[datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help="Only this day.")] = None,
    limit: options.Limit = 50,
    after: Annotated[
        int | None, typer.Option(min=1, metavar="APPOINTMENT", help="The last of the page before.")
    ] = None,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """List appointments, each with its patient, its payers and where it stands."""
    from storage import frontdesk

    with reading(organisation) as session:
        rows = frontdesk.listed(session, on_day=on_day.date() if on_day else None, limit=limit, after=after)
    if as_json:
        output.print_json(rows)
        return
    names = ("appointment", "date", "patient", "type", "payers", "state", "claim")
    output.print_table("", names, ([row[name] for name in names] for row in rows), empty="no appointments")


@app.command("arrive")
def arrive(
    appointment: options.AppointmentNumber,
    by: options.By,
    file: Annotated[
        Path | None,
        typer.Option("--said", metavar="FILE.json", exists=True, dir_okay=False, help="What the patient said."),
    ] = None,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Check a patient in. FILE: {"language", "phone", "email", "consents": [["text", true]], "medicare": {...},
    "cards": [{"payer_code", "payer_name", "member_id", ...}]}."""
    from activities.frontdesk.arrivals import QuestionsOpen, Said
    from activities.frontdesk.arrivals import arrive as check_in
    from storage import frontdesk

    said = _as(Said, _read(file) if file else {}, "said")

    def work(session: Session, now: Now) -> dict[str, Any]:
        try:
            row = check_in(_desk(session, organisation, now), appointment, said, by.strip())
        except (frontdesk.UnknownAppointment, QuestionsOpen) as refused:
            raise Negative(str(refused)) from None
        return frontdesk.document(row)

    _show(decided(organisation, by, work), as_json=as_json)


@app.command("merge")
def merge(
    kept: Annotated[int, typer.Argument(metavar="KEPT", min=1, help="The patient's row that stays.")],
    merged: Annotated[int, typer.Argument(metavar="MERGED", min=1, help="The row of the same patient.")],
    by: options.By,
    reason: options.Reason,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Make two rows of one patient one; `unmerge` undoes it."""
    from storage import frontdesk_people

    def work(session: Session, now: Now) -> dict[str, Any]:
        try:
            row = frontdesk_people.merge(
                session, organisation, kept=kept, merged=merged, by=by.strip(), reason=reason.strip(), today=now.today
            )
        except (frontdesk_people.UnknownPatient, frontdesk_people.NotMerged) as refused:
            raise Negative(str(refused)) from None
        return {"kept": row.kept_id, "merged": row.merged_id, "moved": row.moved}

    _print_plain(decided(organisation, by, work, reason=reason), as_json=as_json)


@app.command("unmerge")
def unmerge(
    merged: Annotated[int, typer.Argument(metavar="MERGED", min=1, help="The row of the same patient.")],
    by: options.By,
    reason: options.Reason,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Undo a merge: what was moved goes back."""
    from storage import frontdesk_people

    def work(session: Session, now: Now) -> dict[str, Any]:
        try:
            row = frontdesk_people.unmerge(
                session, merged=merged, by=by.strip(), reason=reason.strip(), today=now.today
            )
        except frontdesk_people.NotMerged as refused:
            raise Negative(str(refused)) from None
        return {"kept": row.kept_id, "merged": row.merged_id, "moved": row.moved}

    _print_plain(decided(organisation, by, work, reason=reason), as_json=as_json)


@app.command("enrol")
def enrol(
    npi: Annotated[str, typer.Argument(metavar="NPI", help="The provider's, of ten digits.")],
    payer: Annotated[str, typer.Argument(metavar="PAYER", help="The payer's code, such as PPO01.")],
    by: options.By,
    begins: Day = None,
    ends: LastDay = None,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Enter from when to when a provider may bill a payer; claims that waited for it go on."""
    from activities.claim.enrolment import wake_waiting
    from domain.people.identifiers import npi_is_valid
    from storage import frontdesk_people

    if not npi_is_valid(npi):
        raise Negative(f"{npi} is no NPI: check its ten digits")
    if begins and ends and ends < begins:
        raise typer.BadParameter("--to lies before --from")

    def work(session: Session, now: Now) -> dict[str, Any]:
        frontdesk_people.enter_enrolment(
            session,
            organisation,
            npi=npi,
            payer=payer,
            begins=begins.date() if begins else None,
            ends=ends.date() if ends else None,
            by=by.strip(),
        )
        return {"npi": npi, "payer": payer, "looking": wake_waiting(session, organisation, payer, now.at)}

    _print_plain(decided(organisation, by, work), as_json=as_json)


def _desk(session: Session, organisation: int, now: Now) -> Desk:
    from activities.cases.desk import Desk

    return Desk.at(session, organisation, now.at)


def _read(file: Path) -> dict[str, Any]:
    try:
        body = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Negative(f"{file}: this is not JSON ({type(error).__name__})") from None
    if not isinstance(body, dict):
        raise Negative(f"{file}: this is not one JSON object")
    return body


def _as(kind: type[Any], body: Any, name: str) -> Any:
    from storage.serialise import from_json

    try:
        return from_json(kind, body)
    except (ValueError, TypeError, AttributeError) as error:
        raise Negative(f"{name}: {error}") from None


def _day_of(body: dict[str, Any]) -> date:
    try:
        return date.fromisoformat(str(body.get("date", "")))
    except ValueError:
        raise Negative("date: the day of the appointment as 2026-03-09") from None


def _show(document: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        output.print_json(document)
        return
    output.print_facts(f"Appointment {document['appointment']}", document)


def _print_plain(document: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        output.print_json(document)
        return
    output.stdout().print(", ".join(f"{name} {value}" for name, value in document.items()))
