"""``claimflow authorization notice``, ``notice-form``, ``sign``: advance beneficiary notices (CMS-R-131)."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import options, output
from cli.deciding import Now, decided
from cli.failures import Negative

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from gateways.papers.advance_notice import FormWords

Number = Annotated[int, typer.Argument(metavar="NOTICE", min=1, help="Its number, such as 49001.")]
On = Annotated[
    datetime | None,
    typer.Option("--on", formats=["%Y-%m-%d"], help="The day on the paper, where it is entered later."),
]


def notice(
    appointment: options.AppointmentNumber,
    cause: Annotated[str, typer.Option("--cause", help="medical_necessity, frequency or excluded.")],
    procedure: Annotated[list[str], typer.Option("--procedure", metavar="CODE", help="A planned service.")],
    by: options.By,
    on: On = None,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Issue an advance beneficiary notice (CMS-R-131) for services that Medicare itself is expected not to pay."""
    from activities.cases.desk import Desk
    from activities.frontdesk import notices
    from domain.coverage.advance_notice import Cause
    from storage import frontdesk, frontdesk_notices

    if cause not in list(Cause):
        raise Negative(f"--cause is one of {', '.join(Cause)}")

    def work(session: Session, now: Now) -> dict[str, Any]:
        desk = Desk.at(session, organisation, now.at)
        try:
            row = notices.issue(
                desk, appointment, cause=Cause(cause), procedures=tuple(procedure), by=by.strip(), on=_day(on)
            )
        except (frontdesk.UnknownAppointment, frontdesk_notices.NoNotice) as refused:
            raise Negative(str(refused)) from None
        return frontdesk_notices.document(row)

    _show(decided(organisation, by, work), as_json=as_json)


def notice_form(
    number: Number,
    by: options.By,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="A PDF; plain text where it ends in .txt.")],
    language: Annotated[str, typer.Option("--language", help="en, or es for a copy to read.")] = "en",
    words: Annotated[
        Path | None,
        typer.Option("--words", metavar="FILE.json", exists=True, dir_okay=False, help="A newer edition's words."),
    ] = None,
    additional: Annotated[str, typer.Option("--additional", metavar="TEXT", help="Blank H.")] = "",
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Write the form of a notice, its blanks filled; says where the edition kept here has expired."""
    from activities.cases.desk import Desk
    from activities.frontdesk import notices
    from storage.frontdesk_notices import NoNotice

    form = _form(language, words)

    def work(session: Session, now: Now) -> tuple[bytes, date]:
        desk = Desk.at(session, organisation, now.at)
        try:
            content = notices.write(
                desk, number, form, additional=additional.strip(), as_plain_text=out.suffix == ".txt", by=by.strip()
            )
        except NoNotice as refused:
            raise Negative(str(refused)) from None
        return content, now.today

    content, today = decided(organisation, by, work)
    try:
        out.write_bytes(content)
    except OSError as error:
        raise Negative(f"{out}: cannot be written ({type(error).__name__})") from None
    edition = form.edition
    expired = today > edition.expires_on
    if as_json:
        output.print_json(
            {
                "notice": number,
                "file": str(out),
                "form": edition.form,
                "edition": edition.edition,
                "expired": expired,
                "to_sign": edition.to_sign,
            }
        )
        return
    output.stdout().print(f"notice {number} is in {out}: {edition.form} ({edition.edition})")
    if expired:
        output.stdout().print(
            f"this edition's approval ran to {edition.expires_on}: load a newer one of CMS with --words"
        )
    if not edition.to_sign:
        output.stdout().print("this copy is for reading: the patient signs the form itself")


def sign(
    number: Number,
    option: Annotated[str, typer.Option("--option", help="1 bill Medicare, 2 do not bill, 3 not wanted.")],
    by: options.By,
    signer: Annotated[
        str, typer.Option("--signed-by", metavar="TEXT", help="Where a representative signed: who, and as what.")
    ] = "patient",
    on: On = None,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Keep that a notice was signed, what was ticked and by whom; claims of the day that were not sent follow."""
    from activities.cases.desk import Desk
    from activities.frontdesk import notices
    from domain.coverage.advance_notice import Option
    from storage import frontdesk_notices

    if option not in list(Option):
        raise Negative("--option is 1, 2 or 3")

    def work(session: Session, now: Now) -> dict[str, Any]:
        desk = Desk.at(session, organisation, now.at)
        try:
            row = notices.sign(
                desk, number, option=Option(option), signer=signer.strip() or "patient", by=by.strip(), on=_day(on)
            )
        except frontdesk_notices.NoNotice as refused:
            raise Negative(str(refused)) from None
        return frontdesk_notices.document(row)

    _show(decided(organisation, by, work), as_json=as_json)


def _form(language: str, file: Path | None) -> FormWords:
    from gateways.papers.advance_notice import WordsNotUsable, words_from, words_of
    from gateways.papers.wording import LANGUAGES

    if file is None:
        if language not in LANGUAGES:
            raise Negative(f"--language is one of {', '.join(LANGUAGES)}; --words loads another")
        return words_of(language)
    try:
        return words_from(json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, AttributeError) as error:
        told = str(error) if isinstance(error, WordsNotUsable) else f"this is not JSON ({type(error).__name__})"
        raise Negative(f"{file}: {told}") from None


def _day(on: datetime | None) -> date | None:
    return on.date() if on is not None else None


def _show(document: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        output.print_json(document)
        return
    output.print_facts(f"Notice {document['notice']}", document)
