"""A 271 read in full: every benefit typed, who else pays, and who must fix a rejected question."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from domain.coverage.benefits import OFFICE_VISIT, PLAN, BenefitKind, Network, closest, network_of_visit
from domain.coverage.rejections import RejectionAction, parse_rejections, rule_of, worst
from edi import eligibility
from edi.eligibility_rejections import rejection_rules
from tests.unit.edi.test_eligibility import response
from x12.transactions.eligibility import Benefit
from x12.transactions.parts import DateOrPeriod, Party, Procedure, Reference

FULL = (
    Benefit(information="1", service_types=("30",), insurance_type="PR", plan="SUMMIT GOLD"),
    Benefit(
        information="B", coverage_level="IND", service_types=("98",), amount_cents=2_500, in_network="Y"
    ),
    Benefit(information="B", coverage_level="IND", service_types=("UC",), amount_cents=7_500, in_network="Y"),
    Benefit(information="C", coverage_level="FAM", service_types=("30",), period="29", amount_cents=90_000),
    Benefit(
        information="C", coverage_level="IND", service_types=("30",), period="29", amount_cents=40_000, in_network="Y"
    ),
    Benefit(information="C", coverage_level="IND", service_types=("30",), period="23", amount_cents=300_000,
            in_network="N"),
    Benefit(information="G", coverage_level="IND", service_types=("30",), period="29", amount_cents=0),
    Benefit(information="A", service_types=("30",), percent=Decimal("0.2"), in_network="Y"),
    Benefit(
        information="F", service_types=("PT",), period="23", quantity_qualifier="VS", quantity=Decimal(30),
        in_network="W", messages=("THIRTY A YEAR",),
    ),
    Benefit(information="I", service_types=("35",)),
    Benefit(
        information="1", coverage_level="IND", authorization_required="Y", in_network="Y",
        procedure=Procedure(code="70551"),
    ),
    Benefit(
        information="R",
        service_types=("30",),
        references=(Reference(qualifier="1W", value="OTHER77"), Reference(qualifier="6P", value="G5")),
        dates=(DateOrPeriod(qualifier="290", start=date(2026, 1, 1), end=date(2026, 12, 31)),),
        entities=(Party(entity="PRP", last_name="OLD OAK LIFE", id_qualifier="PI", identifier="OAK01"),),
    ),
)  # fmt: skip


def test_every_benefit_of_an_answer_is_read() -> None:
    found = eligibility.answer(response(*FULL))
    assert [benefit.kind for benefit in found.benefits] == [
        BenefitKind.ACTIVE,
        BenefitKind.COPAY,
        BenefitKind.COPAY,
        BenefitKind.DEDUCTIBLE,
        BenefitKind.DEDUCTIBLE,
        BenefitKind.DEDUCTIBLE,
        BenefitKind.OUT_OF_POCKET,
        BenefitKind.COINSURANCE,
        BenefitKind.LIMIT,
        BenefitKind.NOT_COVERED,
        BenefitKind.ACTIVE,
        BenefitKind.OTHER_PAYER,
    ]
    limit = found.benefits[8]
    assert (limit.quantity, limit.quantity_unit, limit.network, limit.messages) == (
        Decimal(30),
        "VS",
        Network.EITHER,
        ("THIRTY A YEAR",),
    )
    assert str(found.benefits[7].percent) == "20", "as people read it, never 2E+1"
    assert found.out_of_pocket_remaining_cents == 0


@pytest.mark.parametrize(
    ("benefits", "network"),
    [
        (FULL[:1], Network.UNKNOWN),
        (FULL[:3], Network.IN),
        (FULL, Network.UNKNOWN),
        ((FULL[5],), Network.OUT),
        ((FULL[1], FULL[8]), Network.IN),
        ((FULL[10],), Network.UNKNOWN),
        ((Benefit(information="F", service_types=("PT",), in_network="Y"),), Network.UNKNOWN),
        ((Benefit(information="C", in_network="N"),), Network.OUT),
        ((FULL[1], Benefit(information="R", service_types=("30",), in_network="N")), Network.IN),
    ],
    ids=["silence", "shares of a visit", "inside and outside", "only outside", "not applicable", "one procedure",
         "another service", "no service named", "another payer's"],
)  # fmt: skip
def test_a_visit_is_in_or_out_of_the_network_where_all_its_benefits_say_the_same(
    benefits: tuple[Benefit, ...], network: Network
) -> None:
    assert network_of_visit(eligibility.answer(response(*benefits)).benefits) is network


def test_the_closest_benefit_answers_a_question() -> None:
    benefits = eligibility.answer(response(*FULL)).benefits
    copay = closest(benefits, BenefitKind.COPAY, OFFICE_VISIT)
    urgent = closest(benefits, BenefitKind.COPAY, "UC")
    deductible = closest(benefits, BenefitKind.DEDUCTIBLE, PLAN, remaining=True)
    assert copay is not None
    assert urgent is not None
    assert deductible is not None
    assert (copay.amount_cents, urgent.amount_cents, deductible.amount_cents) == (2_500, 7_500, 40_000)
    assert closest(benefits, BenefitKind.DEDUCTIBLE, PLAN) is None  # the year's amount was told out of network only


def test_an_authorization_for_one_procedure_is_not_one_for_the_visit() -> None:
    found = eligibility.answer(response(*FULL))
    assert found.authorization_required is None
    needed = closest(found.benefits, BenefitKind.ACTIVE, OFFICE_VISIT, procedure="70551")
    assert needed is not None
    assert needed.authorization is True


def test_another_payer_is_named_with_its_place_and_number() -> None:
    (other,) = eligibility.answer(response(*FULL)).other_payers
    assert (other.name, other.identifier, other.member_id, other.group_number, other.rank) == (
        "OLD OAK LIFE",
        "OAK01",
        "OTHER77",
        "G5",
        "primary",
    )
    assert (other.begins, other.ends) == (date(2026, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("code", "action"),
    [
        ("42", RejectionAction.ASK_AGAIN),
        ("80", RejectionAction.ASK_AGAIN),
        ("71", RejectionAction.FIX_PATIENT),
        ("75", RejectionAction.FIX_PATIENT),
        ("51", RejectionAction.FIX_PROVIDER),
        ("63", RejectionAction.FIX_QUESTION),
        ("ZZ", RejectionAction.FIX_QUESTION),
    ],
)
def test_a_rejection_says_who_acts(code: str, action: RejectionAction) -> None:
    rule = rule_of(rejection_rules(), code)
    assert rule.action is action
    assert rule.what
    assert rule.remedy


def test_what_a_person_can_fix_goes_before_a_silent_payer() -> None:
    found = worst(rejection_rules(), ("42", "51", "72"))
    assert found is not None
    assert found.code == "72"
    assert worst(rejection_rules(), ()) is None


def test_a_row_without_its_source_is_refused() -> None:
    row = {"code": "42", "action": "ask_again", "what": "x", "remedy": "y", "source": ""}
    with pytest.raises(ValueError, match="row 1"):
        parse_rejections([row])
