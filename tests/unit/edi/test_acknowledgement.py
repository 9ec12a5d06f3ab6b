"""TA1, 999 and 277CA in the domain's terms."""

from __future__ import annotations

from datetime import date, time

import pytest

from edi.acknowledgement import (
    batch_rejected,
    claims_acknowledged,
    functional_acknowledged,
    interchange_acknowledged,
)
from x12.transactions.acknowledgement import (
    ElementError,
    ImplementationAcknowledgement,
    InterchangeAcknowledgement,
    SegmentError,
    TransactionAcknowledgement,
)
from x12.transactions.claim_status import (
    ClaimAcknowledgement,
    ClaimStatus,
    LevelStatus,
    Status,
    StatusCode,
    StatusPatient,
    StatusProvider,
    StatusReceiver,
    StatusSource,
)
from x12.transactions.parts import Party, Reference, Trace

DAY = date(2026, 3, 5)


def status(category: str, action: str, code: str = "20", text: str = "") -> Status:
    return Status(
        codes=(StatusCode(category=category, status=code, entity="PR"),),
        effective_date=DAY,
        action=action,
        text=text,
    )


def one_claim(*statuses: Status) -> ClaimAcknowledgement:
    claim = ClaimStatus(
        trace=Trace(type_code="2", number="10000001-1"),
        statuses=statuses,
        references=(Reference(qualifier="1K", value="ICN77"),),
    )
    return acknowledgement(
        StatusProvider(
            parties=(Party(entity="85"),),
            patients=(StatusPatient(person=Party(entity="QC"), claims=(claim,)),),
        )
    )


def acknowledgement(*providers: StatusProvider, levels: tuple[LevelStatus, ...] = ()) -> ClaimAcknowledgement:
    receiver = StatusReceiver(party=Party(entity="41"), levels=levels, providers=providers)
    return ClaimAcknowledgement(
        reference="1",
        date=DAY,
        time=time(8, 0),
        sources=(StatusSource(party=Party(entity="PR"), receivers=(receiver,)),),
    )


def test_an_accepted_claim_carries_the_payers_number_and_is_proof_of_timely_filing() -> None:
    (found,) = claims_acknowledged(one_claim(status("A2", "WQ")))
    assert found.accepted
    assert found.in_adjudication
    assert not found.contradictory
    assert (found.control_number, found.payer_control_number) == ("10000001-1", "ICN77")
    assert (found.category, found.status_code, found.entity) == ("A2", "20", "PR")


def test_a_receipt_is_accepted_but_not_yet_in_adjudication() -> None:
    (found,) = claims_acknowledged(one_claim(status("A1", "WQ")))
    assert found.accepted
    assert not found.in_adjudication


@pytest.mark.parametrize("category", ["A3", "A4", "A6", "A7", "A8"])
def test_a_rejecting_category_rejects(category: str) -> None:
    (found,) = claims_acknowledged(one_claim(status(category, "U", "562", "Entity's NPI")))
    assert not found.accepted
    assert not found.contradictory
    assert found.text == "Entity's NPI"


@pytest.mark.parametrize(("category", "action"), [("A7", "WQ"), ("A2", "U"), ("A1", "U"), ("ZZ", "WQ")])
def test_category_and_action_that_disagree_count_as_rejected_and_go_to_a_person(category: str, action: str) -> None:
    (found,) = claims_acknowledged(one_claim(status(category, action)))
    assert not found.accepted
    assert found.contradictory


def test_one_rejecting_status_among_several_decides() -> None:
    (found,) = claims_acknowledged(one_claim(status("A2", "WQ"), status("A7", "U", "33")))
    assert not found.accepted
    assert (found.category, found.status_code) == ("A7", "33")


def test_a_claim_without_any_status_goes_to_a_person() -> None:
    (found,) = claims_acknowledged(one_claim())
    assert not found.accepted
    assert found.contradictory


def test_a_whole_submitter_or_provider_refused_without_claims_is_told() -> None:
    level = LevelStatus(trace=Trace(type_code="2", number="000000012-1"), statuses=(status("A8", "U", "24"),))
    (receiver,) = batch_rejected(acknowledgement(levels=(level,)))
    assert (receiver.reference, receiver.level, receiver.category) == ("000000012-1", "receiver", "A8")
    provider = StatusProvider(parties=(Party(entity="85"),), levels=(level,))
    (refused,) = batch_rejected(acknowledgement(provider))
    assert refused.level == "provider"
    assert batch_rejected(one_claim(status("A7", "U"))) == ()


def test_a_999_speaks_of_each_transaction_set_with_places_but_without_values() -> None:
    content = ImplementationAcknowledgement(
        functional_id="HC",
        control_number=12,
        status="P",
        included=2,
        received=2,
        accepted=1,
        transactions=(
            TransactionAcknowledgement(transaction="837", control_number="0001", status="A"),
            TransactionAcknowledgement(
                transaction="837",
                control_number="0002",
                status="R",
                codes=("5",),
                segments=(
                    SegmentError(
                        segment="NM1",
                        position=8,
                        loop="2010BA",
                        code="8",
                        elements=(ElementError(element=9, code="1", value="SECRET"),),
                    ),
                ),
            ),
        ),
    )
    good, bad = functional_acknowledged(content)
    assert (good.control_number, good.accepted) == ("0001", True)
    assert (bad.control_number, bad.accepted, bad.group_control_number) == ("0002", False, "12")
    assert bad.errors == ("NM1 at 8 loop 2010BA: code 8, element 9 code 1", "IK5: code 5")


def test_a_999_without_transaction_sets_speaks_of_the_group() -> None:
    content = ImplementationAcknowledgement(
        functional_id="HC", control_number=12, status="R", included=1, received=1, accepted=0, codes=("4",)
    )
    (found,) = functional_acknowledged(content)
    assert (found.control_number, found.accepted, found.errors) == ("", False, ("AK9: code 4",))


@pytest.mark.parametrize(
    ("answer", "note", "accepted", "duplicate"),
    [
        ("A", "000", True, False),
        ("E", "000", True, False),
        ("R", "022", False, False),
        ("R", "025", False, True),
    ],
)
def test_a_ta1_tells_a_refused_interchange_from_a_duplicate(
    answer: str, note: str, accepted: bool, duplicate: bool
) -> None:
    found = interchange_acknowledged(
        InterchangeAcknowledgement(control_number=12, date=DAY, time=time(8, 0), status=answer, note=note)
    )
    assert found.control_number == "000000012"
    assert (found.accepted, found.duplicate) == (accepted, duplicate)
