"""Order, timing, crashes, lost and doubled files: what may change, and what may not."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

import x12
from simulator.clearinghouse.misbehaviour import misbehave
from simulator.clearinghouse.plant import plant
from tests.unit.simulator.claims_for_tests import MEMBER_IDS, RECEIVED, a_claim, a_line
from tests.unit.simulator.practice_for_tests import (
    LATER,
    Practice,
    claims_interchange,
    told_by,
)


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
    assert told_by(one.remittances()) == told_by(other.remittances())
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
    assert {len(story) for story in told_by(again.remittances()).values()} == {1}
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
    (story,) = told_by(practice.remittances())["1001-1"]
    day = LATER + timedelta(days=200)
    plant(practice.desk, {"reverse": "1001-1", "on": day.isoformat()})
    practice.waits_until(day)
    (remittance,) = practice.remittances()
    assert remittance.payment.effective_date == day
    assert told_by([remittance])["1001-1"][0][:2] == ("22", -story[1])
    with pytest.raises(ValueError, match="no remittance that could be reversed"):
        plant(practice.desk, {"reverse": "1001-1"})


def test_no_date_of_this_machine_is_used(practice: Practice) -> None:
    practice.sends(a_claim())
    practice.waits_until(RECEIVED)
    for name, content in practice.fetches().items():
        if name.endswith(".x12"):
            assert x12.read_file(content).interchanges[0].header.date == date(2026, 1, 12)


def test_a_kind_of_answer_may_be_kept_back_and_comes_late(practice: Practice) -> None:
    plant(practice.desk, {"hold_kind": "999"})
    practice.sends(a_claim())
    practice.waits_until(RECEIVED + timedelta(days=3))
    assert {name.split("-")[0] for name in practice.fetches()} == {"ta1", "277ca"}
    plant(practice.desk, {"release_kind": "999"})
    practice.waits_until(RECEIVED + timedelta(days=4))
    assert {name.split("-")[0] for name in practice.fetches()} == {"999"}
