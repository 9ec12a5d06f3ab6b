"""A coverage ends or is added: the rules of the order of benefits place it, a person only where no rule does."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.claim.claim import ClaimContent, ServiceLine
from domain.claim.correction_values import CorrectionRefused
from domain.claim.coverage_change import change_coverages
from domain.coverage.coverage import Coverage, OtherCoverage, Payer, PayerKind
from tests.unit.domain.test_order_of_benefits import MEDICAID, MEDICARE, MOTHER, PATIENT

PPO = Payer(code="PPO01", name="PPO", kind=PayerKind.COMMERCIAL, filing_indicator="12")
HMO = Payer(code="HMO01", name="HMO", kind=PayerKind.COMMERCIAL, filing_indicator="HM")
PAYERS = {payer.code: payer for payer in (PPO, HMO, MEDICARE, MEDICAID)}


def content(*payers: Payer, types: tuple[str, ...] = ()) -> ClaimContent:
    """A claim with these payers; ``types`` are SBR05 of those after the first."""
    first, *others = [Coverage(payer=p, member_id="1", relationship="18", subscriber=PATIENT) for p in payers]
    return ClaimContent(
        diagnoses=("J069",),
        lines=(ServiceLine(number=1, procedure="99213", charge_cents=10_000, service_from=date(2026, 3, 2)),),
        place_of_service="11",
        coverage=first,
        other_coverages=tuple(
            OtherCoverage(coverage=other, insurance_type=types[at] if at < len(types) else "")
            for at, other in enumerate(others)
        ),
    )


def added(code: str, **more: str) -> dict[str, str]:
    fields = {"payer": code, "member_id": "NEW7"} | {name.replace("__", "."): value for name, value in more.items()}
    return {f"coverage.add.{name}": value for name, value in fields.items()}


def changed(before: ClaimContent, changes: dict[str, str]) -> ClaimContent:
    return change_coverages(before, changes, PAYERS, PATIENT)


def order(after: ClaimContent) -> list[str]:
    return [coverage.payer.code for coverage in after.coverages]


WORK = {"basis": "current_employment", "employees": "400"}


@pytest.mark.parametrize(
    ("before", "changes", "after"),
    [
        (content(PPO), added("HMO01"), ["PPO01", "HMO01"]),
        (content(PPO), added("HMO01", place="1"), ["HMO01", "PPO01"]),
        (content(PPO), added("MCAID"), ["PPO01", "MCAID"]),
        (content(MEDICAID), added("PPO01"), ["PPO01", "MCAID"]),
        (content(PPO), added("MCARE"), ["MCARE", "PPO01"]),
        (content(MEDICARE), added("PPO01", **WORK), ["PPO01", "MCARE"]),
        (content(MEDICARE), added("PPO01", basis="current_employment", employees="5"), ["MCARE", "PPO01"]),
        (content(PPO), added("MCARE", insurance_type="12"), ["PPO01", "MCARE"]),
        (content(PPO, MEDICARE, types=("12",)), added("HMO01", basis="supplement"), ["PPO01", "MCARE", "HMO01"]),
        (content(MEDICARE, HMO), added("PPO01", **WORK), ["PPO01", "MCARE", "HMO01"]),
        (content(MEDICARE, MEDICAID), added("PPO01", basis="workers_compensation"), ["PPO01", "MCARE", "MCAID"]),
        (content(PPO), {"coverage.end": "PPO01"} | added("HMO01"), ["HMO01"]),
        (content(PPO, HMO), {"coverage.end": "PPO01"}, ["HMO01"]),
        (content(PPO, HMO, MEDICAID), {"coverage.end": "HMO01"}, ["PPO01", "MCAID"]),
        (content(PPO), added("XX9", payer_name="NEW PLAN", payer_kind="commercial"), ["PPO01", "XX9"]),
    ],
)  # fmt: skip
def test_the_coverages_stand_in_the_order_of_benefits(
    before: ClaimContent, changes: dict[str, str], after: list[str]
) -> None:
    assert order(changed(before, changes)) == after


def test_a_medicare_that_comes_second_now_says_why() -> None:
    after = changed(content(MEDICARE), added("PPO01", **WORK))
    assert after.other_coverages[0].insurance_type == "12"
    assert "411.172" in after.other_coverages[0].why


def test_a_medicare_that_is_first_again_says_nothing() -> None:
    before = content(PPO, MEDICARE, types=("12",))
    after = changed(before, {"coverage.end": "PPO01"})
    assert (order(after), after.other_coverages) == (["MCARE"], ())


def test_the_patient_is_the_subscriber_unless_another_is_named() -> None:
    own = changed(content(PPO), added("HMO01", group_number="G1")).other_coverages[0].coverage
    assert (own.subscriber, own.relationship, own.member_id, own.group_number) == (PATIENT, "18", "NEW7", "G1")
    told = {"subscriber__first_name": "CLEO", "subscriber__last_name": "ROWE", "subscriber__birth_date": "1990-03-04"}
    childs = changed(content(PPO), added("HMO01", relationship="19", **told)).other_coverages[0].coverage
    assert childs.subscriber == replace(MOTHER, sex="U")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"coverage.end": "HMO01"}, "names no coverage of that payer"),
        ({"coverage.end": "PPO01"}, "no coverage would be left"),
        (added("NOBODY"), "has not billed it yet"),
        (added("NOBODY", payer_name="X", payer_kind="private"), "use one of medicare"),
        (added("PPO01"), "names this payer already"),
        (added("HMO01", member_id=""), "the value is empty"),
        (added("HMO01", place="7"), "the claim has places 1 to 2"),
        (added("MCAID", place="1"), "Medicaid pays last"),
        (added("MCARE", place="2"), "Medicare pays before"),
        (added("HMO01", basis="luck"), "use one of plan"),
        (added("HMO01", relationship="19"), "subscriber.first_name: the value is empty"),
        (added("HMO01", subscriber__last_name="X"), "the subscriber is the patient"),
        (added("MCARE", insurance_type="99"), "use one of 12"),
        (added("HMO01", employees="many"), "a whole number"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_reason_and_no_value(changes: dict[str, str], why: str) -> None:
    with pytest.raises(CorrectionRefused, match=why) as refused:
        changed(content(PPO), changes)
    assert "NEW7" not in str(refused.value)
