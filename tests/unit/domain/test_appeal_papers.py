"""What belongs to a request and what its letter says."""

from __future__ import annotations

import pytest

from domain.appeals.evidence import Need, Purpose, checklist
from domain.appeals.letter import PLACES, LetterIncomplete, fill, template_name
from domain.coverage.coverage import PayerKind
from domain.denials.rules import DenialGroup
from storage.appeal_rules import evidence_rules, letter_templates

VALUES = {place: place.upper() for place in PLACES} | {"late": "", "amount": "$120.00"}


def items(kind: PayerKind, *reasons: str, level: int = 1, purpose: Purpose = Purpose.APPEAL) -> dict[str, str]:
    listed = checklist(evidence_rules(), purpose, kind, DenialGroup.ERROR, reasons, level)
    return {item.item: item.need.value for item in listed}


def test_every_appeal_needs_the_decision_and_the_claim_and_the_books_provide_both() -> None:
    listed = checklist(evidence_rules(), Purpose.APPEAL, PayerKind.COMMERCIAL, DenialGroup.OMISSION, ("CO-197",))

    assert [item.item for item in listed if item.need is Need.REQUIRED] == ["decision", "claim_copy"]
    assert all(item.automatic for item in listed if item.need is Need.REQUIRED)


@pytest.mark.parametrize(
    ("reason", "item", "need"),
    [
        ("CO-50", "medical_records", "expected"),
        ("CO-29", "proof_of_timely_filing", "required"),
        ("CO-22", "other_payer_decision", "expected"),
    ],
)
def test_a_reason_asks_for_what_answers_it(reason: str, item: str, need: str) -> None:
    assert items(PayerKind.COMMERCIAL, reason)[item] == need
    assert item not in items(PayerKind.COMMERCIAL, "CO-197")


def test_a_notice_to_the_patient_belongs_to_medicare_alone() -> None:
    assert "abn" in items(PayerKind.MEDICARE, "CO-50", "N115")
    assert "abn" not in items(PayerKind.MEDICARE_ADVANTAGE, "CO-50")


def test_everything_must_be_there_from_the_reconsideration_on() -> None:
    assert "all_evidence" not in items(PayerKind.MEDICARE, "CO-97")
    assert items(PayerKind.MEDICARE, "CO-97", level=2)["all_evidence"] == "required"


def test_records_are_their_own_list() -> None:
    assert items(PayerKind.MEDICARE, "CO-252", purpose=Purpose.RECORDS) == {
        "medical_records": "required",
        "signature": "optional",
    }


@pytest.mark.parametrize("level", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("kind", list(PayerKind), ids=str)
@pytest.mark.parametrize("group", list(DenialGroup), ids=str)
def test_there_is_a_letter_for_every_payer_group_and_level(kind: PayerKind, group: DenialGroup, level: int) -> None:
    text = letter_templates()[template_name(letter_templates(), kind, group, level)]
    letter = " ".join(fill(text, VALUES, kind, level))

    assert all(VALUES[place] in letter for place in ("beneficiary", "member_id", "argument", "decision_date"))


def test_medicares_own_template_goes_before_the_common_one() -> None:
    known = letter_templates()

    assert template_name(known, PayerKind.MEDICARE, DenialGroup.ERROR, 1) == "medicare-1"
    assert template_name(known, PayerKind.COMMERCIAL, DenialGroup.ERROR, 1) == "any-error"
    closer = {**known, "medicare-1-error": ""}
    assert template_name(closer, PayerKind.MEDICARE, DenialGroup.ERROR, 1) == "medicare-1-error"


@pytest.mark.parametrize("place", ["beneficiary", "member_id", "services", "requester"])
def test_a_redetermination_request_says_what_the_law_wants_or_is_not_written(place: str) -> None:
    text = letter_templates()["medicare-1"]

    with pytest.raises(LetterIncomplete, match=r"405\.944"):
        fill(text, {**VALUES, place: " "}, PayerKind.MEDICARE, 1)
    with pytest.raises(LetterIncomplete, match=r"405\.944"):
        fill(text.replace(f"${place}", "it"), VALUES, PayerKind.MEDICARE, 1)
    assert fill(letter_templates()["any"], {**VALUES, place: ""}, PayerKind.COMMERCIAL, 1)


def test_a_template_that_names_an_unknown_place_is_refused() -> None:
    with pytest.raises(ValueError, match=r"\$birthday"):
        fill("Dear $payer, $birthday", VALUES, PayerKind.COMMERCIAL, 1)
