from __future__ import annotations

import pytest
from hypothesis import given

from domain.coverage.coverage import PayerKind
from domain.denials.classification import Adjudication, DenialGroup, Remedy, Verdict, classify
from domain.denials.rules import parse_denial_rules
from domain.remittance.remittance import Adjustment, RemittedClaim
from tests.unit.domain.remits import ROWS, cas, claims, remitted, remitted_line, rules

RULES = rules()
MEDICARE, COMMERCIAL, MEDICAID = PayerKind.MEDICARE, PayerKind.COMMERCIAL, PayerKind.MEDICAID
MA = PayerKind.MEDICARE_ADVANTAGE


def denied(code: str, payer: PayerKind = COMMERCIAL, *remarks: str, status: str = "1") -> Adjudication:
    return classify(remitted(remitted_line(10000, cas(code, 10000)), remarks=remarks, status=status), payer, RULES)


SITUATIONS = [
    # code, payer, remarks -> verdict, group, remedy, frequency, appealable
    ("CO-4", COMMERCIAL, (), "denied", "error", "replace", "7", True),
    ("CO-4", MA, (), "denied", "error", "replace", "7", True),
    ("CO-4", MEDICARE, (), "denied", "error", "reopen", "", True),
    ("CO-16", COMMERCIAL, (), "denied", "incomplete", "replace", "7", True),
    ("CO-16", MEDICARE, (), "denied", "incomplete", "reopen", "", True),
    ("CO-16", MEDICARE, ("MA130",), "denied", "incomplete", "correct_and_resend", "1", False),
    ("CO-16", COMMERCIAL, ("MA130",), "denied", "incomplete", "correct_and_resend", "1", False),
    ("CO-16", MEDICARE, ("N290", "MA130"), "denied", "incomplete", "correct_and_resend", "1", False),
    ("CO-16", COMMERCIAL, ("N290",), "denied", "incomplete", "replace", "7", True),
    ("CO-16", COMMERCIAL, ("N211",), "denied", "incomplete", "replace", "7", False),
    ("OA-18", COMMERCIAL, (), "denied", "error", "review", "", True),
    ("CO-18", MEDICARE, (), "denied", "error", "review", "", True),
    ("CO-22", COMMERCIAL, (), "denied", "omission", "bill_next_payer", "", True),
    ("CO-27", COMMERCIAL, (), "denied", "omission", "bill_next_payer", "", True),
    ("CO-29", COMMERCIAL, (), "denied", "omission", "appeal", "", True),
    ("CO-29", MEDICARE, ("N211",), "denied", "omission", "write_off", "", False),
    ("CO-29", MEDICARE, (), "denied", "omission", "write_off", "", False),
    ("CO-29", MA, (), "denied", "omission", "appeal", "", True),
    ("CO-31", COMMERCIAL, (), "denied", "error", "correct_and_resend", "1", True),
    ("CO-50", MEDICARE, (), "denied", "error", "appeal", "", True),
    ("PR-50", MEDICARE, (), "patient_share_only", "error", "bill_patient", "", True),
    ("CO-97", COMMERCIAL, (), "denied", "error", "replace", "7", True),
    ("CO-197", COMMERCIAL, (), "denied", "omission", "appeal", "", True),
    ("CO-204", COMMERCIAL, (), "denied", "omission", "review", "", True),
    ("PR-204", COMMERCIAL, (), "patient_share_only", "omission", "bill_patient", "", True),
    ("PR-204", MEDICAID, (), "review", "omission", "review", "", True),
    ("CO-252", COMMERCIAL, (), "denied", "incomplete", "send_records", "", True),
    ("CO-11", COMMERCIAL, (), "denied", "error", "replace", "7", True),
    ("CO-15", COMMERCIAL, (), "denied", "omission", "replace", "7", True),
    ("CO-288", COMMERCIAL, (), "denied", "omission", "replace", "7", True),
    ("CO-288", MEDICARE, (), "denied", "omission", "reopen", "", True),
    ("CO-109", MEDICARE, (), "denied", "error", "bill_next_payer", "", True),
    ("PR-27", COMMERCIAL, (), "review", "omission", "review", "", True),
    ("CO-96", COMMERCIAL, (), "denied", "omission", "review", "", True),
    ("CO-45", COMMERCIAL, (), "review", "none", "review", "", False),
    ("PR-45", COMMERCIAL, (), "review", "none", "review", "", False),
    ("CO-253", MEDICARE, (), "review", "none", "review", "", False),
    ("PR-1", COMMERCIAL, (), "patient_share_only", "none", "bill_patient", "", False),
    ("PR-3", MEDICARE, (), "patient_share_only", "none", "bill_patient", "", False),
    ("PR-1", MEDICARE, ("N781",), "review", "none", "bill_next_payer", "", False),
    ("PR-2", MEDICARE, ("N782",), "review", "none", "bill_next_payer", "", False),
    ("CO-1", COMMERCIAL, (), "review", "none", "review", "", False),
    ("PR-16", COMMERCIAL, (), "review", "none", "review", "", False),
    ("CO-999", COMMERCIAL, (), "review", "none", "review", "", False),
]


@pytest.mark.parametrize(
    ("code", "payer", "remarks", "verdict", "group", "remedy", "frequency", "appealable"), SITUATIONS
)
def test_each_situation_has_its_group_and_remedy(
    code: str, payer: PayerKind, remarks: tuple[str, ...], verdict: str, group: str, remedy: str,
    frequency: str, appealable: bool,
) -> None:  # fmt: skip
    for status in ("1", "4"):
        found = denied(code, payer, *remarks, status=status)
        answer = (found.verdict, found.group, found.remedy, found.frequency, found.appealable)
        assert answer == (verdict, group, remedy, frequency, appealable)
        assert found.why


def test_the_deciding_codes_are_told() -> None:
    assert denied("CO-4").reasons == ("CO-4",)
    unprocessable = denied("CO-16", MEDICARE, "MA130")
    assert unprocessable.reasons == ("CO-16", "MA130")
    assert unprocessable.unprocessable
    assert not denied("CO-16", MEDICARE).unprocessable


def test_a_claim_with_payment_and_contractual_reductions_is_paid() -> None:
    found = classify(remitted(remitted_line(10000, cas("CO-45", 2000), cas("CO-253", 160))), MEDICARE, RULES)
    assert (found.verdict, found.group, found.remedy) == (Verdict.PAID, DenialGroup.NONE, Remedy.NONE)


def test_a_paid_claim_with_a_patient_share_goes_on_to_the_patient() -> None:
    found = classify(remitted(remitted_line(10000, cas("CO-45", 2000), cas("PR-3", 2500))), COMMERCIAL, RULES)
    assert (found.verdict, found.remedy) == (Verdict.PAID, Remedy.BILL_PATIENT)


def test_a_denied_line_beside_a_paid_one_is_a_partial_denial() -> None:
    claim = remitted(remitted_line(10000, cas("CO-45", 2000)), remitted_line(3000, cas("CO-97", 3000)))
    found = classify(claim, COMMERCIAL, RULES)
    assert (found.verdict, found.reasons, found.frequency) == (Verdict.PARTLY_DENIED, ("CO-97",), "7")


def test_the_largest_denial_names_the_remedy_and_all_are_told() -> None:
    claim = remitted(remitted_line(3000, cas("CO-252", 3000)), remitted_line(10000, cas("CO-4", 10000)))
    found = classify(claim, COMMERCIAL, RULES)
    assert (found.remedy, found.reasons) == (Remedy.REPLACE, ("CO-252", "CO-4"))


def test_an_unknown_code_beside_a_known_denial_goes_to_a_person() -> None:
    claim = remitted(remitted_line(3000, cas("CO-4", 3000)), remitted_line(10000, cas("CO-Z9", 10000)))
    assert classify(claim, COMMERCIAL, RULES).verdict is Verdict.REVIEW


def test_a_remark_that_protects_a_patient_on_one_line_protects_every_share_of_the_claim() -> None:
    for remark in ("N781", "N864"):
        lines = (
            remitted_line(3000, cas("CO-45", 800), remarks=(remark,)),
            remitted_line(10000, cas("CO-45", 2000), cas("PR-2", 2500)),
        )
        assert classify(remitted(*lines), COMMERCIAL, RULES).verdict is Verdict.REVIEW
    units = (remitted_line(3000, cas("CO-45", 800), remarks=("N362",)), remitted_line(10000, cas("PR-2", 2500)))
    assert classify(remitted(*units), COMMERCIAL, RULES).verdict is Verdict.PAID, "too many units are one line's"


def test_a_remark_of_one_line_says_nothing_of_another() -> None:
    claim = remitted(
        remitted_line(10000, cas("CO-16", 10000), remarks=("MA130",)), remitted_line(3000, cas("CO-4", 3000))
    )
    assert classify(claim, COMMERCIAL, RULES).reasons == ("CO-16", "MA130", "CO-4")


@pytest.mark.parametrize(
    ("status", "verdict", "remedy"),
    [("22", Verdict.REVERSAL, Remedy.WAIT), ("23", Verdict.FORWARDED, Remedy.WAIT),
     ("25", Verdict.PREDETERMINATION, Remedy.NONE)],
)  # fmt: skip
def test_some_statuses_are_no_decision_to_pay(status: str, verdict: Verdict, remedy: Remedy) -> None:
    found = denied("CO-4", status=status)
    assert (found.verdict, found.group, found.remedy, found.appealable) == (
        verdict,
        DenialGroup.NONE,
        remedy,
        False,
    )


@pytest.mark.parametrize(("status", "remarks"), [("19", ()), ("1", ("MA18",)), ("1", ("N89",)), ("1", ("MA07",))])
def test_a_claim_that_was_crossed_over_waits_for_the_other_payer(status: str, remarks: tuple[str, ...]) -> None:
    claim = remitted(remitted_line(10000, cas("PR-2", 2000)), status=status, remarks=remarks)
    found = classify(claim, MEDICARE, RULES)
    assert (found.verdict, found.remedy, found.forwarded) == (Verdict.PAID, Remedy.WAIT, True)


def test_the_impact_of_an_earlier_payer_is_no_denial() -> None:
    found = classify(remitted(remitted_line(10000, cas("OA-23", 10000)), status="2"), COMMERCIAL, RULES)
    assert (found.verdict, found.group) == (Verdict.PAID, DenialGroup.NONE)


def test_a_claim_that_pays_nothing_and_says_nothing_goes_to_a_person() -> None:
    assert classify(remitted(remitted_line(10000, paid_cents=0)), COMMERCIAL, RULES).verdict is Verdict.REVIEW


@given(claims)
def test_any_claim_is_understood_and_a_denial_has_a_group_and_a_remedy(claim: RemittedClaim) -> None:
    for payer in PayerKind:
        found = classify(claim, payer, RULES)
        if found.verdict in (Verdict.DENIED, Verdict.PARTLY_DENIED):
            assert found.group is not DenialGroup.NONE
            assert found.remedy is not Remedy.NONE
        assert payer is not PayerKind.MEDICARE or found.frequency not in ("7", "8")


@pytest.mark.parametrize(
    "adjustments",
    [(cas("CO-45", 12000), cas("PR-3", -1000)), (cas("CO-4", -500), cas("CO-45", 2000)), (cas("CO-45", 10500),)],
)
def test_money_taken_back_without_a_reversal_goes_to_a_person(adjustments: tuple[Adjustment, ...]) -> None:
    claim = remitted(remitted_line(10000, *adjustments))
    assert classify(claim, COMMERCIAL, RULES).verdict is Verdict.REVIEW


def test_a_denial_that_is_taken_back_in_the_same_claim_denies_nothing() -> None:
    claim = remitted(remitted_line(10000, cas("CO-4", 3000), cas("CO-4", -3000), cas("CO-45", 2000)))
    assert classify(claim, COMMERCIAL, RULES).verdict is Verdict.PAID


def test_a_patient_share_that_cancels_out_asks_nothing_of_the_patient() -> None:
    claim = remitted(remitted_line(10000, cas("PR-3", 2000), cas("PR-3", -2000), cas("CO-45", 2000)))
    assert classify(claim, COMMERCIAL, RULES).remedy is Remedy.NONE


def test_the_table_gives_up_money_only_for_contract_and_law() -> None:
    assert RULES.contractual == {("CO", "45"), ("CO", "253"), ("CO", "237")}


def test_every_row_has_words_of_its_own_and_a_source() -> None:
    assert all(rule.why and rule.source for rule in RULES.rules)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"source": ""}, "source"),
        ({"nature": "odd"}, "odd"),
        ({"remedy": ""}, "remedy"),
        ({"group_code": "CR"}, "group_code"),
        ({"appealable": "maybe"}, "appealable"),
        ({"carc": ""}, "carc"),
        ({"payer_kind": "martian"}, "martian"),
    ],
)
def test_a_row_that_does_not_fit_is_refused_by_its_number(change: dict[str, str], problem: str) -> None:
    with pytest.raises(ValueError, match=rf"row 1: .*{problem}"):
        parse_denial_rules([{**ROWS[0], **change}])


def test_two_rows_for_the_same_condition_are_refused() -> None:
    with pytest.raises(ValueError, match="row 2: an earlier row has the same conditions"):
        parse_denial_rules([ROWS[0], ROWS[0]])
