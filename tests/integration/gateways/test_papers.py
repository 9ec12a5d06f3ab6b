"""Papers: the same content gives the same bytes, and the words stand on the page."""

from __future__ import annotations

import re
import zlib
from dataclasses import replace
from datetime import date

import pytest

from gateways.papers import appeal, placement, records, reopening
from gateways.papers.claim_facts import ClaimFacts, PaperLine
from gateways.papers.page import day, dollars, latin

CLAIM = ClaimFacts(
    reference="R-17",
    dated=date(2026, 3, 4),
    payer_name="MEDICARE PART B",
    provider_name="LAKESIDE FAMILY PRACTICE",
    provider_npi="1234567893",
    provider_tax_id="123456789",
    patient_name="Iris Meadow",
    member_id="1EG4TE5MK73",
    claim_control_number="10000001-1",
    payer_control_number="ICN55",
    remittance_date=date(2026, 2, 20),
    lines=(
        PaperLine(
            number=1,
            procedure="99213",
            modifiers=("25",),
            diagnoses=("E119", "M25561"),
            units="1",
            charge_cents=12_500,
            service_date=date(2026, 1, 12),
        ),
    ),
    requested_by="B. Biller",
)
REQUEST = reopening.ReopeningRequest(
    claim=CLAIM,
    corrections=("Line 1: modifier 25 was left out of 99213; the note documents a separate visit.",),
)
LETTER = appeal.AppealLetter(
    claim=CLAIM,
    refused=(appeal.RefusedPart(codes="CO-50 N115", line=1, cents=12_500),),
    meaning="not medically necessary in the payer's view",
    argument="The note documents an effusion, and oral treatment had failed for six weeks.",
)
SHEET = records.RecordsSheet(
    claim=CLAIM,
    asked_by="CO-252 N706",
    enclosed=("Documentation of 99213 on 2026-01-12 (line 1), for E119",),
    remark="The procedure note and the images of the day.",
)
PLACEMENT = placement.PlacementList(
    reference="P-3",
    dated=date(2026, 9, 1),
    practice_name="LAKESIDE FAMILY PRACTICE",
    agency_name="FAIR COLLECTIONS",
    accounts=(
        placement.PlacedAccount(
            account_number=40001,
            guarantor_name="Iris Meadow",
            address_lines=("12 Elm Street", "Springfield, IL 62701"),
            first_statement_on=date(2026, 4, 1),
            last_notice_on=date(2026, 7, 1),
            balance_cents=12_345,
        ),
        placement.PlacedAccount(
            account_number=40002,
            guarantor_name="José Núñez",
            address_lines=("3 Oak Street",),
            first_statement_on=date(2026, 4, 1),
            last_notice_on=date(2026, 7, 1),
            balance_cents=1_000_000,
        ),
    ),
)


def words(pdf: bytes) -> str:
    """The text that the page's drawing operators show, in order."""
    streams = re.findall(rb"stream\n(.*?)\nendstream", pdf, re.DOTALL)
    drawn = b"\n".join(_inflated(stream) for stream in streams)
    shown = re.findall(rb"\(((?:\\.|[^\\)])*)\) Tj", drawn)
    return " ".join(re.sub(rb"\\([()\\])", rb"\1", text).decode("latin-1") for text in shown)


def _inflated(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return stream


FINDS_THE_CLAIM = ("R-17", "ICN55", "10000001-1", "1EG4TE5MK73", "Iris Meadow", "$125.00", "March 4, 2026")


def test_the_same_paper_is_the_same_bytes_and_another_is_not() -> None:
    other = replace(CLAIM, reference="R-18")
    assert reopening.render(REQUEST) == reopening.render(REQUEST) != reopening.render(replace(REQUEST, claim=other))
    assert appeal.render(LETTER) == appeal.render(LETTER) != appeal.render(replace(LETTER, claim=other))
    assert records.render(SHEET) == records.render(SHEET) != records.render(replace(SHEET, claim=other))


def test_a_reopening_request_names_the_claim_the_error_and_the_right() -> None:
    text = words(reopening.render(REQUEST))
    for expected in (*FINDS_THE_CLAIM, "modifier 25 was left out", "405.980"):
        assert expected in text


def test_an_appeal_names_the_claim_what_was_refused_and_the_argument() -> None:
    text = words(appeal.render(LETTER))
    for expected in (*FINDS_THE_CLAIM, "CO-50 N115", "not medically necessary", "oral treatment", "B. Biller"):
        assert expected in text
    assert "corrected since" not in text
    assert "1. units should be 2" in words(appeal.render(replace(LETTER, corrections=("units should be 2",))))


def test_a_cover_sheet_lists_what_is_sent_and_to_which_of_the_payers_claims_it_belongs() -> None:
    text = words(records.render(SHEET))
    for expected in (*FINDS_THE_CLAIM, "CO-252 N706", "1. Documentation of 99213", "procedure note", "no new claim"):
        assert expected in text


def test_a_placement_list_totals_its_accounts() -> None:
    pdf = placement.render(PLACEMENT)
    assert pdf == placement.render(PLACEMENT)
    text = words(pdf)
    assert "$10,123.45" in text
    assert "40002" in text
    assert "José Núñez" in text


def test_a_long_placement_list_goes_on_over_pages() -> None:
    many = replace(PLACEMENT, accounts=PLACEMENT.accounts * 60)
    pdf = placement.render(many)
    assert len(re.findall(rb"/Type /Page\b", pdf)) > 3
    assert words(pdf).count("40001") == 60


@pytest.mark.parametrize(
    ("text", "shown"),
    [("plain", "plain"), ("Zoë — “x”…", 'Zoë - "x"...'), ("Łukasz Dvořák", "?ukasz Dvorák"), ("李", "?")],
)
def test_a_letter_that_the_fonts_lack_loses_its_accent_or_is_a_question_mark(text: str, shown: str) -> None:
    assert latin(text) == shown


@pytest.mark.parametrize(
    ("cents", "shown"), [(0, "$0.00"), (5, "$0.05"), (123_456_789, "$1,234,567.89"), (-250, "-$2.50")]
)
def test_money_is_written_to_the_cent(cents: int, shown: str) -> None:
    assert dollars(cents) == shown


def test_a_day_is_written_in_words() -> None:
    assert day(date(2026, 3, 4)) == "March 4, 2026"
