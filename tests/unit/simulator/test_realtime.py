"""270 and 276 answered at once."""

from __future__ import annotations

import pytest

import x12
from simulator.claim import SubmittedClaim
from simulator.realtime.desk_clerk import NotAQuestionError, answer_question
from tests.unit.simulator.claims_for_tests import MEMBER_IDS, RECEIVED, a_claim
from tests.unit.simulator.practice_for_tests import (
    LATER,
    Practice,
    claims_interchange,
    eligibility_question,
    icn_of,
    parts_of,
    status_question,
)


def test_an_active_member_is_told_what_the_plan_leaves_to_pay(practice: Practice) -> None:
    (answer,) = parts_of(answer_question(practice.desk, eligibility_question("PPO01", MEMBER_IDS["PPO01"])))
    assert isinstance(answer, x12.EligibilityResponse)
    assert answer.rejections() == ()
    (_, _, member, _), *_ = answer.members()
    said = [benefit.information for benefit in member.benefits if benefit.procedure is None]
    assert said == ["1", "C", "C", "A", "B", "G", "G", "G", "F", "C", "A"]
    assert member.traces[0].number == "Q1"


@pytest.mark.parametrize(
    ("payer", "member_id", "reason"),
    [
        ("PPO01", "X1", "72"),
        ("PPO01", "SUM100200U31", "75"),
        ("PPO01", "SUM100200S42", "42"),
        ("PPO01", "SUM100200D71", "71"),
        ("NOBODY", "SUM100200300", "79"),
    ],
)
def test_a_person_who_cannot_be_found_is_told_with_a_reason(
    practice: Practice, payer: str, member_id: str, reason: str
) -> None:
    (answer,) = parts_of(answer_question(practice.desk, eligibility_question(payer, member_id)))
    assert isinstance(answer, x12.EligibilityResponse)
    assert [rejection.reason for rejection in answer.rejections()] == [reason]


def test_a_terminated_member_is_inactive(practice: Practice) -> None:
    (answer,) = parts_of(answer_question(practice.desk, eligibility_question("PPO01", "SUM100200T27")))
    assert isinstance(answer, x12.EligibilityResponse)
    (_, _, member, _), *_ = answer.members()
    assert [benefit.information for benefit in member.benefits] == ["6"]


def test_a_claims_status_is_what_the_payer_knows(practice: Practice) -> None:
    claim = a_claim()
    assert _status_of(practice, claim) == ("D0", "35", None)
    practice.sends(claim, a_claim(member_id="X1", control_number="8-1"))
    practice.waits_until(RECEIVED)
    assert _status_of(practice, claim) == ("P1", "20", 0)
    assert _status_of(practice, a_claim(control_number="8-1"))[:2] == ("A7", "164")
    practice.waits_until(LATER)
    (remittance,) = practice.remittances()
    assert _status_of(practice, claim) == ("F1", "65", remittance.claims[0].paid_cents)
    assert _status_of(practice, claim, icn_of(practice, "1001-1"))[0] == "F1"


def test_a_body_that_is_no_question_is_refused(practice: Practice) -> None:
    with pytest.raises(NotAQuestionError):
        answer_question(practice.desk, b"hello")
    with pytest.raises(NotAQuestionError):
        answer_question(practice.desk, claims_interchange([a_claim()], 1))


def _status_of(practice: Practice, claim: SubmittedClaim, icn: str = "") -> tuple[str, str, int | None]:
    (answer,) = parts_of(answer_question(practice.desk, status_question(claim, icn)))
    assert isinstance(answer, x12.ClaimStatusResponse)
    ((*_, found),) = answer.claims()
    code = found.statuses[0].codes[0]
    return code.category, code.status, found.statuses[0].paid_cents


@pytest.mark.parametrize("payer", sorted(MEMBER_IDS))
def test_every_payers_full_answer_is_a_valid_271(practice: Practice, payer: str) -> None:
    body = answer_question(practice.desk, eligibility_question(payer, MEMBER_IDS[payer]))
    assert x12.read_file(body).all_errors() == ()
