from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from domain.remittance.keys import (
    claim_key,
    decision_key,
    normalised_hash,
    provider_adjustment_keys,
    remittance_key,
)
from domain.remittance.matching import SentLine, match_lines
from domain.remittance.remittance import ProviderAdjustment, RemittedLine
from tests.unit.domain.remits import remittance, remitted, remitted_line


def sent(number: int, procedure: str, *modifiers: str, charge: int = 10000) -> SentLine:
    return SentLine(
        number=number,
        control_number=f"L{number}",
        procedure=procedure,
        modifiers=modifiers,
        charge_cents=charge,
    )


def answered(procedure: str, *modifiers: str, charge: int = 10000, control: str = "") -> RemittedLine:
    return remitted_line(charge, procedure=procedure, modifiers=modifiers, line_control_number=control)


def numbers(remitted_lines: list[RemittedLine], sent_lines: list[SentLine]) -> list[int | None]:
    return [match.line_number for match in match_lines(remitted_lines, sent_lines)]


def test_the_control_number_decides_even_when_the_payer_changed_the_code() -> None:
    assert numbers([answered("99212", control="L2")], [sent(1, "99212"), sent(2, "99213")]) == [2]


def test_a_line_that_the_payer_split_matches_twice_by_its_control_number() -> None:
    split = [answered("99213", charge=6000, control="L1"), answered("99213", charge=4000, control="L1")]
    assert numbers(split, [sent(1, "99213")]) == [1, 1]


def test_without_a_control_number_code_and_modifiers_decide() -> None:
    ours = [sent(1, "99213", "25"), sent(2, "99213")]
    assert numbers([answered("99213"), answered("99213", "25")], ours) == [2, 1]


def test_a_dropped_modifier_is_bridged_by_the_charge() -> None:
    ours = [sent(1, "73030", "RT", charge=8000), sent(2, "73030", "LT", charge=9000)]
    assert numbers([answered("73030", charge=9000), answered("73030", charge=8000)], ours) == [2, 1]


def test_lines_that_are_alike_are_taken_in_order() -> None:
    assert numbers([answered("J3490"), answered("J3490")], [sent(1, "J3490"), sent(2, "J3490")]) == [1, 2]


def test_two_candidates_that_differ_are_left_to_a_person() -> None:
    ours = [sent(1, "73030", "RT"), sent(2, "73030", "LT")]
    assert numbers([answered("73030")], ours) == [None]


def test_a_service_we_never_sent_matches_nothing() -> None:
    assert numbers([answered("36415", charge=300)], [sent(1, "99213")]) == [None]


def test_a_foreign_control_number_does_not_stand_in_the_way() -> None:
    assert numbers([answered("99213", control="ZZ9")], [sent(1, "99213")]) == [1]


@given(st.permutations(range(1, 5)))
def test_the_order_of_the_payers_lines_does_not_matter(order: list[int]) -> None:
    ours = [sent(n, f"9921{n}") for n in range(1, 5)]
    assert numbers([answered(f"9921{n}") for n in order], ours) == order


def test_a_deposit_is_the_same_under_any_file_and_padding() -> None:
    one = remittance()
    assert remittance_key(one) == "1234567893|1999999999|T1|20260401"
    assert remittance_key(replace(one, trace_number=" t1 ", claims=(remitted(remitted_line(1)),))) == remittance_key(
        one
    )


def test_another_payee_payer_trace_or_date_is_another_deposit() -> None:
    one = remittance()
    others = [
        replace(one, payee_npi="1558598797"),
        replace(one, payer_identifier="1"),
        replace(one, trace_number="T2"),
        replace(one, payment_date=date(2026, 4, 2)),
    ]
    assert len({remittance_key(r) for r in [one, *others]}) == 5


def test_a_claim_is_one_by_its_numbers_status_content_and_ordinal() -> None:
    claim = remitted(remitted_line(10000), content_hash="A")
    pay = remittance(claim)
    others = [
        replace(claim, control_number="X"),
        replace(claim, payer_control_number="X"),
        replace(claim, status="22"),
        replace(claim, content_hash="B"),
        replace(claim, ordinal=2),
    ]
    assert len({claim_key(pay, c) for c in [claim, *others]}) == 6
    assert claim_key(pay, claim) == claim_key(pay, replace(claim))


def test_a_changed_decision_under_the_same_numbers_is_recognised_for_a_person() -> None:
    claim = remitted(remitted_line(10000), content_hash="A")
    changed = replace(claim, content_hash="B")
    pay = remittance(claim)
    assert decision_key(pay, claim) == decision_key(pay, changed)
    assert claim_key(pay, claim) != claim_key(pay, changed)


def test_equal_provider_level_entries_are_told_apart_by_their_ordinal() -> None:
    entry = ProviderAdjustment(reason="WO", reference="R|1", amount_cents=100)
    other = ProviderAdjustment(reason="WO", reference="R", amount_cents=100)
    keys = provider_adjustment_keys(remittance(plb=(entry, entry, other)))
    assert len(set(keys)) == 3
    assert keys == provider_adjustment_keys(remittance(plb=(entry, entry, other)))


def test_padding_and_case_do_not_change_a_hash_but_content_and_order_do() -> None:
    rows = [["CLP", "1-1", "1", "12500"], ["CAS", "CO", "45", "2500"]]
    assert normalised_hash(rows) == normalised_hash(
        [["clp", " 1-1", "1", "12500", "", ""], ["CAS", "co", "45", "2500", ""]]
    )
    assert normalised_hash(rows) != normalised_hash(rows[::-1])
    assert normalised_hash(rows) != normalised_hash([rows[0], ["CAS", "CO", "45", "2501"]])
    assert normalised_hash([["A", "", "B"]]) != normalised_hash([["A", "B"]])
