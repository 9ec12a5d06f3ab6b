"""What a practice sees of the clearinghouse: files in, files out, on their dates."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

import x12
from simulator.claim import SubmittedClaim
from simulator.clearinghouse.misbehaviour import misbehave
from simulator.clearinghouse.plant import plant
from simulator.realtime.desk_clerk import NotAQuestionError, answer_question
from tests.unit.simulator.claims_for_tests import MEMBER_IDS, RECEIVED, a_claim, a_line
from tests.unit.simulator.practice_for_tests import (
    Practice,
    claims_interchange,
    eligibility_question,
    parts_of,
    status_question,
)

LATER = RECEIVED + timedelta(days=60)


def _check_balance(remittance: x12.Remittance) -> None:
    for claim in remittance.claims:
        for line in claim.lines:
            assert line.charge_cents - sum(a.amount_cents for a in line.adjustments) == line.paid_cents
        adjusted = sum(a.amount_cents for line in claim.lines for a in line.adjustments)
        adjusted += sum(a.amount_cents for a in claim.adjustments)
        assert claim.charge_cents - adjusted == claim.paid_cents
    paid = sum(claim.paid_cents for claim in remittance.claims)
    provider = sum(entry.amount_cents for entry in remittance.provider_adjustments)
    assert remittance.payment.amount_cents == paid - provider >= 0


def _told(remittances: Iterable[x12.Remittance]) -> dict[str, list[tuple[str, int, list[str]]]]:
    """Each CLM01's story: status, payment and adjustments, in order."""
    told: dict[str, list[tuple[str, int, list[str]]]] = defaultdict(list)
    for remittance in remittances:
        _check_balance(remittance)
        for claim in remittance.claims:
            reasons = [f"{a.group}-{a.reason}:{a.amount_cents}" for line in claim.lines for a in line.adjustments]
            told[claim.claim_id].append((claim.status, claim.paid_cents, reasons))
    return told


def _acknowledged(practice: Practice) -> dict[str, str]:
    """CLM01 to STC01 of the 277CAs in the mailbox."""
    found = {}
    for part in practice.reads():
        if isinstance(part, x12.ClaimAcknowledgement):
            for *_, claim in part.claims():
                code = claim.statuses[0].codes[0]
                found[claim.trace.number] = f"{code.category}:{code.status}" + f":{code.entity}" * bool(code.entity)
    return found


def _icn(practice: Practice, control_number: str) -> str:
    row = practice.desk.database.row("SELECT icn FROM claims WHERE control_number = ?", control_number)
    assert row is not None
    return str(row["icn"])


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
    assert _acknowledged(practice) == {"1001-1": "A2:20:PR"}
    practice.waits_until(LATER)
    (remittance,) = practice.remittances()
    _check_balance(remittance)
    days = (remittance.payment.effective_date - RECEIVED).days
    assert 10 <= days <= 21
    (claim,) = remittance.claims
    assert (claim.claim_id, claim.status, claim.charge_cents) == ("1001-1", "1", 20000)
    assert claim.payer_claim_number == _icn(practice, "1001-1")
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
    ],
)
def test_the_front_door_refuses_what_it_should(practice: Practice, claim: SubmittedClaim, status: str) -> None:
    practice.sends(claim)
    practice.waits_until(RECEIVED + timedelta(days=1))
    assert _acknowledged(practice) == {"1001-1": status}
    practice.waits_until(LATER)
    assert practice.remittances() == []


def test_a_refused_claim_sent_again_unmended_is_refused_again_and_mended_is_paid(practice: Practice) -> None:
    practice.sends(a_claim(member_id="X1"))
    practice.sends(a_claim(member_id="X1", control_number="1001-2"))
    practice.sends(a_claim(control_number="1001-3"))
    practice.waits_until(RECEIVED + timedelta(days=1))
    assert _acknowledged(practice) == {"1001-1": "A7:164:IL", "1001-2": "A7:164:IL", "1001-3": "A2:20:PR"}


def test_a_denied_claim_replaced_unmended_is_denied_again_and_mended_is_paid(practice: Practice) -> None:
    denied = a_claim("PPO01", a_line(procedure="72148", charge_cents=50000))
    practice.sends(denied)
    practice.waits_until(LATER)
    assert _told(practice.remittances())["1001-1"] == [("1", 0, ["CO-197:50000"])]
    first = _icn(practice, "1001-1")
    practice.sends(replace(denied, control_number="1001-2", frequency="7", original_reference=first))
    practice.waits_until(LATER + timedelta(days=60))
    told = _told(practice.remittances())
    assert told["1001-1"] == [("22", 0, ["CO-197:-50000"])]
    assert told["1001-2"] == [("1", 0, ["CO-197:50000"])]
    mended = replace(
        denied,
        control_number="1001-3",
        frequency="7",
        original_reference=_icn(practice, "1001-2"),
        authorization_number="AUTH9",
    )
    practice.sends(mended)
    practice.waits_until(LATER + timedelta(days=110))
    told = _told(practice.remittances())
    assert told["1001-2"][0][0] == "22"
    assert told["1001-3"][0][1] > 0


def test_an_original_sent_twice_is_a_duplicate_whatever_its_number(practice: Practice) -> None:
    practice.sends(a_claim())
    practice.sends(a_claim(control_number="2002-1"))
    practice.waits_until(LATER)
    told = _told(practice.remittances())
    assert told["1001-1"][0][1] > 0
    assert told["2002-1"] == [("1", 0, ["CO-18:20000"])]


def test_an_unprocessable_medicare_claim_may_come_again_as_new(practice: Practice) -> None:
    incomplete = a_claim("MCARE", a_line(procedure="71046"))
    practice.sends(incomplete)
    practice.sends(replace(incomplete, control_number="1001-2"))
    practice.sends(replace(incomplete, control_number="1001-3", has_referring_provider=True))
    practice.waits_until(LATER)
    remittances = practice.remittances()
    told = _told(remittances)
    assert [story[0][2] for story in (told["1001-1"], told["1001-2"])] == [["CO-16:20000"]] * 2
    assert told["1001-3"][0][1] > 0
    first = next(claim for r in remittances for claim in r.claims if claim.claim_id == "1001-1")
    assert first.remark_codes == ("MA130",)
    assert first.lines[0].remark_codes == ("N286",)


def test_a_paid_claim_that_is_replaced_is_reversed_and_decided_in_one_remittance(practice: Practice) -> None:
    practice.sends(a_claim())
    practice.waits_until(LATER)
    (story,) = _told(practice.remittances())["1001-1"]
    corrected = a_claim("PPO01", a_line(procedure="99214"), control_number="1001-2", frequency="7")
    practice.sends(replace(corrected, original_reference=_icn(practice, "1001-1")))
    practice.waits_until(LATER + timedelta(days=60))
    (remittance,) = practice.remittances()
    told = _told([remittance])
    assert told["1001-1"][0][:2] == ("22", -story[1])
    assert [claim.claim_id for claim in remittance.claims] == ["1001-1", "1001-2"]
    assert told["1001-2"][0][1] != story[1]


def test_a_void_takes_the_money_back_and_frees_the_services(practice: Practice) -> None:
    practice.sends(a_claim())
    practice.waits_until(LATER)
    (story,) = _told(practice.remittances())["1001-1"]
    practice.sends(a_claim(control_number="1001-2", frequency="8", original_reference=_icn(practice, "1001-1")))
    practice.waits_until(LATER + timedelta(days=60))
    (remittance,) = practice.remittances()
    assert [claim.claim_id for claim in remittance.claims] == ["1001-1"]
    assert remittance.payment.amount_cents == 0
    (entry,) = remittance.provider_adjustments
    assert (entry.reason, entry.amount_cents) == ("FB", -story[1])
    practice.sends(a_claim(control_number="1001-3"))
    practice.waits_until(LATER + timedelta(days=110))
    (remittance,) = practice.remittances()
    _check_balance(remittance)
    (entry,) = remittance.provider_adjustments
    assert (entry.reason, entry.amount_cents) == ("FB", story[1])
    assert remittance.payment.amount_cents == 0


def test_a_medicare_denial_is_reopened_only_when_it_is_mended(practice: Practice) -> None:
    practice.sends(a_claim("MCARE", a_line(1), a_line(2, procedure="20610")))
    practice.waits_until(LATER)
    practice.fetches()
    request = {
        "payer": "MCARE",
        "claim_control_number": "1001-1",
        "payer_control_number": _icn(practice, "1001-1"),
    }
    practice.mails("R1", "reopening_request", corrections={"authorization_number": "X"}, **request)
    practice.waits_until(LATER + timedelta(days=80))
    files = practice.fetches()
    assert [json.loads(content)["decision"] for content in files.values()] == ["unfavourable"]
    practice.mails("R2", "reopening_request", corrections={"lines.1.modifiers": "25"}, **request)
    practice.mails("R2", "reopening_request", corrections={"lines.1.modifiers": "25"}, **request)
    practice.waits_until(LATER + timedelta(days=160))
    files = practice.fetches()
    letter = json.loads(files["letter-R2.json"])
    assert (letter["letter"], letter["decision"], letter["reference"]) == (
        "reopening_decision",
        "favourable",
        "R2",
    )
    (remittance,) = [part for name in files if name.startswith("835") for part in parts_of(files[name])]
    assert isinstance(remittance, x12.Remittance)
    told = _told([remittance])["1001-1"]
    assert [status for status, *_ in told] == ["22", "1"]
    assert told[1][1] > -told[0][1] > 0
    assert remittance.payment.amount_cents == told[0][1] + told[1][1]


def test_records_that_were_asked_for_make_the_claim_pay(practice: Practice) -> None:
    practice.sends(a_claim("PPO01", a_line(procedure="64483", charge_cents=90000)))
    practice.waits_until(LATER)
    assert _told(practice.remittances())["1001-1"] == [("1", 0, ["CO-252:90000"])]
    practice.mails("D1", "records", payer="PPO01", claim_control_number="1001-1")
    practice.waits_until(LATER + timedelta(days=80))
    told = _told(practice.remittances())["1001-1"]
    assert [status for status, *_ in told] == ["22", "1"]
    assert told[1][1] > 0


def test_a_paper_about_a_claim_nobody_has_is_answered_unfavourably(practice: Practice) -> None:
    practice.mails("A1", "appeal", payer="PPO01", claim_control_number="9-1")
    practice.waits_until(LATER)
    (content,) = practice.fetches().values()
    assert json.loads(content)["decision"] == "unfavourable"


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
    told = _told(remittances)
    assert set(told) == {claim.control_number for claim in claims}
    for remittance in remittances:
        numbers = [int(claim.claim_id.split("-")[0]) for claim in remittance.claims]
        assert numbers == sorted(numbers)
    runs = [(r.payer.last_name, r.payment.effective_date) for r in remittances]
    assert len(set(runs)) == len(runs)
    assert {entry.reason for r in remittances for entry in r.provider_adjustments} == {"E3"}


def test_order_timing_and_seed_change_no_verdict_and_no_amount(tmp_path: Path) -> None:
    claims = [
        a_claim(payer, a_line(1, procedure=procedure), control_number=f"{number}-1", member_id=MEMBER_IDS[payer])
        for number, (payer, procedure) in enumerate(
            ((p, q) for p in MEMBER_IDS for q in ("99213", "20610", "72148", "71046", "97110")), start=500
        )
    ]
    one, other = Practice(state=tmp_path / "one", seed=1), Practice(state=tmp_path / "other", seed=2)
    one.sends(*claims)
    one.waits_until(LATER)
    for number, claim in enumerate(reversed(claims)):
        other.sends(claim)
        if number % 4 == 0:
            other.waits_until(RECEIVED + timedelta(days=number))
    other.waits_until(LATER + timedelta(days=30))
    assert _told(one.remittances()) == _told(other.remittances())
    for practice in (one, other):
        practice.desk.database.close()


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    runs = []
    for name in ("one", "other"):
        practice = Practice(state=tmp_path / name)
        practice.sends(a_claim(), a_claim("MCARE", control_number="3-1"))
        practice.waits_until(LATER)
        runs.append(practice.fetches())
        practice.desk.database.close()
    assert runs[0] == runs[1]


def test_a_restart_in_the_middle_of_anything_loses_and_doubles_nothing(practice: Practice, tmp_path: Path) -> None:
    practice.sends(a_claim(), a_claim("MCARE", control_number="3-1"))
    practice.waits_until(RECEIVED)
    work = practice.desk.folders.work
    again = Practice(state=practice.state)
    # A crash after the commit, before the work file was removed: the file is there again.
    (work / "00000001.claims.batch-1.x12").write_bytes(claims_interchange([a_claim()], 1))
    # A crash after an answer was written, before it was marked: it is written again, same name, same bytes.
    before = {path.name: path.read_bytes() for path in again.desk.folders.outbound.iterdir()}
    again.desk.database.execute("UPDATE answers SET state = 'ready' WHERE state = 'delivered'")
    again.waits_until(RECEIVED)
    assert {path.name: path.read_bytes() for path in again.desk.folders.outbound.iterdir()} == before
    assert list(work.iterdir()) == []
    again.waits_until(LATER)
    assert {len(story) for story in _told(again.remittances()).values()} == {1}
    again.desk.database.close()


def test_the_clock_never_goes_back_and_a_day_twice_does_nothing(practice: Practice) -> None:
    practice.sends(a_claim())
    late = practice.waits_until(LATER)
    again = practice.waits_until(LATER)
    assert (again.accepted, again.released, again.mailbox) == (0, 0, late.mailbox)
    back = practice.waits_until(RECEIVED)
    assert back.now == late.now


def test_files_may_be_doubled_lost_and_delivered_again(practice: Practice) -> None:
    misbehave(practice.desk.database, {"duplicate_files": True})
    practice.sends(a_claim())
    practice.waits_until(RECEIVED)
    files = practice.fetches()
    assert len(files) == 4
    assert len(set(files.values())) == 2
    misbehave(practice.desk.database, {"duplicate_files": False, "lose_files": True})
    practice.waits_until(LATER)
    assert practice.fetches() == {}
    misbehave(practice.desk.database, {"lose_files": False})
    plant(practice.desk, {"release_kind": "835"})
    practice.waits_until(LATER)
    (name,) = practice.fetches()
    plant(practice.desk, {"deliver_again": name})
    (again,) = practice.fetches()
    assert again != name


def test_an_interchange_may_be_lost_and_sent_again(practice: Practice) -> None:
    misbehave(practice.desk.database, {"lose_inbound": 1})
    practice.sends(a_claim(), control_number=4)
    practice.waits_until(RECEIVED)
    assert practice.fetches() == {}
    misbehave(practice.desk.database, {"lose_inbound": 0})
    practice.sends(a_claim(), control_number=4)
    practice.waits_until(RECEIVED)
    assert len(practice.fetches()) == 2


def test_a_payment_may_be_held_and_released_late(practice: Practice) -> None:
    practice.sends(a_claim())
    practice.waits_until(RECEIVED)
    plant(practice.desk, {"hold": "1001-1"})
    practice.waits_until(LATER)
    assert practice.remittances() == []
    plant(practice.desk, {"release": "1001-1"})
    practice.waits_until(LATER + timedelta(days=1))
    (remittance,) = practice.remittances()
    assert remittance.payment.effective_date == LATER


def test_a_paid_claim_can_be_taken_back_long_after(practice: Practice) -> None:
    practice.sends(a_claim())
    practice.waits_until(LATER)
    (story,) = _told(practice.remittances())["1001-1"]
    day = LATER + timedelta(days=200)
    plant(practice.desk, {"reverse": "1001-1", "on": day.isoformat()})
    practice.waits_until(day)
    (remittance,) = practice.remittances()
    assert remittance.payment.effective_date == day
    assert _told([remittance])["1001-1"][0][:2] == ("22", -story[1])
    with pytest.raises(ValueError, match="no remittance that could be reversed"):
        plant(practice.desk, {"reverse": "1001-1"})


def test_an_active_member_is_told_what_the_plan_leaves_to_pay(practice: Practice) -> None:
    (answer,) = parts_of(answer_question(practice.desk, eligibility_question("PPO01", MEMBER_IDS["PPO01"])))
    assert isinstance(answer, x12.EligibilityResponse)
    assert answer.rejections() == ()
    (_, _, member, _), *_ = answer.members()
    assert [benefit.information for benefit in member.benefits] == ["1", "C", "C", "A", "B"]
    assert member.traces[0].number == "Q1"


@pytest.mark.parametrize(
    ("payer", "member_id", "reason"),
    [("PPO01", "X1", "72"), ("PPO01", "SUM100200U31", "75"), ("NOBODY", "SUM100200300", "79")],
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
    assert _status_of(practice, claim, _icn(practice, "1001-1"))[0] == "F1"


def _status_of(practice: Practice, claim: SubmittedClaim, icn: str = "") -> tuple[str, str, int | None]:
    (answer,) = parts_of(answer_question(practice.desk, status_question(claim, icn)))
    assert isinstance(answer, x12.ClaimStatusResponse)
    ((*_, found),) = answer.claims()
    code = found.statuses[0].codes[0]
    return code.category, code.status, found.statuses[0].paid_cents


def test_a_body_that_is_no_question_is_refused(practice: Practice) -> None:
    with pytest.raises(NotAQuestionError):
        answer_question(practice.desk, b"hello")
    with pytest.raises(NotAQuestionError):
        answer_question(practice.desk, claims_interchange([a_claim()], 1))


def test_no_date_of_this_machine_is_used(practice: Practice) -> None:
    practice.sends(a_claim())
    practice.waits_until(RECEIVED)
    for name, content in practice.fetches().items():
        if name.endswith(".x12"):
            assert x12.read_file(content).interchanges[0].header.date == date(2026, 1, 12)
