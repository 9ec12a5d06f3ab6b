"""278: asked and answered, told apart by BHT02 alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

import x12
from tests.unit.x12 import examples, review_examples

REQUEST = examples.interchange(review_examples.request())
RESPONSE = examples.interchange(review_examples.response())


def codes(data: bytes) -> list[str]:
    return [f"{error.place} {error.code}" for error in x12.read_file(data).all_errors()]


def test_request_and_response_share_a_version_and_are_told_apart() -> None:
    file = x12.read_file(examples.interchange(review_examples.request(), review_examples.response()))
    assert [(one.kind, one.version, one.claim_count) for one in file.transactions()] == [
        ("278 request", "005010X217", 1), ("278 response", "005010X217", 1),
    ]  # fmt: skip
    asked, answered = (one.content for one in file.transactions())
    assert isinstance(asked, x12.ServicesReviewRequest)
    assert isinstance(answered, x12.ServicesReviewResponse)


def test_the_event_of_a_dependent_stands_below_him() -> None:
    levels = [segment for segment in REQUEST.decode().split("~\n") if segment.startswith("HL*")]
    assert levels == [
        "HL*1**20*1", "HL*2*1*21*1", "HL*3*2*22*1", "HL*4*3*23*1", "HL*5*4*EV*1", "HL*6*5*SS*0", "HL*7*5*SS*0",
    ]  # fmt: skip
    content = examples.read_one(REQUEST).content
    assert isinstance(content, x12.ServicesReviewRequest)
    ((organization, requester, subscriber, dependent, event),) = content.events()
    assert (organization.party.identifier, requester.party.npi) == ("60054", "1999999984")
    assert (subscriber.person.first_name, dependent and dependent.person.first_name) == ("JANE", "TIM")
    assert [service.hl for service in event.services] == [6, 7]


def test_what_was_decided_is_read_for_the_event_and_for_each_service() -> None:
    content = examples.read_one(RESPONSE).content
    assert isinstance(content, x12.ServicesReviewResponse)
    ((*_, event),) = content.events()
    assert event.decision == x12.ReviewDecision(action="A2", authorization="AUTH77")
    decisions = [service.decision for service in event.services]
    assert [(one.certified, one.reasons) for one in decisions if one] == [(True, ()), (False, ("0V", "0M"))]


def test_a_rejection_answers_without_an_event() -> None:
    data = examples.interchange(review_examples.rejection())
    assert x12.read_file(data).all_errors() == ()
    content = examples.read_one(data).content
    assert content == review_examples.rejection()
    assert isinstance(content, x12.ServicesReviewResponse)
    assert [one.reason for one in content.rejections()] == ["75"]


@pytest.mark.parametrize(("was", "now", "found"), [
    (b"UM*HS*I*2*22:B", b"UM*XX*I*2*22:B", "UM01 element-code"),
    (b"UM*HS*I*2*22:B", b"UM*HS**2*22:B", "UM02 element-missing"),
    (b"HI*ABK:M170:D8:20260201", b"HI*ABK:M170:D8:20260231", "HI01-4 element-date"),
    (b"HI*ABK:M170:D8:20260201", b"HI*ABX:M170:D8:20260201", "HI01-1 element-code"),
    (b"HL*6*5*SS*0", b"HL*6*4*SS*0", "HL02 hl-parent"),
    (b"HL*6*5*SS*0", b"HL*9*5*SS*0", "HL01 hl-number"),
    (b"BHT*0007*13", b"BHT*0007*14", "BHT02 element-code"),
    (b"SV1*HC:97110", b"SV9*HC:97110", "SV9 segment-unknown"),
])  # fmt: skip
def test_a_fault_is_told_by_its_element(was: bytes, now: bytes, found: str) -> None:
    assert was in REQUEST
    assert found in codes(REQUEST.replace(was, now, 1))


def test_a_request_that_calls_itself_a_response_is_read_as_one() -> None:
    (transaction,) = x12.read_file(REQUEST.replace(b"BHT*0007*13", b"BHT*0007*11", 1)).transactions()
    assert transaction.kind == "278 response"
    assert isinstance(transaction.content, x12.ServicesReviewResponse)


def test_a_request_without_an_event_asks_nothing() -> None:
    start, end = REQUEST.index(b"HL*5*4*EV"), REQUEST.index(b"SE*")
    assert any(code.endswith("no-claims") for code in codes(REQUEST[:start] + REQUEST[end:]))


@pytest.mark.parametrize("change", [
    {"purpose": "11"},
    {"transaction_type": "18"},
    {"organizations": ()},
    {"reference": ""},
])  # fmt: skip
def test_a_request_that_cannot_be_written_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(x12.X12Invalid):
        examples.interchange(replace(review_examples.request(), **change))  # type: ignore[arg-type]


def test_a_thirteenth_diagnosis_is_refused() -> None:
    many = tuple(x12.ReviewDiagnosis(qualifier="ABF", code=f"M{at}") for at in range(100, 113))
    patient = x12.ReviewPatient(person=review_examples.SUBSCRIBER, events=(review_examples.event(diagnoses=many),))
    asked = review_examples.request()
    organization = asked.organizations[0]
    requester = replace(organization.requesters[0], subscribers=(patient,))
    with pytest.raises(x12.X12Invalid, match="twelve"):
        examples.interchange(replace(asked, organizations=(replace(organization, requesters=(requester,)),)))


def test_a_set_that_ends_before_its_bht_is_an_error_and_no_crash() -> None:
    start, end = REQUEST.index(b"BHT*"), REQUEST.index(b"SE*")
    assert "BHT segment-missing" in codes(REQUEST[:start] + REQUEST[end:])
