"""``claimflow checkin guarantor``: from a day on another person guarantees for a patient."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import options, output
from cli.deciding import Now, decided
from cli.failures import Negative

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from domain.people.parties import Person


def guarantor(
    patient: Annotated[int, typer.Argument(metavar="PATIENT", min=1, help="The patient whose guarantor changes.")],
    cause: Annotated[str, typer.Option("--cause", help="came_of_age, divorce, custody, death or other.")],
    by: options.By,
    reason: options.Reason,
    file: Annotated[
        Path | None,
        typer.Option("--who", metavar="FILE.json", exists=True, dir_okay=False, help="The person; none: the patient."),
    ] = None,
    account: Annotated[
        str, typer.Option("--account", metavar="NUMBER|new", help="Which, where somebody alike guarantees already.")
    ] = "",
    begins: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First day; none: today.")
    ] = None,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Change who guarantees: visits from the day on go to that account, older ones stay.

    Nobody is taken for another: exit 1 with the accounts of somebody alike, and --account says which.
    """
    from activities.cases.desk import Desk
    from activities.frontdesk import guarantors
    from domain.checkin.guarantor import Cause
    from storage.frontdesk_people import UnknownPatient
    from storage.guarantors import UnknownAccount

    if cause not in list(Cause):
        raise Negative(f"--cause is one of {', '.join(Cause)}")
    if account and account != "new" and not account.isdigit():
        raise Negative("--account is a number, or new")
    person = _person(file) if file else None

    def work(session: Session, now: Now) -> dict[str, Any]:
        try:
            row = guarantors.change_guarantor(
                Desk.at(session, organisation, now.at),
                patient,
                person,
                chosen=account,
                cause=Cause(cause),
                on=begins.date() if begins else None,
                by=by.strip(),
                reason=reason.strip(),
            )
        except (UnknownPatient, UnknownAccount, guarantors.GuarantorUnclear, guarantors.NoChange) as refused:
            raise Negative(str(refused)) from None
        return guarantors.document(row)

    document = decided(organisation, by, work, reason=reason)
    if as_json:
        output.print_json(document)
        return
    output.stdout().print(
        f"visits of patient {patient} from {document['from']} on go to account {document['to_account']}; "
        f"older ones stay on {document['from_account']}"
    )


def _person(file: Path) -> Person:
    from domain.people.parties import Person
    from storage.serialise import from_json

    try:
        found: Person = from_json(Person, json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise Negative(f"{file}: {type(error).__name__}: a person is needed, as in an appointment's file") from None
    return found
