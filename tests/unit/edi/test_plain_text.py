"""People keep their spelling in the house; the wire carries letters that every payer knows."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edi.claim_interchange import problems_of, write
from edi.plain_text import plain_text
from tests.unit.edi.samples import ADULT, AT, CONTENT, OWN, PPO, PROVIDER, claim, control_numbers


@pytest.mark.parametrize(
    ("kept", "sent"),
    [
        ("Núñez", "Nunez"),
        ("Nu\u0301n\u0303ez", "Nunez"),  # the same name, its marks kept apart
        ("O\u2019Brien", "O'Brien"),
        ("Smith\u2013Øster", "Smith-Oster"),
        ("Strauß", "Strauss"),
        ("Wałęsa", "Walesa"),
        ("Nguyễn Thị", "Nguyen Thi"),
        ("李", "李"),
    ],
)
def test_a_name_is_sent_in_the_letters_that_payers_keep(kept: str, sent: str) -> None:
    assert plain_text(kept) == sent


@given(st.text(alphabet=st.characters(max_codepoint=0x7F)))
def test_what_is_plain_stays_as_it_is(text: str) -> None:
    assert plain_text(text) == text


@given(st.text())
def test_what_was_made_plain_is_plain(text: str) -> None:
    assert plain_text(plain_text(text)) == plain_text(text)


def test_a_claim_of_a_patient_with_marks_in_name_and_street_leaves_the_house() -> None:
    home = replace(ADULT.address, street="7 Peña Road", city="Cañon City")
    patient = replace(ADULT, last_name="Núñez", first_name="María José", address=home)
    of_hers = claim(patient=patient, content=replace(CONTENT, coverage=replace(OWN, subscriber=patient)))
    assert problems_of(of_hers, at=AT) == ()
    written = write([of_hers], payer=PPO, provider=PROVIDER, control_numbers=control_numbers(), at=AT, usage="T")
    assert b"NM1*IL*1*NUNEZ*MARIA JOSE*" in written
    assert b"N3*7 PENA ROAD~" in written


def test_a_name_without_plain_letters_is_told_before_the_claim_is_sent() -> None:
    patient = replace(ADULT, last_name="李")
    of_hers = claim(patient=patient, content=replace(CONTENT, coverage=replace(OWN, subscriber=patient)))
    (problem,) = problems_of(of_hers, at=AT)
    assert problem.startswith("NM103 cannot be written: element character")
