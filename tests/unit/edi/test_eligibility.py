"""Eligibility: what we ask and how answers are understood."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from domain.coverage.coverage import Coverage
from domain.coverage.eligibility import CoverageStatus
from domain.people.parties import Person
from edi import eligibility
from edi.envelope import seal
from tests.unit.edi.oracle import x12sdk_kinds
from tests.unit.edi.samples import ADULT, AT, CHILD, OWN, PARENTS, PROVIDER, control_numbers
from x12.envelope.model import InterchangeHeader
from x12.reading import read_file
from x12.transactions.acknowledgement import InterchangeAcknowledgement
from x12.transactions.eligibility import (
    Benefit,
    EligibilityInquiry,
    EligibilityResponse,
    InformationReceiver,
    InformationSource,
    Member,
    Rejection,
)
from x12.transactions.parts import Party
from x12.writing import write_interchange


def question(patient: Person, coverage: Coverage) -> bytes:
    return eligibility.question(
        provider=PROVIDER,
        patient=patient,
        coverage=coverage,
        service_date=date(2026, 3, 9),
        reference="10000001-E1",
        control_numbers=control_numbers(),
        at=AT,
        usage="T",
    )


@pytest.mark.parametrize(("patient", "coverage"), [(ADULT, OWN), (CHILD, PARENTS)], ids=["own", "childs"])
def test_the_question_is_about_the_patient_on_the_day_of_service(patient: Person, coverage: Coverage) -> None:
    content = question(patient, coverage)
    file = read_file(content)
    assert file.all_errors() == ()
    (transaction,) = file.transactions()
    assert isinstance(transaction.content, EligibilityInquiry)
    ((_, _, subscriber, dependent),) = transaction.content.members()
    asked = dependent or subscriber
    assert asked.person.first_name == patient.first_name.upper()
    assert [(when.qualifier, when.start) for when in asked.dates] == [("291", date(2026, 3, 9))]
    assert [trace.number for trace in asked.traces] == ["10000001-E1"]
    assert asked.questions[0].service_types == ("30",)
    assert subscriber.person.identifier == "XYZ12345"


UNDATED_PARENTS = replace(PARENTS, subscriber=replace(ADULT, birth_date=None, sex="U"))


def test_a_subscriber_without_a_birth_date_is_asked_about_by_name_and_number() -> None:
    content = question(CHILD, UNDATED_PARENTS)
    assert read_file(content).all_errors() == ()
    segments = [segment.strip() for segment in content.decode().split("~")]
    assert [segment for segment in segments if segment.startswith("DMG")] == ["DMG*D8*20150201*F"]


@pytest.mark.parametrize(
    ("patient", "coverage"),
    [(ADULT, OWN), (CHILD, PARENTS), (CHILD, UNDATED_PARENTS)],
    ids=["own", "childs", "childs of an undated parent"],
)
def test_x12sdk_finds_no_fault_with_the_question(patient: Person, coverage: Coverage) -> None:
    assert x12sdk_kinds(question(patient, coverage)) == ["x12_270_005010X279A1"]


def response(*benefits: Benefit, rejections: tuple[Rejection, ...] = (), source: tuple[Rejection, ...] = ()) -> bytes:
    member = Member(
        person=Party(
            entity="IL",
            entity_type="1",
            last_name="MEADOW",
            first_name="IRIS",
            id_qualifier="MI",
            identifier="XYZ12345",
        ),
        rejections=rejections,
        benefits=benefits,
    )
    receiver = InformationReceiver(
        party=Party(entity="1P", last_name="LAKESIDE", id_qualifier="XX", identifier="1234567893"),
        subscribers=(member,),
    )
    content = EligibilityResponse(
        reference="10000001-E1",
        date=AT.date(),
        time=AT.time(),
        sources=(
            InformationSource(
                party=Party(entity="PR", last_name="SUMMIT PPO", id_qualifier="PI", identifier="PPO01"),
                party_rejections=source,
                receivers=() if source else (receiver,),
            ),
        ),
    )
    return seal([content], sender="PPO01", receiver="LAKESIDE1", control_numbers=control_numbers(), at=AT, usage="T")


def test_an_active_plan_tells_the_patients_share() -> None:
    found = eligibility.answer(
        response(
            Benefit(information="1", service_types=("30",), plan="SUMMIT GOLD"),
            Benefit(information="B", service_types=("98",), amount_cents=2_500, in_network="Y"),
            Benefit(information="B", service_types=("98",), amount_cents=9_900, in_network="N"),
            Benefit(information="C", service_types=("30",), period="23", amount_cents=150_000),
            Benefit(information="C", service_types=("30",), period="29", amount_cents=40_000),
            Benefit(information="A", service_types=("30",), percent=Decimal("0.2")),
        )
    )
    assert found.status is CoverageStatus.ACTIVE
    assert (found.plan, found.copay_cents, found.deductible_remaining_cents, found.coinsurance_percent) == (
        "SUMMIT GOLD",
        2_500,
        40_000,
        20,
    )
    assert found.authorization_required is None


def test_the_benefit_of_an_office_visit_goes_before_that_of_the_plan() -> None:
    found = eligibility.answer(
        response(
            Benefit(information="1", service_types=("30",)),
            Benefit(information="B", service_types=("30",), amount_cents=5_000),
            Benefit(information="B", service_types=("98",), amount_cents=2_000),
        )
    )
    assert found.copay_cents == 2_000


def test_silence_about_money_is_not_zero() -> None:
    found = eligibility.answer(response(Benefit(information="1", service_types=("30",))))
    assert (found.copay_cents, found.deductible_remaining_cents, found.coinsurance_percent) == (
        None,
        None,
        None,
    )


def test_an_ended_plan_is_inactive() -> None:
    found = eligibility.answer(response(Benefit(information="6", service_types=("30",))))
    assert found.status is CoverageStatus.INACTIVE


@pytest.mark.parametrize(
    ("reason", "status"),
    [
        ("75", CoverageStatus.NOT_FOUND),
        ("72", CoverageStatus.NOT_FOUND),
        ("71", CoverageStatus.NOT_FOUND),
        ("43", CoverageStatus.UNKNOWN),
    ],
)
def test_a_rejected_question_tells_its_reason(reason: str, status: CoverageStatus) -> None:
    found = eligibility.answer(response(rejections=(Rejection(reason=reason, follow_up="C"),)))
    assert (found.status, found.rejections) == (status, (reason,))


def test_a_payer_that_is_down_is_unknown_and_asked_again() -> None:
    found = eligibility.answer(response(source=(Rejection(valid="Y", reason="42", follow_up="R"),)))
    assert (found.status, found.rejections) == (CoverageStatus.UNKNOWN, ("42",))


def test_a_ta1_a_page_of_html_and_another_set_are_unknown_never_an_error() -> None:
    refused = write_interchange(
        InterchangeHeader(
            sender_id="PPO01",
            receiver_id="LAKESIDE1",
            control_number=3,
            date=AT.date(),
            time=AT.time(),
            usage="T",
        ),
        acknowledgements=[
            InterchangeAcknowledgement(control_number=12, date=AT.date(), time=AT.time(), status="R", note="022")
        ],
    )
    assert eligibility.answer(refused).rejections == ("TA1",)
    assert eligibility.answer(b"<html>502</html>").rejections == ("unreadable",)
    assert eligibility.answer(question(ADULT, OWN)).rejections == ("270",)
    assert eligibility.answer(b"").status is CoverageStatus.UNKNOWN
