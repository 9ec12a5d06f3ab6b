"""One statement, three forms and two languages: the same words and figures, for every kind of reader."""

from __future__ import annotations

import json
import re
import zlib
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from importlib.resources import files

import pytest

from domain.billing.statement import StatementPayment
from gateways.papers import statement
from gateways.papers.wording import LANGUAGES
from tests.integration.gateways.test_papers import words
from tests.integration.gateways.test_statement_paper import PAPER, VISIT, pages

VISITED = replace(VISIT, owed_since=date(2026, 3, 1), patient_name="Tom Meadow", forgiven_cents=500)
FULL = replace(
    PAPER,
    content=replace(
        PAPER.content,
        claims=(VISITED,),
        payments=(StatementPayment(received_on=date(2026, 3, 2), method="card", amount_cents=1_000),),
    ),
)


def texts(language: str) -> dict[str, object]:
    text = files("gateways").joinpath(f"papers/texts/statement.{language}.json").read_text(encoding="utf-8")
    found: dict[str, object] = json.loads(text)
    return found


def figures(text: str) -> set[str]:
    return set(re.findall(r"-?\$[\d,]+\.\d\d", text))


def test_every_language_says_everything_with_the_same_values() -> None:
    english = texts("en")
    for language in LANGUAGES:
        other = texts(language)
        assert other.keys() == english.keys()
        for key, text in english.items():
            assert set(re.findall(r"\{\w+\}", str(text))) == set(re.findall(r"\{\w+\}", str(other[key]))), key


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", statement.KINDS)
def test_all_three_forms_hold_the_same_figures_on_one_page(kind: str, language: str) -> None:
    paper = replace(FULL, kind=kind, language=language)
    pdf, page, text = statement.render(paper), statement.as_html(paper), statement.as_text(paper)
    assert pages(pdf) == 1
    assert figures(words(pdf)) == figures(page) == figures(text)
    assert {"$145.00", "-$80.00", "-$20.00", "-$5.00", "-$10.00", "$30.00"} <= figures(text)
    assert max(map(len, text.splitlines())) <= 78


def test_the_pdf_carries_its_text_twin_and_its_language() -> None:
    pdf = statement.render(replace(FULL, language="es"))
    streams = [_inflated(stream) for stream in re.findall(rb"stream\n(.*?)\nendstream", pdf, re.DOTALL)]
    assert statement.as_text(replace(FULL, language="es")).encode() in streams
    assert b"/Lang (es-US)" in pdf


def _inflated(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return stream


class Reader(HTMLParser):
    """What a reader aloud builds on."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.open.pop() != tag:
            self.wrong.append(tag)


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    return reader


@pytest.mark.parametrize(("language", "tag"), [("en", "en-US"), ("es", "es-US")])
def test_the_page_has_landmarks_headers_and_a_language_and_loads_nothing(language: str, tag: str) -> None:
    found = read(statement.as_html(replace(FULL, language=language)))
    names = [name for name, _ in found.tags]
    assert (found.open, found.wrong) == ([], [])
    assert dict(found.tags)["html"]["lang"] == tag
    assert {"header", "main", "footer", "title", "h1", "h2"} <= set(names)
    assert names.count("h1") == names.count("main") == 1
    assert not {"script", "img", "link", "iframe", "form"} & set(names)
    assert all(values.get("scope") in {"col", "row"} for name, values in found.tags if name == "th")
    assert all(values.get("aria-label") for name, values in found.tags if name == "table")
    labelled = {values["aria-labelledby"] for name, values in found.tags if name == "section"}
    assert labelled == {values["id"] for name, values in found.tags if name == "h2"}


def test_a_name_is_no_markup() -> None:
    page = statement.as_html(replace(FULL, guarantor_name='<b onclick="x()">Iris</b>'))
    assert "<b>" not in page
    assert "<b onclick" not in page
    assert "&lt;b onclick" in page


def test_a_visit_of_somebody_else_names_them_and_the_guarantors_own_does_not() -> None:
    assert "VISIT OF TOM MEADOW" in statement.as_text(FULL)
    own = replace(VISITED, patient_name=FULL.guarantor_name)
    assert "YOUR VISIT" in statement.as_text(replace(FULL, content=replace(FULL.content, claims=(own,))))


def test_a_word_about_a_plan_asks_for_the_instalment_and_not_for_the_balance() -> None:
    text = statement.as_text(replace(FULL, kind="plan_missed", asked_cents=1_500))
    (line,) = [line for line in text.splitlines() if line.startswith("PLEASE PAY")]
    assert line.endswith("$15.00")


def test_only_the_words_that_stand_on_the_paper_are_explained() -> None:
    text = " ".join(statement.as_text(FULL).split())
    assert "Deductible: what you pay before" in text
    assert "Copay: a fixed amount" in text
    assert "Coinsurance" not in text


def test_shares_are_told_with_their_sum_so_that_what_was_paid_already_is_no_riddle() -> None:
    text = statement.as_text(FULL)
    assert "copay $10.00; deductible $20.00 (together $30.00)." in " ".join(text.split())
    alone = replace(VISITED, shares=(VISITED.shares[1],))
    assert "together" not in statement.as_text(replace(FULL, content=replace(FULL.content, claims=(alone,))))


def test_what_is_left_after_an_insurance_that_paid_is_never_called_a_visit_without_insurance() -> None:
    paid = replace(VISITED, shares=())
    text = statement.as_text(replace(FULL, content=replace(FULL.content, claims=(paid,))))
    assert "what is left after your insurance" in text
    assert "no insurance has paid" not in text


def test_a_reader_learns_where_the_check_goes_and_how_to_get_help_before_how_old_the_debt_is() -> None:
    text = " ".join(statement.as_text(FULL).split())
    assert "By check to Lakeside Family Practice, 1 Lake Road, Springfield, IL 62701." in text
    titles = ["HOW TO PAY", "IF YOU CANNOT PAY", "IF YOU DO NOT AGREE", "HOW LONG THIS HAS BEEN UNPAID"]
    assert sorted(titles, key=text.index) == titles


@pytest.mark.parametrize(("language", "says"), [("en", "from a debt collector"), ("es", "de un cobrador de deudas")])
def test_only_who_collects_for_others_says_so(language: str, says: str) -> None:
    own = replace(FULL, language=language)
    assert says not in statement.as_text(own)
    assert says in statement.as_text(replace(own, debt_collector=True))


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_e_mail_says_how_to_stop_e_mails_and_a_letter_does_not(language: str) -> None:
    own = replace(FULL, language=language)
    assert "STOP" not in statement.as_text(own)
    assert "STOP" in statement.as_html(replace(own, by_email=True))


def test_pages_are_numbered_where_there_are_several() -> None:
    long = replace(FULL, content=replace(FULL.content, claims=(VISITED,) * 6))
    assert "1 / 3" in words(statement.render(long))
    assert "1 / 1" not in words(statement.render(FULL))
