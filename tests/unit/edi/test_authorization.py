"""Prior authorization: our 278 and the payer's answer, and by when it must decide."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

import x12
from domain.coverage.authorization import AuthorizationRequest, AuthorizationState, decision_due, parse_clocks
from domain.coverage.coverage import Coverage
from domain.people.parties import Person
from edi import authorization
from edi.envelope import seal
from simulator.persona import load_personas
from simulator.realtime.authorization import authorization_response
from tests.unit.edi.samples import ADULT, AT, CHILD, OWN, PARENTS, PROVIDER, control_numbers

MRI = AuthorizationRequest(procedure="70551", service_date=date(2026, 4, 1), diagnoses=("G43909",))


def asked(
    patient: Person = ADULT, coverage: Coverage = OWN, *, member: str = "SUM100200300", of: AuthorizationRequest = MRI
) -> bytes:
    return authorization.request(
        provider=PROVIDER,
        patient=patient,
        coverage=replace(coverage, member_id=member, payer=replace(coverage.payer, code="PPO01")),
        asked=of,
        reference="PA47001",
        control_numbers=control_numbers(),
        at=AT,
        usage="T",
    )


def answered(question: bytes) -> bytes:
    (transaction,) = x12.read_file(question).transactions()
    assert isinstance(transaction.content, x12.ServicesReviewRequest)
    content = authorization_response(transaction.content, load_personas(), AT)
    return seal([content], sender="PPO01", receiver="LAKESIDE1", control_numbers=control_numbers(), at=AT, usage="T")


@pytest.mark.parametrize(("patient", "coverage"), [(ADULT, OWN), (CHILD, PARENTS)], ids=["own", "childs"])
def test_a_request_and_its_answer_are_valid_278s(patient: Person, coverage: Coverage) -> None:
    question = asked(patient, coverage)
    assert x12.read_file(question).all_errors() == ()
    assert x12.read_file(answered(question)).all_errors() == ()


def test_a_service_that_needs_it_is_certified_with_a_number_that_repeats() -> None:
    needed = next(iter(load_personas()["PPO01"].policy.needs_authorization))
    of = replace(MRI, procedure=needed)
    found = authorization.answer(answered(asked(of=of)))
    assert found.state is AuthorizationState.APPROVED
    assert found.number.startswith("AU")
    assert authorization.answer(answered(asked(of=of))) == found


@pytest.mark.parametrize(
    ("member", "procedure", "state"),
    [
        ("SUM100200P44", "", AuthorizationState.PENDED),
        ("SUM100200300", "99213", AuthorizationState.NOT_NEEDED),
        ("SUM100200S42", "", AuthorizationState.REQUESTED),
        ("SUM100200U31", "", AuthorizationState.REQUESTED),
    ],
)
def test_what_else_a_payer_says(member: str, procedure: str, state: AuthorizationState) -> None:
    needed = next(iter(load_personas()["PPO01"].policy.needs_authorization))
    found = authorization.answer(answered(asked(member=member, of=replace(MRI, procedure=procedure or needed))))
    assert found.state is state
    assert authorization.is_silence(found) == (member == "SUM100200S42")


def test_anything_else_is_no_decision() -> None:
    assert authorization.answer(b"<html>").state is AuthorizationState.REQUESTED


ROW = {
    "payer_kind": "medicaid", "expedited_hours": "72", "standard_days": "7", "effective_from": "2026-01-01",
    "effective_to": "", "source": "CMS-0057-F",
}  # fmt: skip
AT_NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "expedited", "wait"),
    [
        ("medicaid", True, timedelta(hours=72)),
        ("medicaid", False, timedelta(days=7)),
        ("commercial", False, None),
        ("medicare", True, None),
    ],
)
def test_a_payer_that_is_bound_decides_by_its_clock(kind: str, expedited: bool, wait: timedelta | None) -> None:
    due, rule = decision_due(parse_clocks([ROW]), kind, AT_NOON, AT_NOON.date(), expedited=expedited)
    assert due == (AT_NOON + wait if wait else None)
    assert rule


def test_a_clock_without_its_source_is_refused() -> None:
    with pytest.raises(ValueError, match="row 1"):
        parse_clocks([ROW | {"source": ""}])
