"""Who pays first: one row for each rule, and the reason that is given."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.coverage.coverage import Coverage, Payer, PayerKind
from domain.coverage.order_of_benefits import Basis, Entitlement, Insurance, in_order
from domain.people.parties import Address, Person

ON = date(2026, 3, 2)
HOME = Address(street="1 Elm Street", city="TOLEDO", state="OH", zip_code="43604")
PATIENT = Person(last_name="ROWE", first_name="ANN", birth_date=date(1958, 7, 1), sex="F", address=HOME)
SPOUSE = replace(PATIENT, first_name="BEN", birth_date=date(1956, 1, 9), sex="M")
MOTHER = replace(PATIENT, first_name="CLEO", birth_date=date(1990, 3, 4))
FATHER = replace(SPOUSE, first_name="DAN", birth_date=date(1979, 11, 30))
MEDICARE = Payer(code="MCARE", name="MEDICARE", kind=PayerKind.MEDICARE, filing_indicator="MB")
MEDICAID = Payer(code="MCAID", name="MEDICAID", kind=PayerKind.MEDICAID, filing_indicator="MC")


def plan(code: str, who: Person = PATIENT, relationship: str = "18", **facts: object) -> Insurance:
    payer = Payer(code=code, name=code, kind=PayerKind.COMMERCIAL, filing_indicator="CI")
    coverage = Coverage(payer=payer, member_id=f"{code}1", relationship=relationship, subscriber=who)
    return Insurance(coverage=coverage, **facts)  # type: ignore[arg-type]


def government(payer: Payer, **facts: object) -> Insurance:
    coverage = Coverage(payer=payer, member_id="1", relationship="18", subscriber=PATIENT)
    return Insurance(coverage=coverage, **facts)  # type: ignore[arg-type]


def working(employees: int | None, who: Person = PATIENT, relationship: str = "18") -> Insurance:
    return plan("GHP", who, relationship, basis=Basis.CURRENT_EMPLOYMENT, employees=employees)


BY_AGE = government(MEDICARE)
BY_DISABILITY = government(MEDICARE, entitlement=Entitlement.DISABILITY)
BY_KIDNEYS = government(MEDICARE, entitlement=Entitlement.RENAL_DISEASE, renal_coordination_ends=date(2026, 6, 30))
RETIRED = plan("GHP", basis=Basis.FORMER_EMPLOYMENT, employees=5000)
ON_MEDICAID = government(MEDICAID)

TABLE = [
    ("subscriber before dependent", [plan("B", SPOUSE, "01"), plan("A")], ["A", "B"], ["", ""], "as subscriber"),
    ("birthday, not age", [plan("F", FATHER, "19"), plan("M", MOTHER, "19")], ["M", "F"], ["", ""], "birthday rule"),
    (
        "one birthday unknown: as told",
        [plan("F", replace(FATHER, birth_date=None), "19"), plan("M", MOTHER, "19")],
        ["F", "M"],
        ["", ""],
        "no rule decides",
    ),
    ("two own plans: as told", [plan("B"), plan("A")], ["B", "A"], ["", ""], "no rule decides"),
    ("working aged", [BY_AGE, working(20)], ["GHP", "MCARE"], ["", "12"], "411.172"),
    ("working spouse", [BY_AGE, working(400, SPOUSE, "01")], ["GHP", "MCARE"], ["", "12"], "411.172"),
    ("small employer", [working(19), BY_AGE], ["MCARE", "GHP"], ["", ""], "Medicare pays before"),
    ("employer of unknown size", [working(None), BY_AGE], ["MCARE", "GHP"], ["", ""], "Medicare pays before"),
    ("retired", [RETIRED, BY_AGE], ["MCARE", "GHP"], ["", ""], "Medicare pays before"),
    ("disabled, large plan", [BY_DISABILITY, working(100)], ["GHP", "MCARE"], ["", "43"], "411.204"),
    ("disabled, smaller plan", [working(99), BY_DISABILITY], ["MCARE", "GHP"], ["", ""], "Medicare pays before"),
    ("renal disease, in the 30 months", [BY_KIDNEYS, RETIRED], ["GHP", "MCARE"], ["", "13"], "411.162"),
    (
        "renal disease, after them",
        [RETIRED, replace(BY_KIDNEYS, renal_coordination_ends=date(2026, 3, 1))],
        ["MCARE", "GHP"],
        ["", ""],
        "Medicare pays before",
    ),
    ("no fault", [BY_AGE, plan("CAR", basis=Basis.NO_FAULT)], ["CAR", "MCARE"], ["", "14"], "no-fault"),
    ("work injury", [BY_AGE, plan("WC", basis=Basis.WORKERS_COMPENSATION)], ["WC", "MCARE"], ["", "15"], "workers'"),
    ("federal", [BY_AGE, plan("PHS", basis=Basis.FEDERAL_AGENCY)], ["PHS", "MCARE"], ["", "16"], "federal agency"),
    ("black lung", [BY_AGE, plan("BL", basis=Basis.BLACK_LUNG)], ["BL", "MCARE"], ["", "41"], "black lung"),
    ("veterans", [BY_AGE, plan("VA", basis=Basis.VETERANS)], ["VA", "MCARE"], ["", "42"], "Veterans"),
    ("liability", [BY_AGE, plan("LI", basis=Basis.LIABILITY)], ["LI", "MCARE"], ["", "47"], "liability"),
    ("liable before a plan", [plan("A"), plan("AUTO", basis=Basis.NO_FAULT)], ["AUTO", "A"], ["", ""], "liable"),
    ("supplement", [plan("S", basis=Basis.SUPPLEMENT), BY_AGE], ["MCARE", "S"], ["", ""], "Medicare pays before"),
    ("Medicaid last", [ON_MEDICAID, plan("A")], ["A", "MCAID"], ["", ""], "Medicaid pays last"),
    ("Medicaid after Medicare", [ON_MEDICAID, BY_AGE], ["MCARE", "MCAID"], ["", ""], "Medicaid pays last"),
]


@pytest.mark.parametrize(("told", "order", "types", "why"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_each_rule_decides_and_says_so(told: list[Insurance], order: list[str], types: list[str], why: str) -> None:
    placed = in_order(told, ON)
    assert [one.coverage.payer.code for one in placed] == order
    assert [one.insurance_type for one in placed] == types
    assert why in placed[1].why
    if "no rule" not in why:
        turned = in_order(told[::-1], ON)
        assert [one.coverage.payer.code for one in turned] == order, "however it was told"


def test_three_payers_stand_in_one_order_however_they_are_told() -> None:
    told = [ON_MEDICAID, BY_AGE, working(50, SPOUSE, "01")]
    for several in (told, told[::-1], [told[1], told[0], told[2]]):
        placed = in_order(several, ON)
        assert [one.coverage.payer.code for one in placed] == ["GHP", "MCARE", "MCAID"]
        assert [one.insurance_type for one in placed] == ["", "12", ""]
