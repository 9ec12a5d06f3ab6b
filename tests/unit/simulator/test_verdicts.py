"""Every fault a claim may carry is denied, denied again unmended, and paid once it is mended."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from simulator.adjudication.corrections import corrected
from simulator.claim import SubmittedClaim
from simulator.codec import decode, encode
from simulator.persona import load_personas
from tests.unit.simulator.claims_for_tests import (
    MEMBER_IDS,
    SERVICE_DAY,
    a_claim,
    a_line,
    denials_of,
    verdict_of,
)


@dataclass(frozen=True, kw_only=True)
class Fault:
    payer: str
    claim: SubmittedClaim
    denial: tuple[str, str]
    mended_by: dict[str, str]
    remarks: tuple[str, ...] = ()


VISIT_AND_INJECTION = (a_line(1), a_line(2, procedure="20610"))

FAULTS = {
    "no authorization": Fault(
        payer="PPO01",
        claim=a_claim("PPO01", a_line(procedure="72148")),
        denial=("CO", "197"),
        mended_by={"authorization_number": "AUTH77"},
    ),
    "visit not told apart (commercial)": Fault(
        payer="PPO01",
        claim=a_claim("PPO01", *VISIT_AND_INJECTION),
        denial=("CO", "97"),
        mended_by={"lines.1.modifiers": "25"},
        remarks=("M15",),
    ),
    "visit not told apart (Medicare)": Fault(
        payer="MCARE",
        claim=a_claim("MCARE", *VISIT_AND_INJECTION),
        denial=("CO", "4"),
        mended_by={"lines.1.modifiers": "25"},
    ),
    "diagnosis does not support (commercial)": Fault(
        payer="PPO01",
        claim=a_claim("PPO01", a_line(procedure="20610"), diagnoses=("J020",)),
        denial=("CO", "11"),
        mended_by={"diagnoses": "M17.11"},
    ),
    "diagnosis does not support (Medicare)": Fault(
        payer="MCARE",
        claim=a_claim("MCARE", a_line(procedure="20610"), diagnoses=("J020", "M1711")),
        denial=("CO", "50"),
        mended_by={"lines.1.diagnosis_pointers": "2"},
        remarks=("N115",),
    ),
    "not covered (Medicaid)": Fault(
        payer="MCAID",
        claim=a_claim("MCAID", a_line(procedure="98941")),
        denial=("CO", "96"),
        mended_by={"lines.1.procedure": "97140"},
        remarks=("N130",),
    ),
    "not covered (HMO, the patient's)": Fault(
        payer="HMO01",
        claim=a_claim("HMO01", a_line(procedure="97810")),
        denial=("PR", "204"),
        mended_by={"lines.1.procedure": "99213"},
    ),
    "no referral": Fault(
        payer="HMO01",
        claim=a_claim("HMO01", referral_number=""),
        denial=("CO", "288"),
        mended_by={"referring.npi": "1234567893"},
    ),
    "no referring provider (Medicare)": Fault(
        payer="MCARE",
        claim=a_claim("MCARE", a_line(procedure="71046")),
        denial=("CO", "16"),
        mended_by={"referring.npi": "1234567893"},
        remarks=("N286",),
    ),
    "coverage ended": Fault(
        payer="PPO01",
        claim=a_claim("PPO01", member_id="SUM100200T27"),
        denial=("CO", "27"),
        mended_by={"member_id": MEMBER_IDS["PPO01"]},
    ),
    "member unknown": Fault(
        payer="PPO01",
        claim=a_claim("PPO01", member_id="SUM100200U31"),
        denial=("CO", "31"),
        mended_by={"member_id": MEMBER_IDS["PPO01"]},
        remarks=("N382",),
    ),
    "filed late": Fault(
        payer="PPO01",
        claim=a_claim("PPO01", a_line(service_from=date(2025, 5, 1))),
        denial=("CO", "29"),
        mended_by={"lines.1.service_from": "2026-01-05"},
    ),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_fault_is_denied_and_denied_again_unmended_and_paid_when_mended(fault: Fault) -> None:
    first = verdict_of(fault.claim)
    assert fault.denial in denials_of(first)
    denied = next(line for line in first.lines if line.denied)
    assert denied.remarks == fault.remarks
    assert denied.paid_cents == 0

    again = replace(fault.claim, control_number="1001-2", frequency="7", original_reference="X")
    if fault.denial[1] != "29":
        assert verdict_of(again).lines == first.lines

    assert denials_of(verdict_of(corrected(fault.claim, fault.mended_by))) == set()


def test_a_duplicate_is_denied_only_as_an_original() -> None:
    claim = a_claim("PPO01")
    assert denials_of(verdict_of(claim, repeats_earlier_claim=True)) == {("CO", "18")}
    replacement = replace(claim, frequency="7", original_reference="X")
    assert denials_of(verdict_of(replacement, repeats_earlier_claim=True)) == set()
    assert denials_of(verdict_of(a_claim("MCAID"), repeats_earlier_claim=True)) == {("OA", "18")}


def test_records_are_asked_for_until_they_are_on_file() -> None:
    claim = a_claim("PPO01", a_line(procedure="64483"))
    assert denials_of(verdict_of(claim)) == {("CO", "252")}
    assert denials_of(verdict_of(claim, records_on_file=True)) == set()


def test_an_appeal_sets_aside_only_what_the_payer_gives_way_on() -> None:
    claim = a_claim("MCARE", a_line(procedure="20610"), diagnoses=("J020",))
    overturned = frozenset(load_personas()["MCARE"].policy.overturned_on_appeal)
    assert denials_of(verdict_of(claim, set_aside=overturned)) == set()
    late = a_claim("MCARE", a_line(service_from=date(2024, 5, 1)))
    assert denials_of(verdict_of(late, set_aside=overturned)) == {("CO", "29")}


def test_medicare_returns_an_incomplete_claim_as_unprocessable_without_appeal_rights() -> None:
    verdict = verdict_of(a_claim("MCARE", a_line(1), a_line(2, procedure="80053")))
    assert verdict.unprocessable
    assert verdict.remarks == ("MA130",)
    assert verdict.denied_lines == {1, 2}


def test_medicare_late_filing_bears_the_remark_that_there_is_no_appeal() -> None:
    verdict = verdict_of(a_claim("MCARE", a_line(service_from=date(2025, 1, 11))))
    assert verdict.lines[0].remarks == ("N211",)


def test_the_last_day_of_the_filing_limit_is_in_time() -> None:
    in_time = a_claim("MCARE", a_line(service_from=date(2025, 1, 12)))
    assert denials_of(verdict_of(in_time)) == set()


def test_medicare_takes_two_per_cent_off_what_it_pays_after_the_patients_share() -> None:
    claim = a_claim("MCARE", member_id=_member_with_deductible("MCARE", 0))
    (line,) = verdict_of(claim).lines
    adjustments = {(cas.group, cas.reason): cas.amount_cents for cas in line.adjustments}
    assert line.allowed_cents == 9200
    assert adjustments == {("CO", "45"): 10800, ("PR", "2"): 1840, ("CO", "253"): 147}
    assert line.paid_cents == 7213


def test_a_ppo_takes_copay_then_deductible_then_coinsurance() -> None:
    claim = a_claim(
        "PPO01",
        a_line(1, modifiers=("25",)),
        a_line(2, procedure="20610", charge_cents=30000),
        member_id=_member_with_deductible("PPO01", 12000),
    )
    visit, injection = verdict_of(claim).lines
    assert visit.allowed_cents == 11960
    assert {cas.reason: cas.amount_cents for cas in visit.adjustments} == {"45": 8040, "3": 2500, "1": 9460}
    assert visit.paid_cents == 0
    assert injection.allowed_cents == 8580
    shares = {cas.reason: cas.amount_cents for cas in injection.adjustments}
    assert shares == {"45": 21420, "1": 2540, "2": 1208}
    assert injection.paid_cents == 4832


def test_an_unlisted_procedure_pays_a_share_of_its_charge() -> None:
    (line,) = verdict_of(a_claim("MCAID", a_line(procedure="S5000", charge_cents=1001))).lines
    assert line.allowed_cents == 400


@pytest.mark.parametrize("payer", sorted(MEMBER_IDS))
def test_every_line_of_every_verdict_balances(payer: str) -> None:
    for procedure in ("99213", "20610", "72148", "97110", "J3301", "98941", "ZZ999"):
        for charge in (0, 1, 99, 12345, 1_000_001):
            claim = a_claim(payer, a_line(1, procedure=procedure, charge_cents=charge), a_line(2))
            verdict = verdict_of(claim)
            for line in verdict.lines + verdict.reversed().lines:
                adjusted = sum(cas.amount_cents for cas in line.adjustments)
                assert line.charge_cents - adjusted == line.paid_cents
            assert verdict.reversed().paid_cents == -verdict.paid_cents


def test_a_claim_and_its_verdict_come_back_from_storage_as_they_were() -> None:
    claim = a_claim("HMO01", a_line(1), a_line(2, procedure="97110", service_to=SERVICE_DAY))
    assert decode(SubmittedClaim, encode(claim)) == claim
    verdict = verdict_of(claim)
    assert decode(type(verdict), encode(verdict)) == verdict


@pytest.mark.parametrize("payer", ["MCARE", "MCAID", "PPO01", "HMO01"])
def test_more_units_than_a_day_holds_go_to_program_integrity(payer: str) -> None:
    authorized: dict[str, Any] = {"authorization_number": "AUTH77"}
    many = a_claim(payer, a_line(procedure="97140", charge_cents=90_000, quantity=Decimal(20)), **authorized)
    verdict = verdict_of(many)
    assert denials_of(verdict) == {("CO", "216")}
    assert verdict.lines[0].remarks == ("N35",)
    mended = corrected(many, {"lines.1.units": "2"})
    assert denials_of(verdict_of(mended)) == set()


def test_a_payer_that_prices_a_visit_as_a_lesser_one_says_so_in_its_own_group_until_an_appeal() -> None:
    claim = a_claim("PPO01", a_line(procedure="99215", charge_cents=29_500))
    (cut,) = verdict_of(claim).lines
    (whole,) = verdict_of(claim, set_aside=frozenset({"45"})).lines
    by_group = {(cas.group, cas.reason): cas.amount_cents for cas in cut.adjustments}
    assert by_group["PI", "45"] == whole.allowed_cents - cut.allowed_cents == 23660 - 16900
    assert not any(cas.group == "PI" for cas in whole.adjustments)
    assert whole.paid_cents > cut.paid_cents
    for line in (cut, whole):
        assert line.charge_cents - sum(cas.amount_cents for cas in line.adjustments) == line.paid_cents


def test_a_correction_that_cannot_be_read_is_named() -> None:
    changes: dict[str, Any] = {"lines.1.units": "many"}
    with pytest.raises(ValueError, match=r"correction of lines\.1\.units cannot be read"):
        corrected(a_claim(), changes)


def _member_with_deductible(payer: str, wanted: int) -> str:
    from simulator.adjudication.pricing import deductible_remaining_cents

    persona = load_personas()[payer]
    candidates = (f"SUM{number:09d}" if payer == "PPO01" else f"{number:09d}A" for number in range(10_000))
    return next(member for member in candidates if deductible_remaining_cents(persona, member) == wanted)
