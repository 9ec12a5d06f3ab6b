"""The patient's statement: one page, every figure, and what to do."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from domain.billing.statement import StatementClaim, StatementContent, StatementService, StatementShare
from gateways.papers import statement
from tests.integration.gateways.test_papers import words

VISIT = StatementClaim(
    claim_number=10_000_001,
    services=(
        StatementService(service_date=date(2026, 3, 2), what="Office visit", charge_cents=12_500),
        StatementService(service_date=date(2026, 3, 2), what="Blood test", charge_cents=2_000),
    ),
    charge_cents=14_500,
    insurance_paid_cents=8_000,
    adjusted_cents=2_500,
    patient_paid_cents=1_000,
    still_with_insurance_cents=0,
    owed_cents=3_000,
    shares=(
        StatementShare(why="copay", amount_cents=1_000),
        StatementShare(why="deductible", amount_cents=2_000),
    ),
)
PAPER = statement.StatementPaper(
    statement_number=30_001,
    account_number=20_001,
    kind="statement",
    dated=date(2026, 4, 1),
    pay_by=date(2026, 5, 1),
    content=StatementContent(claims=(VISIT,), credit_cents=0),
    practice_name="Lakeside Family Practice",
    practice_address=("1 Lake Road", "Springfield, IL 62701"),
    practice_phone="217-555-0100",
    guarantor_name="Iris Meadow",
    guarantor_address=("12 Elm Street", "Springfield, IL 62701"),
)


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b", pdf))


def test_a_simple_visit_is_one_page_with_every_figure_and_its_reason() -> None:
    pdf = statement.render(PAPER)
    assert pages(pdf) == 1
    text = words(pdf)
    for expected in (
        "Office visit", "$145.00", "-$80.00", "-$25.00", "-$10.00", "You owe", "$30.00", "Please pay by May 1, 2026",
        "copay $10.00; deductible $20.00", "account 20001 and statement 30001", "payment plan", "financial assistance",
        "If you do not agree",
    ):  # fmt: skip
        assert expected in text
    assert "collection agency" not in text


def test_the_same_statement_is_the_same_bytes() -> None:
    assert statement.render(PAPER) == statement.render(PAPER)


def test_a_final_notice_says_so_and_when_an_agency_may_come() -> None:
    text = words(statement.render(replace(PAPER, kind="final_notice", collections_after=date(2026, 6, 1))))
    assert "Final notice" in text
    assert "by June 1, 2026" in text
    assert "collection agency" in text


def test_what_was_paid_ahead_is_taken_off_and_told() -> None:
    text = words(statement.render(replace(PAPER, content=replace(PAPER.content, credit_cents=500))))
    assert "$25.00" in text
    assert "You have paid ahead: $5.00" in text


def test_many_visits_go_on_over_pages() -> None:
    content = replace(PAPER.content, claims=tuple(replace(VISIT, claim_number=n) for n in range(1, 13)))
    pdf = statement.render(replace(PAPER, content=content))
    assert pages(pdf) > 1
    assert "claim 12" in words(pdf)


def test_a_statement_that_does_not_add_up_never_leaves() -> None:
    wrong = replace(PAPER.content, claims=(replace(VISIT, owed_cents=2_999),))
    with pytest.raises(ValueError, match="statement 30001: the sums of claim 10000001 do not add up"):
        statement.render(replace(PAPER, content=wrong))


def test_an_unknown_kind_of_statement_is_refused() -> None:
    with pytest.raises(ValueError, match="no kind of statement"):
        statement.render(replace(PAPER, kind="threat"))
