"""What a practice sees of the clearinghouse: files in, files out, on their dates."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

import x12
from simulator.adjudication.front_door import is_npi
from simulator.claim import SubmittedClaim
from tests.unit.edi.oracle import pyx12_findings
from tests.unit.simulator.claims_for_tests import MEMBER_IDS, RECEIVED, a_claim, a_line
from tests.unit.simulator.practice_for_tests import (
    LATER,
    Practice,
    acknowledged_claims,
    check_balance,
    claims_interchange,
    icn_of,
    told_by,
)


def test_a_clean_claim_is_acknowledged_at_once_taken_next_day_and_paid_within_weeks(
    practice: Practice,
) -> None:
    practice.sends(a_claim("PPO01"))
    practice.waits_until(RECEIVED)
    ta1, ack = practice.reads()[::-1]
    assert isinstance(ta1, x12.InterchangeAcknowledgement)
    assert (ta1.control_number, ta1.status, ta1.note) == (1, "A", "000")
    assert isinstance(ack, x12.ImplementationAcknowledgement)
    assert (ack.status, ack.transactions[0].status) == ("A", "A")
    practice.waits_until(RECEIVED + timedelta(days=1))
    assert acknowledged_claims(practice) == {"1001-1": "A2:20:PR"}
    practice.waits_until(LATER)
    (remittance,) = practice.remittances()
    check_balance(remittance)
    days = (remittance.payment.effective_date - RECEIVED).days
    assert 10 <= days <= 21
    (claim,) = remittance.claims
    assert (claim.claim_id, claim.status, claim.charge_cents) == ("1001-1", "1", 20000)
    assert claim.payer_claim_number == icn_of(practice, "1001-1")
    assert claim.lines[0].control_number == "L1"
    assert remittance.trace.originator == "1990000002"


def test_one_payer_leaves_out_the_line_numbers(practice: Practice) -> None:
    practice.sends(a_claim("HMO01"))
    practice.waits_until(LATER)
    (remittance,) = practice.remittances()
    assert remittance.claims[0].lines[0].control_number == ""


def test_a_duplicate_interchange_is_refused_and_changes_nothing(practice: Practice) -> None:
    practice.sends(a_claim(), control_number=7)
    practice.waits_until(RECEIVED)
    practice.fetches()
    practice.sends(a_claim(), control_number=7)
    practice.waits_until(RECEIVED)
    (answer,) = practice.reads()
    assert isinstance(answer, x12.InterchangeAcknowledgement)
    assert (answer.status, answer.note) == ("R", "025")
    practice.waits_until(LATER)
    assert [len(remittance.claims) for remittance in practice.remittances()] == [1]


def test_a_set_with_bad_structure_is_rejected_by_a_999_and_its_claims_are_not_taken(
    practice: Practice,
) -> None:
    good = claims_interchange([a_claim()], 3)
    bad = good.replace(b"HI*ABK:M1711~", b"HI*ABK:M1711~ZZZ*1~")
    assert bad != good
    (practice.desk.folders.inbound / "bad.x12").write_bytes(bad)
    practice.waits_until(LATER)
    acks = [part for part in practice.reads() if isinstance(part, x12.ImplementationAcknowledgement)]
    assert [ack.status for ack in acks] == ["R"]
    assert acks[0].transactions[0].segments
    assert practice.desk.database.rows("SELECT 1 FROM claims") == []


def test_a_file_that_is_no_x12_is_taken_away_without_an_answer(practice: Practice) -> None:
    (practice.desk.folders.inbound / "letter.txt").write_bytes(b"dear sirs")
    assert practice.waits_until(RECEIVED).unread == 0
    assert practice.fetches() == {}


def test_a_file_still_being_written_is_left_alone(practice: Practice) -> None:
    name = practice.sends(a_claim())
    path = practice.desk.folders.inbound / name
    path.rename(path.with_name(name + ".part"))
    assert practice.waits_until(RECEIVED).mailbox == 0
    path.with_name(name + ".part").rename(path)
    assert practice.waits_until(RECEIVED).mailbox == 2


@pytest.mark.parametrize(
    ("claim", "status"),
    [
        (a_claim("PPO01", member_id="X1"), "A7:164:IL"),
        (a_claim("MCARE", frequency="7", original_reference="ANY"), "A7:535"),
        (a_claim("MCARE", frequency="8", original_reference="ANY"), "A7:535"),
        (a_claim("PPO01", frequency="7", original_reference="NOSUCH"), "A7:464"),
        (a_claim(payer="PPO01", frequency="7"), "A6:464"),
        (replace(a_claim(), payer="NOBODY"), "A3:116:PR"),
        (a_claim(diagnoses=("M1711", "E119", "M1711")), "A7:255"),
    ],
)
def test_the_front_door_refuses_what_it_should(practice: Practice, claim: SubmittedClaim, status: str) -> None:
    practice.sends(claim)
    practice.waits_until(RECEIVED + timedelta(days=1))
    assert acknowledged_claims(practice) == {"1001-1": status}
    practice.waits_until(LATER)
    assert practice.remittances() == []


def test_a_mixed_day_balances_and_is_ordered_by_claim_number(practice: Practice) -> None:
    claims = [
        a_claim(payer, a_line(1, modifiers=("25",)), a_line(2, procedure=procedure), control_number=f"{number}-1")
        for number, (payer, procedure) in enumerate(
            ((p, q) for p in MEMBER_IDS for q in ("20610", "97110", "72148", "S5000", "98941")), start=95
        )
    ]
    practice.sends(*reversed(claims))
    practice.waits_until(LATER)
    remittances = practice.remittances()
    told = told_by(remittances)
    assert set(told) == {claim.control_number for claim in claims}
    for remittance in remittances:
        numbers = [int(claim.claim_id.split("-")[0]) for claim in remittance.claims]
        assert numbers == sorted(numbers)
    runs = [(r.payer.last_name, r.payment.effective_date) for r in remittances]
    assert len(set(runs)) == len(runs)
    assert {entry.reason for r in remittances for entry in r.provider_adjustments} == {"E3"}


def test_a_second_reader_finds_nothing_wrong_in_what_the_clearinghouse_sends(practice: Practice) -> None:
    practice.sends(
        a_claim("PPO01", member_id="X1", control_number="1-1"),
        a_claim("PPO01", a_line(1), a_line(2, procedure="20610"), control_number="2-1"),
        a_claim("MCARE", a_line(procedure="71046"), control_number="3-1"),
        a_claim("HMO01", a_line(procedure="97110"), control_number="4-1"),
    )
    practice.waits_until(LATER)
    files = {name: content for name, content in practice.fetches().items() if name.endswith(".x12")}
    assert len(files) == 8
    assert {name: found for name, content in files.items() if (found := pyx12_findings(content))} == {}


def test_a_claim_that_cannot_be_answered_is_put_aside_and_the_day_goes_on(
    practice: Practice, capsys: pytest.CaptureFixture[str]
) -> None:
    odd = claims_interchange([a_claim(control_number="ODD-1")], 9).replace(b"ODD-1", "ÖDD-1".encode("latin-1"))
    (practice.desk.folders.inbound / "a-odd.x12").write_bytes(odd)
    practice.sends(a_claim())
    practice.waits_until(LATER)
    assert [len(remittance.claims) for remittance in practice.remittances()] == [1]
    assert "ÖDD" not in capsys.readouterr().err


@pytest.mark.parametrize("npi", ["1234567893", "1999999984", "1558598797"])
def test_an_npi_is_known_by_its_check_digit(npi: str) -> None:
    assert is_npi(npi)
    assert not any(is_npi(npi[:-1] + digit) for digit in "0123456789" if digit != npi[-1])
    assert not is_npi("9" + npi[1:])


def test_a_bad_npi_is_refused_at_the_front_door(practice: Practice) -> None:
    good = claims_interchange([a_claim()], 1)
    (practice.desk.folders.inbound / "bad.x12").write_bytes(good.replace(b"1234567893", b"1234567890"))
    practice.waits_until(LATER)
    assert acknowledged_claims(practice) == {"1001-1": "A7:562:85"}
