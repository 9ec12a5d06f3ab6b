"""The advance beneficiary notice of non-coverage (CMS-R-131) on paper: a layout of our own with the form's blanks A to
J and its owner's words, as a PDF or as plain text.

No Medicare or Social Security number stands on it (CMS Pub. 100-04 ch. 30 s. 50): the patient is named by our number.
Words and editions are data; an operator replaces both where the form's owner has a newer edition.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from domain.coverage.advance_notice import Cause, Option
from domain.people.parties import Person
from gateways.papers import pdf_form, text_form
from gateways.papers.document import Document, Grid, Lines, Section
from gateways.papers.page import dollars
from gateways.papers.wording import LANGUAGES, Wording


class WordsNotUsable(ValueError):
    """What is missing in a file of words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """Which edition of the form the words are, and where they come from."""

    form: str
    edition: str
    omb_number: str
    expires_on: date
    to_sign: bool
    """False: a copy for reading beside the form, in words of our own."""
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FormWords:
    """An edition and its words in one language."""

    edition: Edition
    words: Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeService:
    """One service of the notice."""

    procedure: str
    words: str
    cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvanceNoticePaper:
    """What stands on it."""

    number: int
    dated: date
    practice_name: str
    practice_address: tuple[str, ...]
    practice_phone: str
    patient: Person
    patient_number: int
    cause: Cause
    services: tuple[NoticeService, ...]
    additional: str = ""
    option: Option | None = None
    """What the patient ticked; None: to be ticked by hand, never by the practice."""
    signed_on: date | None = None
    signed_by: str = ""


@cache
def words_of(language: str) -> FormWords:
    """The edition kept here in a language; English where we have none of it."""
    code = language if language in LANGUAGES else "en"
    folder = files("gateways") / "papers" / "texts"
    rows = csv.DictReader((folder / "advance_notice_editions.csv").read_text(encoding="utf-8").splitlines())
    row = next(row for row in rows if row["language"] == code)
    return FormWords(edition=_edition(row), words=Wording(code, _texts(folder.joinpath(f"advance_notice.{code}.json"))))


def words_from(body: Mapping[str, Any]) -> FormWords:
    """The words of an operator: ``{"edition": {a row of the table of editions}, "words": {the keys of our file}}``.

    Raises:
        WordsNotUsable: a key or its source is missing, or the expiry is no date.
    """
    row, texts = body.get("edition"), body.get("words")
    if not isinstance(row, Mapping) or not isinstance(texts, Mapping):
        raise WordsNotUsable('the file is {"edition": {...}, "words": {...}}')
    wanted = words_of("en").words.keys()
    missing = [*(name for name in _ROW if not row.get(name)), *(key for key in wanted if key not in texts)]
    if missing:
        raise WordsNotUsable(f"missing: {', '.join(sorted(missing))}")
    try:
        return FormWords(edition=_edition(row), words=Wording(str(row["language"]), dict(texts)))
    except ValueError as error:
        raise WordsNotUsable(f"expires_on: {error}") from None


def render(paper: AdvanceNoticePaper, form: FormWords) -> bytes:
    """The PDF, with its text attached for readers aloud."""
    return pdf_form.render(document(paper, form))


def as_text(paper: AdvanceNoticePaper, form: FormWords) -> str:
    """The same as plain text."""
    return text_form.render(document(paper, form))


def document(paper: AdvanceNoticePaper, form: FormWords) -> Document:
    """The paper before it is a file."""
    words, patient = form.words, paper.patient
    what = words.say("what")
    name = " ".join(filter(None, (patient.first_name, patient.middle_name[:1], patient.last_name)))
    return Document(
        language=words.tag,
        title=words.say("title", number=paper.number),
        heading=words.say("heading"),
        dated=paper.dated,
        sender=(
            words.say("notifier", name=paper.practice_name),
            *paper.practice_address,
            words.say("phone", phone=paper.practice_phone),
        ),
        receiver=(
            words.say("patient", name=name),
            words.say("identification", number=paper.patient_number),
        ),
        opening=(
            Lines(lines=(words.say("note", what=what), words.say("lead", what=what))),
            Grid(
                headings=(words.say("services"), words.say("reason"), words.say("cost")),
                rows=tuple(_row(one, paper.cause, words) for one in paper.services),
                widths=(40, 42, 18),
                named_cells=True,
            ),
        ),
        sections=(
            Section(
                title=words.say("do_title"),
                blocks=(
                    Lines(lines=tuple(words.say(key, what=what) for key in ("do_read", "do_ask", "do_choose"))),
                    Lines(lines=(words.say("do_note"),)),
                ),
            ),
            Section(
                title=words.say("options_title"),
                blocks=tuple(Lines(lines=(_option(one, paper, form, what),)) for one in Option),
            ),
            Section(
                title=words.say("more_title"),
                blocks=(
                    *((Lines(lines=(paper.additional,)),) if paper.additional else ()),
                    Lines(lines=(words.say("opinion"),)),
                    Lines(lines=(words.say("signing"),)),
                    *_signature(paper, words),
                    Lines(lines=(words.say("access"),)),
                ),
            ),
        ),
        footnote=words.say(
            "form",
            form=form.edition.form,
            edition=form.edition.edition,
            omb_number=form.edition.omb_number,
            number=paper.number,
        ),
    )


def _row(service: NoticeService, cause: Cause, words: Wording) -> tuple[str, str, str]:
    told = (
        words.say("named", words=service.words, procedure=service.procedure)
        if service.words
        else words.say("unnamed", procedure=service.procedure)
    )
    return told, words.say(f"reason_{cause.value}"), dollars(service.cents)


def _option(option: Option, paper: AdvanceNoticePaper, form: FormWords, what: str) -> str:
    text = form.words.say(f"option_{option.value}", what=what)
    if not form.edition.to_sign:
        return text
    return f"[{'X' if paper.option is option else '  '}] {text}"


def _signature(paper: AdvanceNoticePaper, words: Wording) -> tuple[Lines, ...]:
    line = (
        words.say("signed", signer=paper.signed_by, date=words.day(paper.signed_on))
        if paper.signed_on is not None
        else words.say("signature")
    )
    return (Lines(lines=(line,)),) if line else ()


_ROW = ("language", "form", "edition", "omb_number", "expires_on", "to_sign", "source")


def _edition(row: Mapping[str, str]) -> Edition:
    return Edition(
        form=row["form"],
        edition=row["edition"],
        omb_number=row["omb_number"],
        expires_on=date.fromisoformat(row["expires_on"]),
        to_sign=row["to_sign"] == "yes",
        source=row["source"],
    )


def _texts(file: Any) -> dict[str, Any]:
    texts: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return texts
