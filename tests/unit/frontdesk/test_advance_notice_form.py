"""The form of an advance notice: its owner's words, its ten blanks, one page, the same text for readers aloud."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from importlib.resources import files

import pytest

from domain.coverage.advance_notice import Cause, Option
from domain.people.parties import Address, Person
from gateways.papers.advance_notice import (
    AdvanceNoticePaper,
    NoticeService,
    WordsNotUsable,
    as_text,
    render,
    words_from,
    words_of,
)
from tests.integration.gateways.test_papers import words

PATIENT = Person(
    last_name="Meadow",
    first_name="Iris",
    middle_name="Quinn",
    birth_date=date(1950, 4, 2),
    sex="F",
    address=Address(street="4 Larch Road", city="Albany", state="NY", zip_code="12207"),
)
PAPER = AdvanceNoticePaper(
    number=49001,
    dated=date(2026, 1, 12),
    practice_name="Elm Street Family Practice",
    practice_address=("12 Elm Street", "Albany, NY 12207"),
    practice_phone="5185550100",
    patient=PATIENT,
    patient_number=17,
    cause=Cause.FREQUENCY,
    services=(
        NoticeService(procedure="99213", words="Office visit", cents=15_000),
        NoticeService(procedure="80053", words="", cents=6_050),
    ),
)


def flat(text: str) -> str:
    return " ".join(text.split())


def test_every_blank_of_the_form_is_there_and_filled() -> None:
    text = flat(as_text(PAPER, words_of("en")))
    for blank in (
        "A. Notifier: Elm Street Family Practice 12 Elm Street Albany, NY 12207 Telephone: 5185550100",
        "B. Patient Name: Iris Q Meadow",
        "C. Identification Number: 17",
        "D. Service(s): Office visit (99213)",
        "D. Service(s): Service 80053",
        "E. Reason Medicare May Not Pay: Medicare does not pay for this service as often as this.",
        "F. Estimated Cost: $150.00",
        "F. Estimated Cost: $60.50",
        "[ ] OPTION 1.",
        "[ ] OPTION 2.",
        "[ ] OPTION 3.",
        "I. Signature: ____",
        "J. Date: ____",
        "Form CMS-R-131 (Exp. 01/31/2026) Form Approved OMB No. 0938-0566",
    ):
        assert blank in text
    assert "H. ADDITIONAL INFORMATION:" in text


def test_no_medicare_number_can_stand_on_it_and_no_box_is_ticked_by_the_practice() -> None:
    text = as_text(PAPER, words_of("en"))
    assert "[X]" not in text
    assert not re.search(r"\b[1-9][AC-HJ-NP-RT-Y][0-9AC-HJ-NP-RT-Y][0-9]", text)


def test_the_owners_sentences_about_each_option_are_kept_whole() -> None:
    text = flat(as_text(PAPER, words_of("en")))
    assert "You may ask to be paid now, but I also want Medicare billed for an official decision on payment" in text
    assert "I cannot appeal if Medicare is not billed." in text
    assert "I understand with this choice I am not responsible for payment" in text
    assert "This notice gives our opinion, not an official Medicare decision." in text


def test_the_signed_form_shows_the_option_the_day_and_who_signed() -> None:
    signed = replace(PAPER, option=Option.DO_NOT_BILL, signed_on=date(2026, 1, 12), signed_by="Ada Meadow, daughter")
    text = flat(as_text(signed, words_of("en")))
    assert "[X] OPTION 2." in text
    assert text.count("[X]") == 1
    assert "I. Signature: on file (Ada Meadow, daughter) J. Date: January 12, 2026" in text


def test_the_pdf_is_one_page_with_the_words_of_its_text_twin() -> None:
    pdf = render(PAPER, words_of("en"))
    assert pdf == render(PAPER, words_of("en"))
    assert len(re.findall(rb"/Type /Page\b", pdf)) == 1
    assert "text-version.txt" in pdf.decode("latin-1")
    assert set(re.findall(r"[A-Za-z]{4,}", words(pdf))) >= {"OPTION", "Medicare", "Notifier", "Signature", "Meadow"}


def test_spanish_is_a_copy_to_read_that_nobody_signs() -> None:
    form = words_of("es")
    text = as_text(PAPER, form)
    assert not form.edition.to_sign
    assert "No se firma" in text
    assert "____" not in text
    assert "[ ]" not in text
    assert len(re.findall(rb"/Type /Page\b", render(PAPER, form))) == 1


def test_both_languages_say_the_same_things() -> None:
    assert words_of("en").words.keys() == words_of("es").words.keys()


def test_every_edition_names_its_source() -> None:
    assert all(words_of(language).edition.source for language in ("en", "es"))


def test_an_operators_newer_edition_replaces_ours_and_an_incomplete_one_is_refused() -> None:
    texts = json.loads((files("gateways") / "papers" / "texts" / "advance_notice.en.json").read_text(encoding="utf-8"))
    row = {
        "language": "en", "form": "CMS-R-131", "edition": "Exp. 12/31/2030", "omb_number": "0938-0566",
        "expires_on": "2030-12-31", "to_sign": "yes", "source": "cms.gov, loaded by the practice",
    }  # fmt: skip
    form = words_from({"edition": row, "words": texts | {"heading": "The newer notice"}})
    assert "Exp. 12/31/2030" in as_text(PAPER, form)
    assert "The newer notice" in as_text(PAPER, form)
    with pytest.raises(WordsNotUsable, match="option_2, source"):
        words_from(
            {
                "edition": row | {"source": ""},
                "words": {key: text for key, text in texts.items() if key != "option_2"},
            }
        )
