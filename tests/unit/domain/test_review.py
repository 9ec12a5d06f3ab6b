"""What a payer may be asked to look at again, until when, and how the papers are named."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from domain.claim.papers import Paper, PaperKind, paper_of
from domain.claim.review import last_day_to_appeal, why_no_appeal, why_no_records
from domain.coverage.coverage import PayerKind
from domain.coverage.policy import DeniedRemedy, FilingUnit, PayerPolicy
from domain.denials.classification import Adjudication, classify
from tests.unit.domain.remits import cas, remitted, remitted_line, rules

REMITTED = date(2026, 3, 2)
POLICY = PayerPolicy(
    timely_filing_days=365,
    timely_filing_unit=FilingUnit.DAYS,
    timely_filing_warning_days=30,
    follow_up_days=30,
    status_interval_days=15,
    status_questions=2,
    denied_remedy=DeniedRemedy.REPLACE,
    unprocessable_remedy=DeniedRemedy.NEW,
    correction_window_days=180,
    appeal_days=120,
    appeal_receipt_days=5,
    appeal_decision_days=60,
    records_due_days=45,
    records_decision_days=60,
    crossover_wait_days=15,
    secondary_filing_days=90,
)


def decided(code: str, *remarks: str, kind: PayerKind = PayerKind.COMMERCIAL, status: str = "1") -> Adjudication:
    claim = remitted(remitted_line(10_000, cas(code, 10_000)), remarks=remarks, status=status)
    return classify(claim, kind, rules())


def no_appeal(denial: Adjudication, today: date = REMITTED) -> str | None:
    return why_no_appeal(denial, REMITTED, today, POLICY)


@pytest.mark.parametrize("code", ["CO-50", "CO-197", "CO-29", "CO-252", "CO-97", "CO-18"])
def test_a_denial_is_appealed_where_its_reason_leaves_the_right(code: str) -> None:
    assert no_appeal(decided(code)) is None


@pytest.mark.parametrize(
    ("denial", "told"),
    [
        (decided("CO-16", "MA130"), "CO-16, MA130) gives no right of appeal"),
        (decided("CO-29", kind=PayerKind.MEDICARE), "CO-29) gives no right of appeal"),
        (decided("CO-50", "N211"), "CO-50) gives no right of appeal"),
        (decided("CO-P99"), "CO-P99) gives no right of appeal"),
        (decided("CO-45"), "CO-45) gives no right of appeal"),
        (decided("PR-1"), "denies nothing"),
        (decided("CO-50", status="22"), "denies nothing"),
    ],
    ids=["unprocessable", "late at Medicare", "N211", "unknown code", "all contractual", "deductible", "taken back"],
)
def test_what_gives_no_right_of_appeal_is_told_in_words(denial: Adjudication, told: str) -> None:
    assert told in (no_appeal(denial) or "")


def test_the_last_day_to_appeal_counts_from_the_day_the_notice_is_presumed_received() -> None:
    last = last_day_to_appeal(REMITTED, POLICY)
    assert last == REMITTED + timedelta(days=125)
    assert no_appeal(decided("CO-50"), last) is None
    assert "ended on 2026-07-05" in (no_appeal(decided("CO-50"), last + timedelta(days=1)) or "")


@pytest.mark.parametrize("code", ["CO-252", "CO-226", "OA-226"])
def test_records_are_sent_where_the_payer_asked_for_them(code: str) -> None:
    assert why_no_records(decided(code)) is None


@pytest.mark.parametrize(
    ("code", "told"), [("CO-50", "did not ask for records"), ("PR-1", "denies nothing"), ("CO-P99", "did not ask")]
)
def test_records_that_nobody_asked_for_are_not_sent(code: str, told: str) -> None:
    assert told in (why_no_records(decided(code)) or "")


@pytest.mark.parametrize("kind", list(PaperKind))
def test_a_paper_is_found_again_by_its_entry_and_has_one_name_for_each_denial(kind: PaperKind) -> None:
    denial = 0 if kind is PaperKind.REOPENING else 3
    paper = Paper(kind=kind, claim_number=10_000_001, version=2, denial=denial)
    assert paper_of(f"claim:10000001:{paper.entry_key}") == paper
    other = Paper(kind=kind, claim_number=10_000_001, version=2, denial=denial + 1)
    for name in ("reference", "name", "send_key", "entry_key"):
        assert getattr(paper, name) != getattr(other, name)


def test_a_reopening_keeps_the_names_it_always_had() -> None:
    paper = Paper(kind=PaperKind.REOPENING, claim_number=10_000_001, version=2)
    assert (paper.reference, paper.name) == ("RO-10000001-v2", "reopening-10000001-v2")
    assert (paper.send_key, paper.entry_key) == ("reopening:10000001:v2", "v2:reopening")


@pytest.mark.parametrize(
    "key", ["letter:RO-10000001-v2", "claim:10000001:v2:findings", "claim:10000001:v2:appeals", "claim:1:v2:appeal:x"]
)
def test_another_entry_tells_of_no_paper(key: str) -> None:
    assert paper_of(key) is None
