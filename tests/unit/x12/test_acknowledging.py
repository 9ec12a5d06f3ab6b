"""TA1 and 999 for whatever comes in: accepted, accepted with errors, in part, rejected; by interchange, group, set."""

from __future__ import annotations

import random
import re
from typing import Any

import pytest

import x12
from tests.unit.x12 import examples, review_examples
from tests.unit.x12.acknowledgement_faults import FAULTS
from tests.unit.x12.test_oracles import pyx12_verdict
from x12.answers.acknowledging import transaction_acknowledgement

GOOD = examples.interchange(examples.claims(examples.claim("1001-1"), examples.secondary_claim())).decode()
WHEN: dict[str, Any] = {"day": examples.DAY, "moment": examples.NOON}


def ta1(text: str, **said: Any) -> tuple[str, str]:
    interchange, *_ = x12.read_file(text.encode("latin-1")).interchanges
    told = x12.interchange_acknowledgement(interchange, **said)
    return told.status, told.note


def answered(text: str, **said: Any) -> x12.X12File:
    interchange, *_ = x12.read_file(text.encode("latin-1")).interchanges
    file = x12.read_file(x12.acknowledge(interchange, control_number=7, group_control_number=8, **WHEN, **said))
    assert file.all_errors() == ()
    return file


def told(text: str) -> x12.TransactionAcknowledgement:
    (transaction,) = x12.read_file(text.encode("latin-1")).transactions()
    return transaction_acknowledgement(transaction)


@pytest.mark.parametrize(("was", "now", "status", "note"), [
    ("ISA*00", "ISA*05", "E", "010"),
    ("*00*          *ZZ*SENDER", "*07*          *ZZ*SENDER", "E", "012"),
    ("*ZZ*SENDER         *", "*QQ*SENDER         *", "R", "005"),
    ("*ZZ*RECEIVER       *", "*QQ*RECEIVER       *", "R", "007"),
    ("*ZZ*SENDER         *", "*ZZ*               *", "R", "006"),
    ("*ZZ*RECEIVER       *", "*ZZ*               *", "R", "008"),
    ("*260302*1230*", "*261332*1230*", "E", "014"),
    ("*260302*1230*", "*260302*2560*", "E", "015"),
    ("*^*00501*", "*X*00501*", "R", "016"),
    ("*^*00501*", "*^*00401*", "R", "017"),
    ("*000000905*0*T*", "*00000A905*0*T*", "R", "018"),
    ("*000000905*0*T*", "*000000905*9*T*", "E", "019"),
    ("*000000905*0*T*", "*000000905*0*Q*", "R", "020"),
    ("IEA*1*000000905", "IEA*1*000000906", "R", "001"),
    ("IEA*1*", "IEA*2*", "R", "021"),
    ("GE*1*1~\n", "GE*1*1~\nREF*EI*1~\n", "R", "022"),
    ("SENDER         *ZZ", "SENDER*ZZ", "R", "022"),
    ("IEA*1*000000905~\n", "", "R", "023"),
    ("*SENDER*RECEIVER*20260302*", "*SENDER*RECEIVER*20261302*", "E", "024"),
    ("*SENDER*RECEIVER*20260302*", "*S*RECEIVER*20260302*", "E", "024"),
])  # fmt: skip
def test_a_ta1_names_what_is_wrong_with_the_interchange(was: str, now: str, status: str, note: str) -> None:
    assert was in GOOD
    assert ta1(GOOD.replace(was, now, 1)) == (status, note)


@pytest.mark.parametrize("note", ["009", "025"])
def test_what_only_the_receiver_knows_rejects_even_a_good_interchange(note: str) -> None:
    assert ta1(GOOD, refusal=note) == ("R", note)
    file = answered(GOOD, refusal=note)
    assert list(file.transactions()) == []
    assert [one.note for one in file.interchanges[0].acknowledgements] == [note]


def test_a_caller_may_not_invent_a_note() -> None:
    with pytest.raises(ValueError, match="021"):
        ta1(GOOD, refusal="021")


def test_an_interchange_that_comes_twice_in_a_file_is_a_duplicate() -> None:
    first, second = x12.read_file((GOOD + GOOD).encode()).interchanges
    assert x12.interchange_acknowledgement(first).note == "000"
    assert x12.interchange_acknowledgement(second).note == "025"


def test_an_interchange_accepted_with_errors_still_gets_its_999() -> None:
    file = answered(GOOD.replace("*260302*1230*", "*261332*1230*", 1))
    assert [one.status for one in file.interchanges[0].acknowledgements] == ["E"]
    assert [one.kind for one in file.transactions()] == ["999"]


@pytest.mark.parametrize("now", ["*00000A905*0*T*", "*000000905*0*Q*"], ids=["number", "usage"])
def test_a_header_that_cannot_be_repeated_does_not_stop_its_rejection(now: str) -> None:
    file = answered(GOOD.replace("*000000905*0*T*", now))
    assert [one.status for one in file.interchanges[0].acknowledgements] == ["R"]


def test_nothing_but_ta1_is_not_answered() -> None:
    answer = x12.InterchangeAcknowledgement(control_number=7, date=examples.DAY, time=examples.NOON, status="A")
    file = x12.read_file(x12.write_interchange(examples.HEADER, [], [answer]))
    assert x12.acknowledge_file(file, control_number=1, **WHEN) == ()


def test_each_interchange_of_a_file_is_answered_under_a_number_of_its_own() -> None:
    other = GOOD.replace("000000905", "000000906")
    answers = x12.acknowledge_file(x12.read_file((GOOD + other).encode()), control_number=41, **WHEN)
    back = [x12.read_file(answer).interchanges[0] for answer in answers]
    assert [one.header.control_number for one in back] == [41, 42]
    assert [one.acknowledgements[0].control_number for one in back] == [905, 906]


@pytest.mark.parametrize(("was", "now", "status", "codes"), [
    ("GS*HC*", "GS*HP*", "R", ()),
    ("GE*1*1~", "GE*1*2~", "R", ("4",)),
    ("GE*1*1~", "GE*4*1~", "R", ("5",)),
    ("*1*X*005010X222A1~\nST", "*A*X*005010X222A1~\nST", "R", ("6", "4")),
    ("*1*X*005010X222A1~\nST", "*1*X*004010X098A1~\nST", "R", ("2",)),
    ("GE*1*1~\n", "", "R", ("3",)),
])  # fmt: skip
def test_a_999_names_what_is_wrong_with_a_group(was: str, now: str, status: str, codes: tuple[str, ...]) -> None:
    assert was in GOOD
    ((group,),) = (one.groups for one in x12.read_file(GOOD.replace(was, now, 1).encode()).interchanges)
    answer = x12.group_acknowledgement(group)
    assert (answer.status, answer.codes) == (status, codes)


def test_a_second_group_of_the_same_number_is_rejected_and_the_first_is_not() -> None:
    start, end = GOOD.index("GS*"), GOOD.index("IEA*")
    twice = (GOOD[:end] + GOOD[start:end] + GOOD[end:]).replace("IEA*1", "IEA*2")
    (interchange,) = x12.read_file(twice.encode()).interchanges
    first, second = (x12.group_acknowledgement(group) for group in interchange.groups)
    assert (first.status, second.status, second.codes) == ("A", "R", ("19",))


def test_a_warning_a_sender_could_mend_is_noted_and_the_set_accepted() -> None:
    text = GOOD.replace("*XX*1234567893", "*XX*1234567890", 1)
    answer = told(text)
    assert (answer.status, answer.codes) == ("E", ("I5",))
    (segment,) = answer.segments
    assert (segment.segment, segment.code, [(one.element, one.code) for one in segment.elements]) == (
        "NM1", "8", [(9, "I12")],
    )  # fmt: skip
    (group,) = (group for one in x12.read_file(text.encode()).interchanges for group in one.groups)
    assert (x12.group_acknowledgement(group).status, x12.group_acknowledgement(group).accepted) == ("E", 1)


def test_a_fault_within_a_claim_names_the_claim() -> None:
    text = GOOD.replace("SV1*HC:99213:25*125", "SV1*HC:99213:25*12X", 1)
    (segment,) = (one for one in told(text).segments if one.segment == "SV1")
    assert segment.contexts == (x12.ErrorContext(name="CLM01", value="1001-1"),)
    assert [one.value for one in segment.elements] == ["12X"]


def test_a_fault_outside_of_claims_or_in_one_that_could_not_be_read_names_none() -> None:
    outside = told(GOOD.replace("N3*5 ELM ST~\n", "", 1))
    assert [segment.contexts for segment in outside.segments] == [()]
    broken = GOOD.replace("CLM*1001-1*165.5", "CLM*1001-1*X", 1)
    unreadable = told(broken.replace("SV1*HC:99213:25*125", "SV1*HC:99213:25*12X", 1))
    assert {segment.contexts for segment in unreadable.segments if segment.segment == "SV1"} == {()}


def test_a_situational_rule_says_which_segment_made_it_apply() -> None:
    text = re.sub(r"(DMG\*D8\*19800229\*F~\n)", "", GOOD, count=1)
    text = re.sub(r"SE\*(\d+)", lambda match: f"SE*{int(match[1]) - 1}", text)
    answer = told(text)
    assert [(one.segment, one.loop, one.code) for one in answer.segments] == [("DMG", "2010BA", "I6")]
    assert answer.codes == ("I5",)
    late = told(GOOD.replace("CLM*1001-1*165.5***11:B:1*", "CLM*1001-1*165.5***11:B:7*", 1))
    contexts = [context for one in late.segments for context in one.contexts]
    assert x12.ErrorContext(name="SITUATIONAL TRIGGER", segment="CLM", position=19, loop="2300") in contexts
    assert [context.name for context in contexts] == ["CLM01", "SITUATIONAL TRIGGER"]
    late = told(GOOD.replace("SV1*HC:99213:25*125*UN*1***1:2", "SV1*HC:99213:25*125*UN*1***1:7", 1))
    ((element,),) = (one.elements for one in late.segments)
    assert [context.name for context in element.contexts] == ["SITUATIONAL TRIGGER"]


def test_a_sum_that_does_not_hold_names_its_element() -> None:
    (segment,) = told(GOOD.replace("CLM*1001-1*165.5", "CLM*1001-1*165", 1)).segments
    assert (segment.segment, segment.code, [(one.element, one.code) for one in segment.elements]) == (
        "CLM", "8", [(2, "I12")],
    )  # fmt: skip


def test_without_echo_no_value_of_the_file_is_repeated() -> None:
    text = GOOD.replace("11:B:1*Y*A", "11:B:1*Y*Z", 1)
    ((group,),) = (one.groups for one in x12.read_file(text.encode()).interchanges)
    loud, silent = (x12.group_acknowledgement(group, echo=echo) for echo in (True, False))
    assert [e.value for t in loud.transactions for s in t.segments for e in s.elements] == ["Z"]
    assert [e.value for t in silent.transactions for s in t.segments for e in s.elements] == [""]


@pytest.mark.parametrize("fault", list(FAULTS))
def test_the_answer_to_a_broken_file_is_itself_in_order(fault: str) -> None:
    for sent in (GOOD, examples.interchange(examples.claims()).decode()):
        try:
            broken = FAULTS[fault](sent)
        except (AssertionError, StopIteration):  # the fault is not possible in this file
            continue
        answers = answered(broken)
        assert answers.interchanges[0].acknowledgements


def test_pyx12_accepts_our_answer_with_its_contexts() -> None:
    text = GOOD.replace("CLM*1001-1*165.5***11:B:1*", "CLM*1001-1*165***11:B:7*", 1)
    text = text.replace("SV1*HC:99213:25*125*UN*1***1:2", "SV1*HC:99213:25*12X*UN*1***1:7", 1)
    (interchange,) = x12.read_file(text.encode()).interchanges
    data = x12.acknowledge(interchange, control_number=7, group_control_number=8, **WHEN)
    assert data.count(b"CTX*") >= 3
    # TA1 before a group is no place pyx12 knows
    without = re.sub(rb"TA1\*[^~]*~\n", b"", data)
    assert pyx12_verdict(without)[0], data


@pytest.mark.parametrize("content", [
    examples.claims(), examples.remittance(), examples.inquiry(), examples.status_request(), review_examples.request(),
    review_examples.response(),
], ids=["837P", "835", "270", "276", "278 request", "278 response"])  # fmt: skip
def test_any_damaged_file_gets_an_answer_that_is_in_order_or_cannot_be_addressed(content: Any) -> None:
    good = examples.interchange(content)
    draw = random.Random(len(good))
    for _ in range(150):
        at = draw.randrange(len(good))
        damaged = good[:at] + draw.choice((b"", bytes((draw.randrange(256),)), good[at : at + 1] * 2)) + good[at + 1 :]
        for interchange in x12.read_file(damaged).interchanges:
            answer = b""
            refused: set[str] = set()
            try:
                answer = x12.acknowledge(interchange, control_number=1, group_control_number=1, **WHEN)
            except x12.X12Invalid as problem:
                refused = {error.segment for error in problem.errors}
            assert refused <= {"ISA", "GS"}, damaged
            assert refused or x12.read_file(answer).all_errors() == (), damaged
