"""What a contract allows, what a payer allowed, and where the two differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import hypothesis
import pytest
from hypothesis import strategies as st

from activities.contracts.codes import contract_codes
from domain.contracts.allowed import allowed_by
from domain.contracts.codes import parse_contract_codes
from domain.contracts.expected import BilledLine, Contract, expected_allowed
from domain.contracts.filing import Given, Standing, plan_import
from domain.contracts.schedule import FeeRow, FeeSchedule
from domain.contracts.terms import Term, check_term, terms_on
from domain.contracts.variance import find_variances
from domain.remittance.remittance import Adjustment, RemittedClaim, RemittedLine

CODES = contract_codes()
DAY = date(2026, 3, 2)
BEGIN = date(2026, 1, 1)


def billed(
    procedure: str = "99213",
    charge: int = 20_000,
    *modifiers: str,
    number: int = 1,
    units: str = "1",
    place: str = "11",
    on: date = DAY,
    basis: str = "UN",
) -> BilledLine:
    return BilledLine(
        number=number, procedure=procedure, modifiers=modifiers, units=Decimal(units), charge_cents=charge,
        service_date=on, place_of_service=place, unit_basis=basis,
    )  # fmt: skip


def fee(
    procedure: str, cents: int, modifier: str = "", place: str = "", begin: date = BEGIN, end: date | None = None
) -> FeeRow:
    return FeeRow(
        procedure=procedure, amount_cents=cents, modifier=modifier, place=place, effective_from=begin, effective_to=end
    )


def term(name: str, value: str, begin: date = BEGIN, end: date | None = None) -> Term:
    return Term(name=name, value=value, effective_from=begin, effective_to=end)


def contract(fees: Sequence[FeeRow], *terms: Term) -> Contract:
    return Contract(schedule=FeeSchedule(fees), terms=lambda day: terms_on(terms, day))


def expected(line: BilledLine, fees: Sequence[FeeRow], *terms: Term) -> int | None:
    return expected_allowed(line, FeeSchedule(fees), terms_on(terms, line.service_date), CODES, line.service_date).cents


YEARS = (
    fee("99213", 9_000, begin=date(2025, 1, 1)),
    fee("99213", 10_000, begin=BEGIN),
    fee("99213", 11_000, begin=date(2026, 7, 1), end=date(2026, 12, 31)),
)


@pytest.mark.parametrize(
    ("on", "cents"),
    [
        (date(2024, 12, 31), None),
        (date(2025, 1, 1), 9_000),
        (date(2025, 12, 31), 9_000),
        (date(2026, 1, 1), 10_000),
        (date(2026, 6, 30), 10_000),
        (date(2026, 7, 1), 11_000),
        (date(2026, 12, 31), 11_000),
        (date(2027, 1, 1), None),
    ],
)
def test_a_price_holds_on_the_day_of_service_until_the_next_one_begins(on: date, cents: int | None) -> None:
    assert expected(billed(on=on), YEARS) == cents


IMAGING = (fee("71046", 3_000), fee("71046", 1_000, "26"), fee("71046", 2_000, "TC"))
SETTINGS = (fee("99213", 9_000, place="NF"), fee("99213", 6_000, place="F"), fee("11102", 5_000))


@pytest.mark.parametrize(
    ("line", "cents"),
    [
        (billed("71046"), 3_000),
        (billed("71046", 20_000, "26"), 1_000),
        (billed("71046", 20_000, "59", "TC"), 2_000),
        (billed("71046", 20_000, "RT"), 3_000),
        (billed("71046", 20_000, "80"), None),
        (billed("71046", 20_000, "26", "53"), None),
    ],
)
def test_a_modifier_finds_its_own_row_and_an_unpriced_one_that_changes_the_price_is_not_guessed(
    line: BilledLine, cents: int | None
) -> None:
    assert expected(line, IMAGING) == cents


@pytest.mark.parametrize(
    ("line", "cents"),
    [
        (billed(place="11"), 9_000),
        (billed(place="22"), 6_000),
        (billed(place="10"), 9_000),
        (billed(place="02"), 6_000),
        (billed("11102", place="24"), 5_000),
    ],
)
def test_the_place_of_service_chooses_facility_or_non_facility(line: BilledLine, cents: int) -> None:
    assert expected(line, SETTINGS) == cents


@pytest.mark.parametrize(
    ("line", "terms", "cents"),
    [
        (billed(units="3"), (), 30_000),
        (billed(units="0.5"), (), 5_000),
        (billed(units="15", basis="MJ"), (), None),
        (billed(), (term("percent_of_schedule", "112.5"),), 11_250),
        (billed(), (term("percent_of_schedule", "100.005"),), 10_001),
        (billed(charge=8_000), (term("lesser_of_charge", "yes"),), 8_000),
        (billed(charge=8_000), (term("lesser_of_charge", "no"),), 10_000),
        (billed(charge=8_000), (), 10_000),
        (billed("99213", 20_000, "50"), (term("modifier_percent_50", "150"),), 15_000),
        (billed("99213", 9, "50", "AS"), (term("modifier_percent_50", "150"), term("modifier_percent_AS", "1")), 150),
        (billed("J0000", 20_000), (term("percent_of_charge", "65"),), 13_000),
        (billed("99213", 20_000), (term("percent_of_charge", "65"),), 10_000),
        (billed("J0000", 20_000), (), None),
        (billed(), (term("percent_of_schedule", "120", end=date(2026, 2, 28)),), 10_000),
        (billed(), (term("percent_of_schedule", "120"), term("percent_of_schedule", "90", date(2026, 3, 1))), 9_000),
    ],
)  # fmt: skip
def test_units_and_terms_make_the_amount(line: BilledLine, terms: tuple[Term, ...], cents: int | None) -> None:
    assert expected(line, [fee("99213", 10_000)], *terms) == cents


def test_the_words_tell_row_units_and_terms_or_why_nothing_is_expected() -> None:
    schedule = FeeSchedule([fee("99213", 10_000, place="NF")])
    terms = terms_on([term("percent_of_schedule", "110"), term("lesser_of_charge", "yes")], DAY)
    told = expected_allowed(billed(units="2", charge=21_000), schedule, terms, CODES, DAY)
    assert told.why == (
        "99213 (non-facility) from 2026-01-01: 100.00, x 2 units, 110% of the schedule, not more than the charge "
        "210.00 = 210.00"
    )
    none = expected_allowed(billed("99214"), schedule, terms, CODES, DAY)
    assert (none.cents, none.why) == (None, "no schedule row prices 99214 on 2026-03-02")


def test_several_procedures_of_a_day_are_reduced_the_dearest_first() -> None:
    agreed = contract(
        [fee("11102", 8_000), fee("11104", 20_000), fee("17000", 6_000), fee("99213", 9_000)],
        term("multiple_procedure_reduction", "100,50,25 for 10004-69990"),
    )
    lines = [
        billed("11102", number=1),
        billed("99213", number=2),
        billed("11104", number=3),
        billed("17000", 20_000, "51", number=4),
        billed("17000", number=5, on=date(2026, 3, 3)),
    ]
    cents = {number: one.cents for number, one in agreed.expected(lines, CODES).items()}
    assert cents == {1: 4_000, 2: 9_000, 3: 20_000, 4: 1_500, 5: 6_000}


def svc(charge: int, paid: int, *cas: tuple[str, str, int], procedure: str = "99213") -> RemittedLine:
    return RemittedLine(
        procedure=procedure, modifiers=(), charge_cents=charge, paid_cents=paid,
        adjustments=tuple(Adjustment(group=group, reason=reason, amount_cents=cents) for group, reason, cents in cas),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("line", "cents"),
    [
        (svc(12_500, 8_000, ("CO", "45", 2_500), ("PR", "3", 2_000)), 10_000),
        (svc(12_500, 0, ("CO", "45", 2_500), ("PR", "1", 10_000)), 10_000),
        (svc(12_500, 7_840, ("CO", "45", 2_500), ("CO", "253", 160), ("PR", "2", 2_000)), 10_000),
        (svc(12_500, 1_500, ("OA", "23", 6_000), ("CO", "45", 5_000)), 7_500),
        (svc(12_500, 0, ("CO", "50", 12_500)), 0),
        (svc(12_500, 0, ("PR", "204", 12_500)), 0),
        (svc(12_500, 6_000, ("PR", "45", 6_500)), 6_000),
        (svc(12_500, 8_500, ("CO", "45", 4_500), ("CO", "144", -500)), 8_000),
    ],
)
def test_allowed_is_what_was_paid_the_patients_share_the_earlier_payer_and_the_law(
    line: RemittedLine, cents: int
) -> None:
    assert allowed_by(line, CODES) == cents


def decision(*lines: RemittedLine, claim_level: tuple[Adjustment, ...] = (), paid: int | None = None) -> RemittedClaim:
    return RemittedClaim(
        control_number="10000001-1",
        status="1",
        charge_cents=sum(line.charge_cents for line in lines),
        paid_cents=sum(line.paid_cents for line in lines) if paid is None else paid,
        patient_responsibility_cents=0,
        payer_control_number="ICN",
        adjustments=claim_level,
        lines=lines,
    )


AGREED = [fee("99213", 10_000), fee("81002", 1_000)]


def differences(
    remitted: RemittedClaim, *terms: Term, matched: Sequence[int | None] = (1, 2), fees: Sequence[FeeRow] = AGREED
) -> dict[int, int]:
    lines = [billed("99213", 12_500, number=1), billed("81002", 2_500, number=2)]
    found = find_variances(remitted, matched[: len(remitted.lines)], lines, contract(fees, *terms), CODES)
    return {one.line: one.short_cents for one in found}


@pytest.mark.parametrize(
    ("terms", "told"),
    [
        ((), {1: 99}),
        ((term("variance_threshold_cents", "98"),), {1: 99}),
        ((term("variance_threshold_cents", "99"),), {}),
        ((term("variance_threshold_percent", "0.98"),), {1: 99}),
        ((term("variance_threshold_percent", "0.99"),), {}),
        ((term("variance_threshold_percent", "0.5"), term("variance_threshold_cents", "100")), {}),
    ],
)
def test_a_difference_is_told_beyond_both_thresholds(terms: tuple[Term, ...], told: dict[int, int]) -> None:
    assert differences(decision(svc(12_500, 9_901, ("CO", "45", 2_599))), *terms) == told


def test_a_cent_of_rounding_is_told_only_where_the_contract_wants_it() -> None:
    remitted = decision(svc(12_500, 9_999, ("CO", "45", 2_501)))
    assert differences(remitted) == {}
    assert differences(remitted, term("variance_threshold_cents", "0")) == {1: 1}


def test_each_line_is_compared_and_a_denied_or_unpriced_one_is_not() -> None:
    short, over = svc(12_500, 9_000, ("CO", "45", 3_500)), svc(2_500, 1_200, ("CO", "45", 1_300), procedure="81002")
    assert differences(decision(short, over)) == {1: 1_000, 2: -200}
    denied = svc(2_500, 0, ("CO", "97", 2_500), procedure="81002")
    assert differences(decision(short, denied)) == {1: 1_000}
    assert differences(decision(short, over), fees=AGREED[1:]) == {2: -200}
    assert differences(decision(short, over), matched=(None, 2)) == {2: -200}


def test_a_line_that_the_payer_split_is_compared_as_one() -> None:
    halves = (svc(6_250, 5_000, ("CO", "45", 1_250)), svc(6_250, 4_500, ("CO", "45", 1_750)))
    assert differences(decision(*halves), matched=(1, 1)) == {1: 500}


def test_a_later_payer_is_told_only_where_it_allows_too_little() -> None:
    discount_in_it = svc(12_500, 0, ("OA", "23", 11_500), ("CO", "45", 1_000))
    assert differences(decision(discount_in_it)) == {}
    assert differences(decision(svc(12_500, 500, ("OA", "23", 8_000), ("CO", "45", 4_000)))) == {1: 1_500}


def test_a_discount_at_claim_level_leaves_the_claim_as_a_whole_to_compare() -> None:
    lines = (svc(12_500, 12_500), svc(2_500, 2_500, procedure="81002"))
    taken = Adjustment(group="CO", reason="45", amount_cents=4_500)
    assert differences(decision(*lines, claim_level=(taken,), paid=10_500)) == {0: 500}
    law = Adjustment(group="CO", reason="253", amount_cents=200)
    agreed = (svc(12_500, 10_000, ("CO", "45", 2_500)), svc(2_500, 1_000, ("CO", "45", 1_500), procedure="81002"))
    assert differences(decision(*agreed, claim_level=(law,), paid=10_800)) == {}


def test_a_decision_without_lines_is_compared_as_a_whole() -> None:
    taken = (
        Adjustment(group="CO", reason="45", amount_cents=5_000),
        Adjustment(group="PR", reason="2", amount_cents=500),
    )
    assert differences(decision(claim_level=taken, paid=9_500)) == {0: 1_000}
    assert differences(decision(claim_level=taken, paid=9_500), fees=AGREED[:1]) == {}
    assert differences(decision(claim_level=taken, paid=-500)) == {}


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("percent", "1", "no term has the name percent"),
        ("percent_of_schedule", "a lot", "must be a percent"),
        ("percent_of_schedule", "NaN", "must be a percent"),
        ("percent_of_charge", "-1", "must be a percent"),
        ("lesser_of_charge", "maybe", "must be yes or no"),
        ("variance_threshold_cents", "1.50", "must be whole cents"),
        ("multiple_procedure_reduction", "100,50", "must be percents and the procedures"),
        ("modifier_percent_505", "1", "no term has the name"),
    ],
)
def test_a_term_that_cannot_be_read_is_refused_in_words(name: str, value: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        check_term(name, value)


KEY = ("PPO01", "99213", "", "")


def given(row: int, value: str, begin: date, end: date | None = None) -> Given:
    return Given(row=row, key=KEY, value=value, words="99213 at PPO01", effective_from=begin, effective_to=end)


JULY = date(2026, 7, 1)


def test_an_import_closes_the_former_price_whatever_the_order_of_its_rows() -> None:
    for rows in ([given(2, "1.00", BEGIN), given(3, "2.00", JULY)], [given(2, "2.00", JULY), given(3, "1.00", BEGIN)]):
        plan = plan_import({}, rows)
        ends = {one.value: end for one, end in plan.new}
        assert ends == {"1.00": date(2026, 6, 30), "2.00": None}


def test_an_import_ends_what_stands_and_refuses_another_price_of_the_same_day() -> None:
    standing = {KEY: [Standing(id=7, value="1.00", effective_from=BEGIN, effective_to=None)]}
    plan = plan_import(standing, [given(2, "2.00", JULY), given(3, "1.50", BEGIN), given(4, "2.00", JULY)])
    assert plan.ends == {7: date(2026, 6, 30)}
    assert (len(plan.new), plan.already, [one.row for one in plan.refused]) == (1, 1, [3])
    assert "1.00 from 2026-01-01 already, not 1.50" in plan.refused[0].why


def test_an_end_that_is_told_later_closes_a_price_and_the_same_file_again_changes_nothing() -> None:
    last = date(2026, 12, 31)
    standing = {KEY: [Standing(id=7, value="1.00", effective_from=BEGIN, effective_to=None)]}
    assert plan_import(standing, [given(2, "1.00", BEGIN, last)]).ends == {7: last}
    ended = {KEY: [Standing(id=7, value="1.00", effective_from=BEGIN, effective_to=last)]}
    for again in (given(2, "1.00", BEGIN, last), given(2, "1.00", BEGIN)):
        plan = plan_import(ended, [again])
        assert (plan.new, plan.ends, plan.already) == ((), {}, 1)


_DAYS = st.integers(0, 12).map(lambda days: BEGIN + timedelta(days=days))
_FILES = st.lists(
    st.lists(
        st.tuples(st.sampled_from(["1.00", "2.00"]), _DAYS, st.none() | st.integers(0, 6)), min_size=1, max_size=5
    ).map(
        lambda rows: [
            given(number, value, begin, begin + timedelta(days=length) if length is not None else None)
            for number, (value, begin, length) in enumerate(rows, start=2)
        ]
    ),
    min_size=1,
    max_size=4,
)


def applied(standing: list[Standing], file: list[Given]) -> tuple[list[Standing], bool]:
    """The rows after an import, and whether it changed any."""
    plan = plan_import({KEY: standing}, file)
    kept = [replace(one, effective_to=plan.ends.get(one.id, one.effective_to)) for one in standing]
    new = [
        Standing(id=len(standing) + at, value=one.value, effective_from=one.effective_from, effective_to=end)
        for at, (one, end) in enumerate(plan.new, start=1)
    ]
    return kept + new, bool(plan.new or plan.ends)


@hypothesis.given(files=_FILES)
def test_after_any_imports_a_day_has_one_price_at_most_and_a_file_again_changes_nothing(
    files: list[list[Given]],
) -> None:
    standing: list[Standing] = []
    for file in files:
        before = {one.effective_from: one.value for one in standing}
        standing, _ = applied(standing, file)
        assert not applied(standing, file)[1]
        assert before.items() <= {one.effective_from: one.value for one in standing}.items()
    for day in (BEGIN + timedelta(days=days) for days in range(20)):
        holding = [one for one in standing if one.effective_from <= day <= (one.effective_to or date.max)]
        assert len(holding) <= 1


def test_every_code_of_the_table_has_a_source() -> None:
    assert "22" in CODES.facility_place
    assert "11" not in CODES.facility_place
    with pytest.raises(ValueError, match="row 1: code and source"):
        parse_contract_codes([{"kind": "cost_sharing", "code": "1", "source": ""}])
    with pytest.raises(ValueError, match="no kind wish"):
        parse_contract_codes([{"kind": "wish", "code": "1", "source": "x"}])
