"""``claimflow account statement``, ``claimflow payment receipt``: patients' papers shown, and not sent."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli import options, output
from cli.deciding import Now, decided
from cli.failures import Negative

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from gateways.papers.document import Document


class Form(StrEnum):
    """What a paper is written as."""

    PDF = "pdf"
    HTML = "html"
    TEXT = "text"


class Language(StrEnum):
    """Languages that we have words in."""

    EN = "en"
    ES = "es"


AsForm = Annotated[Form, typer.Option("--format", help="How it is written.")]
InLanguage = Annotated[
    Language | None, typer.Option("--language", help="In which language; the guarantor's own where none is named.")
]
Out = Annotated[
    Path | None, typer.Option("--out", metavar="FILE", dir_okay=False, help="Where to; standard output without it.")
]


def register(accounts: typer.Typer, payments: typer.Typer) -> None:
    """Add the commands to ``claimflow account`` and ``claimflow payment``."""
    accounts.command("statement")(show_statement)
    payments.command("receipt")(show_receipt)


def show_statement(
    account: options.AccountNumber,
    form: AsForm = Form.TEXT,
    language: InLanguage = None,
    out: Out = None,
    organisation: options.Organisation = 1,
) -> None:
    """Show what a statement would say now, without sending it. Exit 1 when nothing is owed."""
    from activities.account.showing import NothingToShow, statement_now
    from activities.cash.by_hand import Entering
    from gateways.papers import statement

    def work(session: Session, now: Now) -> Document:
        who = Entering(session=session, organisation_id=organisation, by="shown", at=now.at, today=now.today)
        try:
            return statement.document(statement_now(who, account, language or ""))
        except NothingToShow as nothing:
            raise Negative(str(nothing)) from None

    _write(decided(organisation, "shown", work), form, out)


def show_receipt(
    receipt: Annotated[int, typer.Argument(metavar="RECEIPT", min=1, help="As `payment list` numbers it.")],
    form: AsForm = Form.TEXT,
    language: InLanguage = None,
    out: Out = None,
    organisation: options.Organisation = 1,
) -> None:
    """Show a payment's receipt: what came, and what it was used for."""
    from activities.account.showing import NothingToShow, receipt_of
    from activities.cash.by_hand import Entering
    from gateways.papers.receipt import document

    def work(session: Session, now: Now) -> Document:
        who = Entering(session=session, organisation_id=organisation, by="shown", at=now.at, today=now.today)
        try:
            return document(receipt_of(who, receipt, language or ""))
        except NothingToShow as nothing:
            raise Negative(str(nothing)) from None

    _write(decided(organisation, "shown", work), form, out)


def _write(document: Document, form: Form, out: Path | None) -> None:
    from gateways.papers import html_form, pdf_form, text_form

    if form is Form.PDF:
        content = pdf_form.render(document)
    else:
        content = (html_form if form is Form.HTML else text_form).render(document).encode()
    if out is None:
        sys.stdout.buffer.write(content)
        return
    out.write_bytes(content)
    output.say(f"{document.heading}: {out}")
