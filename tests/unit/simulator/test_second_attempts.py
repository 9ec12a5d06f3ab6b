"""Replacements, voids, new claims, reopenings, records: what mends a claim and what does not."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import x12
from tests.unit.simulator.claims_for_tests import RECEIVED, a_claim, a_line
from tests.unit.simulator.practice_for_tests import (
    LATER,
    Practice,
    acknowledged_claims,
    check_balance,
    icn_of,
    parts_of,
    told_by,
)


def test_a_refused_claim_sent_again_unmended_is_refused_again_and_mended_is_paid(practice: Practice) -> None:
    practice.sends(a_claim(member_id="X1"))
    practice.sends(a_claim(member_id="X1", control_number="1001-2"))
    practice.sends(a_claim(control_number="1001-3"))
    practice.waits_until(RECEIVED + timedelta(days=1))
    assert acknowledged_claims(practice) == {"1001-1": "A7:164:IL", "1001-2": "A7:164:IL", "1001-3": "A2:20:PR"}


def test_a_denied_claim_replaced_unmended_is_denied_again_and_mended_is_paid(practice: Practice) -> None:
    denied = a_claim("PPO01", a_line(procedure="72148", charge_cents=50000))
    practice.sends(denied)
    practice.waits_until(LATER)
    assert told_by(practice.remittances())["1001-1"] == [("1", 0, ["CO-197:50000"])]
    first = icn_of(practice, "1001-1")
    practice.sends(replace(denied, control_number="1001-2", frequency="7", original_reference=first))
    practice.waits_until(LATER + timedelta(days=60))
    told = told_by(practice.remittances())
    assert told["1001-1"] == [("22", 0, ["CO-197:-50000"])]
    assert told["1001-2"] == [("1", 0, ["CO-197:50000"])]
    mended = replace(
        denied,
        control_number="1001-3",
        frequency="7",
        original_reference=icn_of(practice, "1001-2"),
        authorization_number="AUTH9",
    )
    practice.sends(mended)
    practice.waits_until(LATER + timedelta(days=110))
    told = told_by(practice.remittances())
    assert told["1001-2"][0][0] == "22"
    assert told["1001-3"][0][1] > 0


def test_an_original_sent_twice_is_a_duplicate_whatever_its_number(practice: Practice) -> None:
    practice.sends(a_claim())
    practice.sends(a_claim(control_number="2002-1"))
    practice.waits_until(LATER)
    told = told_by(practice.remittances())
    assert told["1001-1"][0][1] > 0
    assert told["2002-1"] == [("1", 0, ["CO-18:20000"])]


def test_an_unprocessable_medicare_claim_may_come_again_as_new(practice: Practice) -> None:
    incomplete = a_claim("MCARE", a_line(procedure="71046"))
    practice.sends(incomplete)
    practice.sends(replace(incomplete, control_number="1001-2"))
    practice.sends(replace(incomplete, control_number="1001-3", has_referring_provider=True))
    practice.waits_until(LATER)
    remittances = practice.remittances()
    told = told_by(remittances)
    assert [story[0][2] for story in (told["1001-1"], told["1001-2"])] == [["CO-16:20000"]] * 2
    assert told["1001-3"][0][1] > 0
    first = next(claim for r in remittances for claim in r.claims if claim.claim_id == "1001-1")
    assert first.remark_codes == ("MA130",)
    assert first.lines[0].remark_codes == ("N286",)


def test_a_paid_claim_that_is_replaced_is_reversed_and_decided_in_one_remittance(practice: Practice) -> None:
    practice.sends(a_claim())
    practice.waits_until(LATER)
    (story,) = told_by(practice.remittances())["1001-1"]
    corrected = a_claim("PPO01", a_line(procedure="99214"), control_number="1001-2", frequency="7")
    practice.sends(replace(corrected, original_reference=icn_of(practice, "1001-1")))
    practice.waits_until(LATER + timedelta(days=60))
    (remittance,) = practice.remittances()
    told = told_by([remittance])
    assert told["1001-1"][0][:2] == ("22", -story[1])
    assert [claim.claim_id for claim in remittance.claims] == ["1001-1", "1001-2"]
    assert told["1001-2"][0][1] != story[1]


def test_a_void_takes_the_money_back_and_frees_the_services(practice: Practice) -> None:
    practice.sends(a_claim())
    practice.waits_until(LATER)
    (story,) = told_by(practice.remittances())["1001-1"]
    practice.sends(a_claim(control_number="1001-2", frequency="8", original_reference=icn_of(practice, "1001-1")))
    practice.waits_until(LATER + timedelta(days=60))
    (remittance,) = practice.remittances()
    assert [claim.claim_id for claim in remittance.claims] == ["1001-1"]
    assert remittance.payment.amount_cents == 0
    (entry,) = remittance.provider_adjustments
    assert (entry.reason, entry.amount_cents) == ("FB", -story[1])
    practice.sends(a_claim(control_number="1001-3"))
    practice.waits_until(LATER + timedelta(days=110))
    (remittance,) = practice.remittances()
    check_balance(remittance)
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
        "payer_control_number": icn_of(practice, "1001-1"),
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
    told = told_by([remittance])["1001-1"]
    assert [status for status, *_ in told] == ["22", "1"]
    assert told[1][1] > -told[0][1] > 0
    assert remittance.payment.amount_cents == told[0][1] + told[1][1]


def test_records_that_were_asked_for_make_the_claim_pay(practice: Practice) -> None:
    practice.sends(a_claim("PPO01", a_line(procedure="64483", charge_cents=90000)))
    practice.waits_until(LATER)
    assert told_by(practice.remittances())["1001-1"] == [("1", 0, ["CO-252:90000"])]
    practice.mails("D1", "records", payer="PPO01", claim_control_number="1001-1")
    practice.waits_until(LATER + timedelta(days=80))
    told = told_by(practice.remittances())["1001-1"]
    assert [status for status, *_ in told] == ["22", "1"]
    assert told[1][1] > 0


def test_a_paper_about_a_claim_nobody_has_is_answered_unfavourably(practice: Practice) -> None:
    practice.mails("A1", "appeal", payer="PPO01", claim_control_number="9-1")
    practice.waits_until(LATER)
    (content,) = practice.fetches().values()
    assert json.loads(content)["decision"] == "unfavourable"


def test_an_appeal_is_won_only_where_the_payer_gives_way(practice: Practice) -> None:
    practice.sends(
        a_claim("PPO01", a_line(procedure="72148", charge_cents=50000)),
        a_claim("PPO01", a_line(service_from=date(2025, 5, 1)), control_number="2002-1"),
    )
    practice.waits_until(LATER)
    practice.fetches()
    practice.mails("AP1", "appeal", payer="PPO01", claim_control_number="1001-1")
    practice.mails("AP2", "appeal", payer="PPO01", claim_control_number="2002-1")
    practice.waits_until(LATER + timedelta(days=60))
    files = practice.fetches()
    decisions = {name: json.loads(files[name])["decision"] for name in files if name.startswith("letter")}
    assert decisions == {"letter-AP1.json": "favourable", "letter-AP2.json": "unfavourable"}
    remittances = [part for name in files if name.startswith("835") for part in parts_of(files[name])]
    told = told_by(part for part in remittances if isinstance(part, x12.Remittance))
    assert [status for status, *_ in told["1001-1"]] == ["22", "1"]
    assert "2002-1" not in told


def test_a_replacement_of_a_claim_not_yet_paid_takes_its_place(practice: Practice) -> None:
    practice.sends(a_claim())
    practice.waits_until(RECEIVED + timedelta(days=2))
    icn = icn_of(practice, "1001-1")
    practice.sends(a_claim(control_number="1001-2", frequency="7", original_reference=icn))
    practice.waits_until(LATER)
    assert set(told_by(practice.remittances())) == {"1001-2"}


def test_a_control_number_of_a_replaced_claim_leads_to_its_replacement(practice: Practice) -> None:
    practice.sends(a_claim())
    practice.waits_until(LATER)
    first = icn_of(practice, "1001-1")
    for attempt in (2, 3):
        practice.sends(a_claim(control_number=f"1001-{attempt}", frequency="7", original_reference=first))
        practice.waits_until(LATER + timedelta(days=40 * attempt))
    told = told_by(practice.remittances())
    assert {number: [status for status, *_ in story] for number, story in told.items()} == {
        "1001-1": ["1", "22"],
        "1001-2": ["1", "22"],
        "1001-3": ["1"],
    }


def test_a_higher_level_of_appeal_sets_aside_what_the_first_one_upholds(practice: Practice) -> None:
    visit = a_line(procedure="99214")
    injection = a_line(2, procedure="20610")
    practice.sends(a_claim("MCARE", visit, injection, member_id="1EG4TE5MK73", diagnoses=("M1711",)))
    practice.waits_until(LATER)
    ((_, _, codes),) = told_by(practice.remittances())["1001-1"]
    assert any(code.startswith("CO-4:") for code in codes)
    practice.mails("L1", "appeal", payer="MCARE", claim_control_number="1001-1", level=1)
    practice.mails("L2", "appeal", payer="MCARE", claim_control_number="1001-1", level=2)
    practice.waits_until(LATER + timedelta(days=90))
    files = practice.fetches()
    decisions = {name: json.loads(files[name])["decision"] for name in files if name.startswith("letter")}
    assert decisions == {"letter-L1.json": "unfavourable", "letter-L2.json": "favourable"}
