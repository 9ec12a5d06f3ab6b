"""Claim status: what we ask and how answers are understood."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.claim.claim import ClaimForSubmission
from domain.claim.status import StatusKind
from edi import claim_status
from edi.envelope import seal
from tests.unit.edi.oracle import x12sdk_kinds
from tests.unit.edi.samples import AT, CHILD, CONTENT, PARENTS, claim, control_numbers
from x12.reading import read_file
from x12.transactions.claim_status import (
    ClaimStatus,
    ClaimStatusRequest,
    ClaimStatusResponse,
    LevelStatus,
    Status,
    StatusCode,
    StatusPatient,
    StatusProvider,
    StatusReceiver,
    StatusSource,
)
from x12.transactions.parts import DateOrPeriod, Party, Reference, Trace

OWN_CLAIM = claim()
CHILDS_CLAIM = claim(10_000_002, patient=CHILD, content=replace(CONTENT, coverage=PARENTS))


def question(one: ClaimForSubmission, payer_control_number: str = "") -> bytes:
    return claim_status.question(
        one,
        payer_control_number=payer_control_number,
        reference="10000001-S1",
        control_numbers=control_numbers(),
        at=AT,
        usage="T",
    )


@pytest.mark.parametrize("one", [OWN_CLAIM, CHILDS_CLAIM], ids=["own", "childs"])
def test_the_question_names_our_claim_its_charge_and_its_dates(one: ClaimForSubmission) -> None:
    file = read_file(question(one, "ICN55"))
    assert file.all_errors() == ()
    (transaction,) = file.transactions()
    assert isinstance(transaction.content, ClaimStatusRequest)
    ((_, _, _, _, asked),) = transaction.content.claims()
    assert asked.trace.number == "10000001-S1"
    assert {entry.qualifier: entry.value for entry in asked.references} == {
        "1K": "ICN55",
        "EJ": one.control_number,
    }
    assert [amount.amount_cents for amount in asked.amounts] == [one.content.charge_cents]
    assert [(when.start, when.end) for when in asked.dates] == [(date(2026, 3, 2), date(2026, 3, 3))]


@pytest.mark.parametrize("one", [OWN_CLAIM, CHILDS_CLAIM], ids=["own", "childs"])
@pytest.mark.parametrize("number", ["", "ICN55"])
def test_x12sdk_finds_no_fault_with_the_question(one: ClaimForSubmission, number: str) -> None:
    assert x12sdk_kinds(question(one, number)) == ["x12_276_005010X212"]


def test_the_question_describes_the_patient_not_the_parent() -> None:
    (transaction,) = read_file(question(CHILDS_CLAIM)).transactions()
    assert isinstance(transaction.content, ClaimStatusRequest)
    ((_, _, _, patient, _),) = transaction.content.claims()
    assert (patient.person.first_name, patient.birth_date, patient.sex) == ("FERN", CHILD.birth_date, "F")


def response(*claims: ClaimStatus, level: LevelStatus | None = None) -> bytes:
    patient = StatusPatient(
        person=Party(
            entity="IL",
            entity_type="1",
            last_name="MEADOW",
            first_name="IRIS",
            id_qualifier="MI",
            identifier="X1",
        ),
        claims=claims,
    )
    provider = StatusProvider(
        parties=(Party(entity="1P", last_name="LAKESIDE", id_qualifier="XX", identifier="1234567893"),),
        patients=(patient,) if claims else (),
    )
    receiver = StatusReceiver(
        party=Party(entity="41", last_name="LAKESIDE", id_qualifier="46", identifier="LAKESIDE1"),
        levels=() if level is None else (level,),
        providers=() if level is not None else (provider,),
    )
    source = StatusSource(
        party=Party(entity="PR", last_name="SUMMIT PPO", id_qualifier="PI", identifier="PPO01"),
        receivers=(receiver,),
    )
    content = ClaimStatusResponse(reference="1", date=AT.date(), time=AT.time(), sources=(source,))
    return seal([content], sender="PPO01", receiver="LAKESIDE1", control_numbers=control_numbers(), at=AT, usage="T")


def status(category: str, code: str = "20", paid: int | None = None) -> Status:
    return Status(
        codes=(StatusCode(category=category, status=code),),
        effective_date=AT.date(),
        charge_cents=21_501,
        paid_cents=paid,
    )


def found_claim(one: Status) -> ClaimStatus:
    return ClaimStatus(
        trace=Trace(type_code="2", number="10000001-S1"),
        statuses=(one,),
        references=(Reference(qualifier="1K", value="ICN55"), Reference(qualifier="EJ", value="10000001-1")),
        dates=(DateOrPeriod(qualifier="472", start=date(2026, 3, 2)),),
    )


@pytest.mark.parametrize(
    ("category", "paid", "kind"),
    [
        ("P1", None, StatusKind.PENDING),
        ("A2", None, StatusKind.PENDING),
        ("P3", None, StatusKind.NEEDS_INFORMATION),
        ("R4", None, StatusKind.NEEDS_INFORMATION),
        ("F1", 100, StatusKind.FINALISED_PAID),
        ("F2", 0, StatusKind.FINALISED_DENIED),
        ("F0", 100, StatusKind.FINALISED_PAID),
        ("F0", 0, StatusKind.FINALISED_DENIED),
        ("F3", 100, StatusKind.FINALISED_PAID),
        ("F4", 0, StatusKind.FINALISED_DENIED),
        ("A4", None, StatusKind.NOT_FOUND),
        ("D0", None, StatusKind.NOT_FOUND),
        ("A7", None, StatusKind.ERROR),
        ("E1", None, StatusKind.ERROR),
    ],
)
def test_each_category_means_one_thing(category: str, paid: int | None, kind: StatusKind) -> None:
    found = claim_status.answer(response(found_claim(status(category, paid=paid))))
    assert (found.kind, found.category, found.code) == (kind, category, "20")
    assert found.payer_control_number == "ICN55"


def test_of_several_claims_the_one_furthest_on_is_told() -> None:
    found = claim_status.answer(response(found_claim(status("A4")), found_claim(status("P1"))))
    assert found.kind is StatusKind.PENDING


def test_an_answer_for_all_claims_at_once_is_understood() -> None:
    level = LevelStatus(trace=Trace(type_code="2", number="1"), statuses=(status("E1", "484"),))
    found = claim_status.answer(response(level=level))
    assert (found.kind, found.category, found.code) == (StatusKind.ERROR, "E1", "484")


def test_what_is_no_277_is_an_error_that_says_what_came() -> None:
    assert claim_status.answer(b"<html>").category == "unreadable"
    assert claim_status.answer(question(OWN_CLAIM)).category == "276"
