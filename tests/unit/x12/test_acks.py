"""The TA1, 999 and 277CA that answer what came in."""

from __future__ import annotations

import re
from typing import Any

import pytest

import x12
from tests.unit.x12 import examples
from x12.answers.acknowledging import acknowledge, group_acknowledgement, interchange_acknowledgement
from x12.answers.claim_answers import ACCEPTED, ClaimDecision, answer_claims

GOOD = examples.interchange(examples.claims(examples.claim("1001-1"), examples.claim("1002-1"))).decode()


def answer(data: str) -> x12.ImplementationAcknowledgement:
    (interchange,) = x12.read_file(data.encode()).interchanges
    (group,) = interchange.groups
    return group_acknowledgement(group)


def test_a_good_group_is_accepted() -> None:
    told = answer(GOOD)
    assert (told.status, told.included, told.received, told.accepted) == ("A", 1, 1, 1)
    assert [(one.status, one.codes, one.segments) for one in told.transactions] == [("A", (), ())]


@pytest.mark.parametrize(("damage", "ik5", "ik3"), [
    (lambda text: re.sub(r"SE\*\d+", "SE*9", text), ("4",), []),
    (lambda text: re.sub(r"(SE\*\d+\*)0001", r"\g<1>0009", text), ("3",), []),
    (lambda text: re.sub(r"SE\*\d+\*0001~\n", "", text), ("2",), []),
    (lambda text: text.replace("005010X222A1", "005010X298"), ("I6",), []),
    (lambda text: text.replace("11:B:1*Y*A", "11:B:1*Y*Z", 1), ("5",), [("CLM", 19, "2300", "8", (7, None, "7"))]),
    (lambda text: text.replace("11:B:1*Y*A", "11:B:*Y*A", 1), ("5",), [("CLM", 19, "2300", "8", (5, 3, "1"))]),
    (lambda text: text.replace("20260227", "20260231", 1), ("5",), [("DTP", 25, "2400", "8", (3, None, "8"))]),
], ids=["count", "control number", "no trailer", "guide", "code value", "missing component", "date"])  # fmt: skip
def test_a_999_says_what_is_wrong_with_a_set_and_where(
    damage: Any, ik5: tuple[str, ...], ik3: list[tuple[Any, ...]]
) -> None:
    told = answer(damage(GOOD))
    assert (told.status, told.accepted) == ("R", 0)
    (one,) = told.transactions
    assert one.codes == ik5
    first = [
        (segment.segment, segment.position, segment.loop, segment.code,
         *((e.element, e.component, e.code) for e in segment.elements))
        for segment in one.segments
    ]  # fmt: skip
    assert first[: len(ik3)] == ik3


def test_an_unknown_segment_is_told_by_its_place() -> None:
    told = answer(GOOD.replace("LX*1~", "XYZ*1~\nLX*1~", 1))
    segments = told.transactions[0].segments
    assert ("XYZ", "1") in [(segment.segment, segment.code) for segment in segments]


def test_a_group_with_one_bad_set_is_accepted_in_part() -> None:
    start, end = GOOD.index("ST*"), GOOD.index("GE*")
    second = GOOD[start:end].replace("*0001", "*0002").replace("11:B:1*Y*A", "11:B:1*Y*Z", 1)
    told = answer((GOOD[:end] + second + GOOD[end:]).replace("GE*1*", "GE*2*"))
    assert (told.status, told.included, told.received, told.accepted) == ("P", 2, 2, 1)
    assert [one.status for one in told.transactions] == ["A", "R"]


@pytest.mark.parametrize(("damage", "status", "note"), [
    (lambda text: text, "A", "000"),
    (lambda text: text.replace("IEA*1*000000905", "IEA*1*000000906"), "R", "001"),
    (lambda text: text.replace("IEA*1*", "IEA*3*"), "R", "021"),
    (lambda text: text[: text.index("IEA*")], "R", "023"),
    (lambda text: text.replace("*00501*", "*00401*"), "R", "017"),
    (lambda text: text.replace("*0*T*:", "*0*X*:"), "R", "020"),
], ids=["good", "control number", "count", "cut", "version", "usage"])  # fmt: skip
def test_a_ta1_says_what_is_wrong_with_an_interchange(damage: Any, status: str, note: str) -> None:
    (interchange,) = x12.read_file(damage(GOOD).encode()).interchanges
    told = interchange_acknowledgement(interchange)
    assert (told.control_number, told.status, told.note) == (905, status, note)


def test_the_answer_goes_back_to_the_sender_and_can_be_read() -> None:
    (interchange,) = x12.read_file(GOOD.encode()).interchanges
    data = acknowledge(interchange, control_number=1, group_control_number=1, day=examples.DAY, moment=examples.NOON)
    file = x12.read_file(data)
    assert file.all_errors() == ()
    (back,) = file.interchanges
    assert (back.header.sender_id, back.header.receiver_id) == ("RECEIVER", "SENDER")
    assert [one.kind for one in file.transactions()] == ["999"]
    assert back.acknowledgements[0].control_number == 905


def test_a_999_is_not_answered_with_a_999() -> None:
    (interchange,) = x12.read_file(examples.interchange(examples.implementation_acknowledgement())).interchanges
    data = acknowledge(interchange, control_number=1, group_control_number=1, day=examples.DAY, moment=examples.NOON)
    assert list(x12.read_file(data).transactions()) == []


def test_a_277ca_answers_each_claim_and_adds_up() -> None:
    content = examples.claims(examples.claim("1-1"), examples.claim("2-1"), examples.secondary_claim())
    refused = ClaimDecision(codes=(x12.StatusCode(category="A7", status="562", entity="85"),), accepted=False)
    told = answer_claims(
        content,
        lambda claim: refused if claim.claim_id == "2-1" else ACCEPTED,
        source=examples.PAYER, reference="CA 9", received=examples.DAY, processed=examples.DAY, moment=examples.NOON,
    )  # fmt: skip
    data = examples.interchange(told)
    assert x12.read_file(data).all_errors() == ()
    assert examples.read_one(data).content == told
    assert [(claim.trace.number, claim.statuses[0].action) for *_, claim in told.claims()] == [
        ("1-1", "WQ"), ("2-1", "U"), ("1002-1", "WQ"),
    ]  # fmt: skip
    totals = told.sources[0].receivers[0].levels[0]
    assert [(one.qualifier, int(one.quantity)) for one in totals.quantities] == [("90", 2), ("AA", 1)]
    assert [(one.qualifier, one.amount_cents) for one in totals.amounts] == [("YU", 29_050), ("YY", 16_550)]


@pytest.mark.parametrize(("was", "now"), [
    ("GS*HC*SENDER", "GS*HCC*SENDER"),
    ("GS*HC*SENDER", "GS**SENDER"),
    ("GS*HC*SENDER", "GS*HC*S\u00e9NDER"),
    ("*X*005010X222A1~\nST", "*X*005010X222A1-AND-MORE~\nST"),
    ("ST*837*0001", "ST*837*00\u00e91"),
])  # fmt: skip
def test_a_broken_header_does_not_stop_its_own_rejection(was: str, now: str) -> None:
    assert was in GOOD
    (interchange,) = x12.read_file(GOOD.replace(was, now).encode("latin-1")).interchanges
    data = acknowledge(interchange, control_number=1, group_control_number=1, day=examples.DAY, moment=examples.NOON)
    told = examples.read_one(data).content
    assert isinstance(told, x12.ImplementationAcknowledgement)
    assert told.status == "R"
