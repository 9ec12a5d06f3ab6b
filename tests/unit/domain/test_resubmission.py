from __future__ import annotations

import itertools
from datetime import date

import pytest

from activities.denial_rules import change_reasons
from domain.claim.change_reasons import parse_change_reasons
from domain.claim.reopening_limits import parse_reopening_limits, why_not_reopened
from domain.claim.resubmission import (
    EndedBy,
    NotAllowed,
    PreviousAttempt,
    ReopeningRequested,
    Terms,
    first_attempt,
)
from domain.claim.resubmission import next_attempt as next_attempt_on
from domain.claim.resubmission import void_attempt as void_attempt_on
from domain.claim.resubmission_edges import COLUMNS as EDGE_COLUMNS
from domain.claim.resubmission_edges import parse_edges
from domain.claim.submission import NextAttempt
from domain.coverage.coverage import PayerKind
from domain.deadlines.filing_watch import why_first_is_late
from domain.denials.context import ClaimType, Context
from domain.denials.rules import Remedy
from storage.appeal_rules import filing_exceptions, reopening_limits
from storage.operator_files import rows

MEDICARE, COMMERCIAL = PayerKind.MEDICARE, PayerKind.COMMERCIAL
CHANGED = ("lines.1.modifiers",)
EDGES = parse_edges(rows("resubmission_edges.csv"))
TERMS = Terms(edges=EDGES)
PART_A = Context(claim_type=ClaimType.INSTITUTIONAL)


def next_attempt(
    previous: PreviousAttempt,
    payer: PayerKind,
    remedy: Remedy | None = None,
    changed_fields: tuple[str, ...] = (),
    terms: Terms = TERMS,
) -> object:
    return next_attempt_on(previous, payer, terms, remedy, changed_fields)


def void_attempt(previous: PreviousAttempt, payer: PayerKind) -> object:
    return void_attempt_on(previous, payer, TERMS)


def ended(by: EndedBy, frequency: str = "1", original: str = "", number: str = "") -> PreviousAttempt:
    return PreviousAttempt(frequency=frequency, ended_by=by, original_reference=original, payer_control_number=number)


@pytest.mark.parametrize("payer", PayerKind)
def test_a_rejected_original_goes_again_as_an_original(payer: PayerKind) -> None:
    assert next_attempt(ended(EndedBy.REJECTED), payer, changed_fields=CHANGED) == NextAttempt(frequency="1")


def test_a_rejected_replacement_goes_again_as_a_replacement_of_the_same_claim() -> None:
    before = ended(EndedBy.REJECTED, "7", "ICN1", "ICN2")
    assert next_attempt(before, COMMERCIAL) == NextAttempt(frequency="7", original_reference="ICN1")


def test_a_rejected_void_goes_again_as_a_void() -> None:
    before = ended(EndedBy.REJECTED, "8", "ICN1")
    assert next_attempt(before, COMMERCIAL) == NextAttempt(frequency="8", original_reference="ICN1")


@pytest.mark.parametrize("payer", PayerKind)
def test_an_unprocessable_claim_is_corrected_and_sent_as_a_new_one(payer: PayerKind) -> None:
    before = ended(EndedBy.UNPROCESSABLE, number="ICN1")
    answer = next_attempt(before, payer, Remedy.CORRECT_AND_RESEND, CHANGED)
    assert answer == NextAttempt(frequency="1")


@pytest.mark.parametrize("payer", [COMMERCIAL, PayerKind.MEDICAID, PayerKind.MEDICARE_ADVANTAGE])
def test_a_denied_claim_is_replaced_naming_the_payers_number(payer: PayerKind) -> None:
    answer = next_attempt(ended(EndedBy.DENIED, number="ICN1"), payer, Remedy.REPLACE, CHANGED)
    assert answer == NextAttempt(frequency="7", original_reference="ICN1")


def test_a_twice_denied_claim_names_the_number_of_its_last_decision() -> None:
    answer = next_attempt(ended(EndedBy.DENIED, "7", "ICN1", "ICN2"), COMMERCIAL, Remedy.REPLACE, CHANGED)
    assert answer == NextAttempt(frequency="7", original_reference="ICN2")


def test_a_denied_medicare_claim_is_reopened_on_paper() -> None:
    answer = next_attempt(ended(EndedBy.DENIED, number="ICN1"), MEDICARE, Remedy.REOPEN, CHANGED)
    assert isinstance(answer, ReopeningRequested)
    assert answer.payer_control_number == "ICN1"


def test_a_patient_the_payer_did_not_know_is_sent_again_as_a_new_claim() -> None:
    answer = next_attempt(ended(EndedBy.DENIED, number="ICN1"), COMMERCIAL, Remedy.CORRECT_AND_RESEND, CHANGED)
    assert answer == NextAttempt(frequency="1")


@pytest.mark.parametrize("by", [EndedBy.DENIED, EndedBy.UNPROCESSABLE, EndedBy.REVERSED])
@pytest.mark.parametrize("payer", PayerKind)
def test_a_decided_claim_is_never_sent_again_unchanged(by: EndedBy, payer: PayerKind) -> None:
    answer = next_attempt(ended(by, number="ICN1"), payer)
    assert isinstance(answer, NotAllowed)
    assert "unchanged" in answer.why


def test_a_replacement_without_the_payers_number_waits_for_it() -> None:
    answer = next_attempt(ended(EndedBy.DENIED), COMMERCIAL, Remedy.REPLACE, CHANGED)
    assert isinstance(answer, NotAllowed)
    assert "ask the claim's status" in answer.why


def test_after_silence_an_unknown_claim_goes_again_and_a_known_one_is_asked_about() -> None:
    assert next_attempt(ended(EndedBy.SILENT), COMMERCIAL) == NextAttempt(frequency="1")
    known = ended(EndedBy.SILENT, number="ICN1")
    assert isinstance(next_attempt(known, COMMERCIAL), NotAllowed)
    assert next_attempt(known, COMMERCIAL, None, CHANGED) == NextAttempt(frequency="7", original_reference="ICN1")
    assert isinstance(next_attempt(known, MEDICARE, None, CHANGED), NotAllowed)


def test_a_void_names_the_payers_number_and_medicare_is_asked_on_paper() -> None:
    decided = ended(EndedBy.DENIED, number="ICN1")
    assert void_attempt(decided, COMMERCIAL) == NextAttempt(frequency="8", original_reference="ICN1")
    assert isinstance(void_attempt(decided, MEDICARE), ReopeningRequested)
    assert isinstance(void_attempt(ended(EndedBy.REJECTED), COMMERCIAL), NotAllowed)


def test_medicare_never_gets_a_replacement_or_a_void_whatever_came_before() -> None:
    for by, frequency, remedy, changes in itertools.product(EndedBy, "178", [None, *Remedy], [(), CHANGED]):
        before = ended(by, frequency, "ICN1", "ICN2")
        for answer in (next_attempt(before, MEDICARE, remedy, changes), void_attempt(before, MEDICARE)):
            assert not (isinstance(answer, NextAttempt) and answer.frequency in "78")


def test_every_replacement_or_void_names_a_number() -> None:
    for by, frequency, remedy, number in itertools.product(EndedBy, "178", [None, *Remedy], ["", "ICN2"]):
        before = ended(by, frequency, "", number)
        for answer in (next_attempt(before, COMMERCIAL, remedy, CHANGED), void_attempt(before, COMMERCIAL)):
            if isinstance(answer, NextAttempt) and answer.frequency in "78":
                assert answer.original_reference == number != ""


def test_medicare_part_a_takes_an_adjustment_claim_in_time_and_a_reopening_request_after() -> None:
    denied = ended(EndedBy.DENIED, number="ICN1")
    in_time = next_attempt(denied, MEDICARE, Remedy.REPLACE, CHANGED, Terms(edges=EDGES, context=PART_A))
    late = Terms(edges=EDGES, context=PART_A, past_filing_limit=True)
    assert in_time == NextAttempt(frequency="7", original_reference="ICN1")
    assert next_attempt(denied, MEDICARE, Remedy.REPLACE, CHANGED, late) == NextAttempt(
        frequency="Q", original_reference="ICN1"
    )


def test_a_claim_returned_by_part_a_is_corrected_and_sent_as_a_new_one() -> None:
    returned = ended(EndedBy.RETURNED, number="DCN1")
    terms = Terms(edges=EDGES, context=PART_A)
    assert next_attempt(returned, MEDICARE, None, CHANGED, terms) == NextAttempt(frequency="1")


@pytest.mark.parametrize("by", [EndedBy.DENIED, EndedBy.REVERSED])
@pytest.mark.parametrize("payer", PayerKind)
def test_nothing_is_replaced_or_voided_while_an_appeal_is_open(by: EndedBy, payer: PayerKind) -> None:
    terms = Terms(edges=EDGES, appeal_open=True)
    for answer in (
        next_attempt(ended(by, number="ICN1"), payer, Remedy.REPLACE, CHANGED, terms),
        void_attempt_on(ended(by, number="ICN1"), payer, terms),
    ):
        assert isinstance(answer, NotAllowed)
        assert "appeal" in answer.why


def test_a_payer_that_wants_new_claims_after_a_denial_gets_them_by_a_row_of_its_own() -> None:
    row = dict.fromkeys(EDGE_COLUMNS, "") | {
        "after": "denied", "payer_code": "ACME1", "edge": "new", "why": "it says so", "source": "its manual",
    }  # fmt: skip
    own = parse_edges([*rows("resubmission_edges.csv"), row])
    denied = ended(EndedBy.DENIED, number="ICN1")
    acme = Terms(edges=own, context=Context(payer_code="ACME1"))
    assert next_attempt(denied, COMMERCIAL, Remedy.REPLACE, CHANGED, acme) == NextAttempt(frequency="1")
    assert next_attempt(denied, COMMERCIAL, Remedy.REPLACE, CHANGED, Terms(edges=own)) == NextAttempt(
        frequency="7", original_reference="ICN1"
    )


def test_an_edge_without_a_source_is_refused_by_its_row() -> None:
    row = dict.fromkeys(EDGE_COLUMNS, "") | {"after": "denied", "edge": "new", "why": "so"}
    with pytest.raises(ValueError, match="row 1: after, why or source"):
        parse_edges([row])


DETERMINED = date(2022, 2, 28)
CAUSE, CLERICAL = "new and material evidence", "Clerical error: the modifier was mistyped"


@pytest.mark.parametrize(
    ("today", "late", "heard"),
    [
        (date(2026, 2, 28), CAUSE, True),
        (date(2026, 3, 1), CAUSE, False),
        (date(2026, 3, 1), "", False),
        (date(2026, 3, 1), CLERICAL, True),
        (date(2039, 3, 1), CLERICAL, True),
    ],
)
def test_medicare_reopens_for_good_cause_for_four_years_and_a_clerical_error_at_any_time(
    today: date, late: str, heard: bool
) -> None:
    past = why_not_reopened(reopening_limits(), MEDICARE, DETERMINED, today, late)
    denied = ended(EndedBy.DENIED, number="ICN1")
    terms = Terms(
        edges=EDGES, past_filing_limit=True, past_correction_window=True, past_reopening=past, late_reason=late
    )
    answers = [next_attempt(denied, MEDICARE, Remedy.REPLACE, CHANGED, terms)]
    part_a = Terms(
        edges=EDGES, context=PART_A, past_filing_limit=True, past_correction_window=True, past_reopening=past,
        late_reason=late,
    )  # fmt: skip
    answers.append(next_attempt(denied, MEDICARE, Remedy.REPLACE, CHANGED, part_a))
    if heard:
        asked = ReopeningRequested(payer_control_number="ICN1", why=answers[0].why)  # type: ignore[attr-defined]
        assert answers == [asked, NextAttempt(frequency="Q", original_reference="ICN1")]
        return
    for answer in answers:
        assert isinstance(answer, NotAllowed)
        assert "until 2026-02-28, 4 years" in answer.why
        assert "405.986" in answer.why
        assert "late because: clerical error: WHY;" in answer.why


def test_a_payer_that_the_table_does_not_name_has_no_other_limit_than_its_time_for_corrections() -> None:
    assert why_not_reopened(reopening_limits(), COMMERCIAL, DETERMINED, date(2039, 1, 1), "") == ""


def test_a_decision_of_february_29_is_reopened_until_february_29_four_years_later() -> None:
    leap = date(2024, 2, 29)
    assert why_not_reopened(reopening_limits(), MEDICARE, leap, date(2028, 2, 29), CAUSE) == ""
    assert "until 2028-02-29" in why_not_reopened(reopening_limits(), MEDICARE, leap, date(2028, 3, 1), CAUSE)


@pytest.mark.parametrize(
    ("change", "what"), [({"source": ""}, "source is empty"), ({"years": "0"}, "years"), ({"ground": "luck"}, "luck")]
)
def test_a_limit_of_reopenings_that_does_not_fit_is_refused_by_its_row(change: dict[str, str], what: str) -> None:
    row = {"payer_kind": "medicare", "ground": "good_cause", "years": "4", "source": "42 CFR 405.980"}
    with pytest.raises(ValueError, match=f"row 1: .*{what}"):
        parse_reopening_limits([row | change])


def test_a_first_attempt_in_time_goes_and_a_late_one_only_under_an_exception_that_somebody_named() -> None:
    assert first_attempt("", "") == NextAttempt(frequency="1")
    late = why_first_is_late(date(2026, 3, 2), date(2025, 3, 1), MEDICARE, filing_exceptions())
    held = first_attempt(late, "")
    assert isinstance(held, NotAllowed)
    assert held.first_is_late
    for told in ("by 2026-03-02", "42 CFR 424.44(a)", "service was on 2025-03-01", "late because: WHY;"):
        assert told in held.why
    assert [held.why.count(f"424.44(b)({place})") for place in (1, 2, 3, 4)] == [1, 1, 1, 1]
    assert first_attempt(late, "Medicare entitlement came later") == NextAttempt(frequency="1")


def test_a_returned_adjustment_of_part_a_is_corrected_as_what_it_was() -> None:
    returned = ended(EndedBy.RETURNED, "7", "DCN1", "DCN2")
    terms = Terms(edges=EDGES, context=PART_A)
    assert next_attempt(returned, MEDICARE, None, CHANGED, terms) == NextAttempt(
        frequency="7", original_reference="DCN1"
    )


@pytest.mark.parametrize(
    ("payer", "frequency", "codes", "named"),
    [
        (MEDICARE, "7", (), "D0"),
        (MEDICARE, "7", ("R1",), "D0"),
        (MEDICARE, "7", ("D9", "09"), ""),
        (MEDICARE, "8", ("E0",), ""),
        (MEDICARE, "Q", ("D9",), "R1"),
        (MEDICARE, "Q", ("R8", "D9"), ""),
        (MEDICARE, "1", (), ""),
        (COMMERCIAL, "7", (), ""),
    ],
)
def test_a_bill_of_part_a_that_changes_another_says_why_by_its_condition_code(
    payer: PayerKind, frequency: str, codes: tuple[str, ...], named: str
) -> None:
    missing = change_reasons().missing(payer, frequency, codes, date(2026, 3, 1))
    assert bool(missing) == bool(named)
    assert named in missing


def test_a_reason_of_changes_without_a_source_is_refused_by_its_row() -> None:
    row = {"payer_kind": "medicare", "frequency": "7", "condition_codes": "D9", "why": "so", "source": ""}
    with pytest.raises(ValueError, match=r"row 1: .*source"):
        parse_change_reasons([row | {"effective_from": "", "effective_to": ""}])
