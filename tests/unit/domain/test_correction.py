from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.claim.correction import FIELDS, CorrectionRefused, apply_changes, changed_fields, is_known_field
from domain.coverage.coverage import OtherCoverage
from domain.people.parties import RenderingProvider
from tests.unit.domain.samples import MEDICARE, content, coverage, line

VALUES = {
    "onset_date": "2026-02-20",
    "authorization_number": "AUTH9", "referral_number": "REF1", "diagnoses": "J06.9, i10", "icd_version": "9",
    "place_of_service": "22", "patient_paid_cents": "2000", "member_id": "NEW1", "group_number": "G7",
    "subscriber.first_name": "ALEX", "subscriber.last_name": "OTHER", "subscriber.birth_date": "1979-01-31",
    "subscriber.sex": "m", "billing.npi": "1999999984", "billing.tax_id": "987654321",
    "billing.zip_code": "100010001", "rendering.npi": "1558598797", "rendering.first_name": "JO",
    "rendering.last_name": "ROE", "lines.2.procedure": "g0008", "lines.2.modifiers": "25, lt",
    "lines.2.units": "1.5", "lines.2.charge_cents": "3100", "lines.2.diagnosis_pointers": "2,1",
    "lines.2.service_from": "2026-03-05", "lines.2.place_of_service": "22", "lines.2.revenue_code": "0450",
}  # fmt: skip


@pytest.mark.parametrize(("name", "value"), VALUES.items())
def test_each_field_changes_what_it_names_and_nothing_else(name: str, value: str) -> None:
    before = content()
    after = apply_changes(before, {name: value})
    assert changed_fields(before, after) == (name,)


def test_values_are_read_into_their_types() -> None:
    after = apply_changes(content(), VALUES)
    assert after.diagnoses == ("J069", "I10")
    changed = after.lines[1]
    assert (changed.procedure, changed.modifiers, changed.units) == ("G0008", ("25", "LT"), Decimal("1.5"))
    assert (changed.diagnosis_pointers, changed.service_from) == ((2, 1), date(2026, 3, 5))
    assert after.coverage.subscriber.birth_date == date(1979, 1, 31)
    assert after.charge_cents == 12500 + 3100


def test_the_sample_values_cover_the_whole_grammar_but_the_referring_provider() -> None:
    named = {name.replace("lines.2.", "lines.N.") for name in VALUES}
    assert {f.name for f in FIELDS if not f.name.startswith(("coverage.", "institution."))} - named == {
        "referring.npi",
        "referring.first_name",
        "referring.last_name",
        "next_payer",
        "lines.N.remove",
    } | {name.replace("other.2.", "other.N.") for name in OF_OTHERS}


OF_OTHERS = {"other.2.member_id": "NEW2", "other.2.group_number": "G8", "other.2.insurance_type": "12"}


@pytest.mark.parametrize(("name", "value"), OF_OTHERS.items())
def test_a_further_payers_card_is_corrected_by_its_place(name: str, value: str) -> None:
    others = (OtherCoverage(coverage=coverage()), OtherCoverage(coverage=coverage(MEDICARE)))
    before = replace(content(), other_coverages=others)
    after = apply_changes(before, {name: value})
    assert changed_fields(before, after) == (name,)
    assert after.other_coverages[0] == others[0]
    with pytest.raises(CorrectionRefused, match="names 0 payers after the first"):
        apply_changes(content(), {name: value})


NEW_LINE = {"lines.3.procedure": "36415", "lines.3.charge_cents": "1500"}


def test_a_line_of_the_next_number_is_a_new_one() -> None:
    before = content()
    after = apply_changes(before, {**NEW_LINE, "lines.3.modifiers": "59"})
    assert after.lines[:2] == before.lines
    new = after.lines[2]
    assert (new.number, new.procedure, new.charge_cents, new.modifiers) == (3, "36415", 1500, ("59",))
    assert new.service_from == before.first_service
    assert after.charge_cents == before.charge_cents + 1500
    assert changed_fields(before, apply_changes(before, NEW_LINE))[:2] == ("lines.3.procedure", "lines.3.units")
    assert "lines.3.modifiers" not in changed_fields(before, apply_changes(before, NEW_LINE))


def test_a_line_is_taken_off_and_the_others_keep_their_numbers() -> None:
    before = content()
    after = apply_changes(before, {"lines.1.remove": "yes"})
    assert [line.number for line in after.lines] == [2]
    assert "lines.1.procedure" in changed_fields(before, after)
    both = apply_changes(before, {"lines.2.remove": "yes", **NEW_LINE})
    assert [line.number for line in both.lines] == [1, 3]
    again = apply_changes(both, {"lines.4.procedure": "36415", "lines.4.charge_cents": "1500"})
    assert [line.number for line in again.lines] == [1, 3, 4]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"lines.3.procedure": "36415"}, "line 3 would be new: set lines.3.procedure and lines.3.charge_cents"),
        ({"lines.3.units": "2"}, "line 3 would be new"),
        ({"lines.5.units": "2"}, "the claim has no line 5; it has 1, 2, and a new one would be 3"),
        ({"lines.5.remove": "yes"}, "the claim has no line 5"),
        ({"lines.1.remove": "no"}, "leave the field out to keep it"),
        ({"lines.1.remove": "yes", "lines.2.remove": "yes"}, "it is the only line: order void"),
    ],
)
def test_lines_come_and_go_whole_or_not_at_all(changes: dict[str, str], why: str) -> None:
    with pytest.raises(CorrectionRefused, match=why):
        apply_changes(content(), changes)


def test_coverages_are_ordered_and_are_no_values_of_the_content() -> None:
    assert is_known_field("coverage.end")
    with pytest.raises(CorrectionRefused, match="by an order to correct the claim"):
        apply_changes(content(), {"coverage.end": "PPO01"})


def test_the_next_payer_is_ordered_and_never_corrected() -> None:
    assert is_known_field("next_payer")
    with pytest.raises(CorrectionRefused, match="order resubmit with it alone"):
        apply_changes(content(), {"next_payer": "yes"})


def test_a_reason_that_no_guide_knows_for_medicare_behind_another_payer_is_refused() -> None:
    before = replace(content(), other_coverages=(OtherCoverage(coverage=coverage(MEDICARE)),))
    with pytest.raises(CorrectionRefused, match="use one of 12, 13, 14"):
        apply_changes(before, {"other.1.insurance_type": "11"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("diagnoses", " , "),
        ("diagnoses", ",".join(["I10"] * 13)),
        ("icd_version", "11"),
        ("place_of_service", "1"),
        ("patient_paid_cents", "20.00"),
        ("patient_paid_cents", "-1"),
        ("member_id", ""),
        ("subscriber.sex", "X"),
        ("subscriber.birth_date", "31/01/1979"),
        ("subscriber.birth_date", "2026-02-30"),
        ("rendering.npi", "12"),
        ("lines.1.units", "0"),
        ("lines.1.units", "NaN"),
        ("lines.1.units", "many"),
        ("lines.1.modifiers", "1,2,3,4,5"),
        ("lines.1.diagnosis_pointers", "0"),
        ("lines.1.diagnosis_pointers", "13"),
        ("lines.1.procedure", ""),
        ("lines.1.charge_cents", "1e3"),
        ("lines.7.units", "1"),
    ],
)
def test_a_value_of_the_wrong_shape_is_refused_by_its_field(name: str, value: str) -> None:
    with pytest.raises(CorrectionRefused) as caught:
        apply_changes(content(), {name: value})
    assert caught.value.field == name


def test_an_unknown_field_is_answered_with_the_known_ones_and_is_not_repeated() -> None:
    with pytest.raises(CorrectionRefused) as caught:
        apply_changes(content(), {"member_id": "1", "SECRET": "x"})
    assert "SECRET" not in str(caught.value)
    assert "change 2" in str(caught.value)
    assert "lines.N.modifiers" in caught.value.why


def test_a_referring_provider_is_added_with_its_name_and_number_together_in_any_order() -> None:
    after = apply_changes(content(), [("referring.npi", "1558598797"), ("referring.last_name", "ROE")])
    assert after.referring is not None
    assert after.referring.npi == "1558598797"
    with pytest.raises(CorrectionRefused, match=r"referring\.last_name"):
        apply_changes(content(), {"referring.npi": "1558598797"})


def test_an_imported_provider_without_a_name_does_not_stand_in_the_way_of_another_correction() -> None:
    imported = content(rendering=RenderingProvider(last_name="", npi="1999999984"))
    assert apply_changes(imported, {"authorization_number": "A1"}).authorization_number == "A1"


def test_a_moved_service_of_one_day_stays_a_service_of_one_day() -> None:
    before = content(lines=(line(service_to=date(2026, 3, 2)),))
    after = apply_changes(before, {"lines.1.service_from": "2026-03-04"})
    assert after.lines[0].service_to == date(2026, 3, 4)


def test_a_service_cannot_begin_after_its_end() -> None:
    before = content(lines=(line(service_to=date(2026, 3, 3)),))
    with pytest.raises(CorrectionRefused, match="after it ended"):
        apply_changes(before, {"lines.1.service_from": "2026-03-04"})


def test_another_payer_is_a_change_and_no_change_is_none() -> None:
    assert changed_fields(content(), content()) == ()
    assert changed_fields(content(), content(coverage=coverage(MEDICARE))) == ("payer",)
    assert changed_fields(content(), content(lines=(line(1, unit_basis="MJ"),))) != ()
    assert "lines.2.procedure" in changed_fields(content(), content(lines=(line(1),)))


@given(st.dictionaries(st.sampled_from(sorted(VALUES)), st.text(max_size=12), max_size=4))
def test_no_text_breaks_a_correction_and_no_value_is_echoed(changes: dict[str, str]) -> None:
    fields: list[str] = []
    try:
        apply_changes(content(), changes)
    except CorrectionRefused as refused:
        fields.append(refused.field)
    assert all(map(is_known_field, fields))
