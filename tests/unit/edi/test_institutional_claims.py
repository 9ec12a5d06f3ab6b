"""An 837I becomes an encounter of ours, and a claim of ours becomes the 837I that it was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

import x12
from domain.claim.claim import ClaimForSubmission, Encounter
from domain.claim.correction import CorrectionRefused, apply_changes, changed_fields
from domain.claim.institutional import InstitutionalFacts
from domain.coverage.coverage import PayerKind
from domain.deadlines.timely_filing import MEDICARE, claim_deadline
from edi import encounters
from edi.claim_interchange import problems_of, write
from edi.encounters.imported import NotImportable
from edi.encounters.institutional import content_of
from tests.unit.edi.institutional_files import file_of, stay, visit
from tests.unit.edi.samples import AT, claim, control_numbers


def imported(*claims: x12.InstitutionalClaim) -> encounters.ImportedFile:
    return encounters.read(file_of(*claims), "0" * 64)


def encounter_of(one: x12.InstitutionalClaim) -> Encounter:
    found = imported(one)
    assert found.refused == ()
    (encounter,) = found.encounters
    return encounter


def facts_of(encounter: Encounter) -> InstitutionalFacts:
    assert encounter.content.institution is not None
    return encounter.content.institution


def attempt_of(encounter: Encounter, frequency: str = "1", dcn: str = "") -> ClaimForSubmission:
    return ClaimForSubmission(
        control_number="10000001-1", frequency=frequency, original_reference=dcn, provider=encounter.provider,
        patient=encounter.patient, content=encounter.content,
    )  # fmt: skip


def written(*attempts: ClaimForSubmission) -> bytes:
    first = attempts[0]
    return write(
        attempts, payer=first.coverage.payer, provider=first.provider, control_numbers=control_numbers(), at=AT,
        usage="T",
    )  # fmt: skip


def test_a_stay_comes_in_with_its_type_of_bill_its_days_and_its_codes() -> None:
    encounter = encounter_of(stay())
    content, facts = encounter.content, facts_of(encounter)
    assert facts.type_of_bill("1") == "0111"
    assert (facts.statement_from, facts.statement_through) == (date(2026, 2, 1), date(2026, 2, 5))
    assert (facts.admission_date, facts.admission_time, facts.discharge_time) == (date(2026, 2, 1), "0815", "1430")
    assert (facts.admission_type, facts.admission_source, facts.patient_status) == ("1", "7", "01")
    assert (content.diagnoses[0], facts.indicator_of(content.diagnoses[0])) == ("I2109", "Y")
    assert len(content.diagnoses) == 15
    assert facts.condition_codes == ("09", "C1")
    assert {one.code: one.amount for one in facts.values} == {"80": Decimal(4), "01": Decimal("1000.5")}
    assert content.rendering is not None
    assert content.rendering.last_name == "WELL"
    room, drug = content.lines
    assert (room.revenue_code, room.procedure, room.unit_basis, room.units, room.dated) == (
        "0120", "", "DA", Decimal(4), False,
    )  # fmt: skip
    assert (drug.revenue_code, drug.procedure, drug.dated) == ("0250", "J1885", True)
    payer = content.coverage.payer
    assert (payer.code, payer.kind, payer.filing_indicator) == ("MCARE", PayerKind.MEDICARE, "MA")


def test_what_an_837i_says_and_a_claim_does_not_carry_is_told() -> None:
    (warning,) = [one for one in imported(stay()).warnings if "not carried over" in one]
    for name in ("AMT (2300)", "REF (2300)", "NTE (2300)", "2310D rendering provider", "SV207", "2410 drug"):
        assert name in warning


@pytest.mark.parametrize(
    ("change", "segment"),
    [
        ({"frequency_code": "7"}, "CLM05-3"),
        ({"frequency_code": "2"}, "CLM05-3"),
        ({"principal_diagnosis": None}, "HI"),
        ({"charge_cents": 99}, "CLM02"),
    ],
)
def test_a_bill_that_cannot_begin_a_claim_is_refused_with_its_place(
    change: dict[str, Any], segment: str
) -> None:
    with pytest.raises(NotImportable) as refused:
        content_of(replace(visit(), **change), encounter_of(visit()).patient)
    assert refused.value.segment == segment


@pytest.mark.parametrize("made", [visit, stay])
@pytest.mark.parametrize(("frequency", "dcn"), [("1", ""), ("7", "DCN1"), ("Q", "DCN1"), ("8", "DCN1")])
def test_an_attempt_goes_out_as_an_837i_without_an_error_and_comes_back_as_it_was(
    made: Callable[[], x12.InstitutionalClaim], frequency: str, dcn: str
) -> None:
    encounter = encounter_of(made())
    content = apply_changes(encounter.content, {"institution.condition_codes": "09,C1,D9"})
    encounter = replace(encounter, content=content)
    attempt = attempt_of(encounter, frequency, dcn)
    assert problems_of(attempt, at=AT) == ()
    data = written(attempt)
    report = x12.check_file(data)
    assert [error for one in report["transactions"] for error in one["errors"] if error["severity"] == "error"] == []
    assert report["valid"]
    ((transaction,),) = [[*x12.read_file(data).transactions()]]
    assert transaction.kind == "837I"
    (sent,) = transaction.content.claims
    assert sent.type_of_bill == facts_of(encounter).facility + frequency
    assert sent.payer_claim_number == dcn
    if frequency == "1":
        (again,) = encounters.read(data, "1" * 64).encounters
        assert changed_fields(content, again.content) == ()
        assert again.content == content


def test_claims_of_both_kinds_do_not_go_in_one_interchange() -> None:
    with pytest.raises(ValueError, match="one interchange"):
        written(attempt_of(encounter_of(visit())), claim())


def test_a_line_with_a_day_of_its_own_keeps_it_and_the_others_follow_the_statement() -> None:
    content = encounter_of(stay()).content
    moved = apply_changes(content, {"institution.statement_from": "2026-01-31"})
    assert [(line.service_from, line.dated) for line in moved.lines] == [
        (date(2026, 1, 31), False),
        (date(2026, 2, 1), True),
    ]


def test_filing_runs_from_the_last_day_of_the_statement() -> None:
    content = encounter_of(stay()).content
    assert claim_deadline(content, MEDICARE, frozenset()) == date(2027, 2, 5)
    assert claim_deadline(replace(content, institution=None), MEDICARE, frozenset()) == date(2027, 2, 1)


def test_a_stay_moved_to_today_moves_as_a_whole() -> None:
    before = encounter_of(stay())
    after = encounters.shift_dates(before, date(2026, 11, 1))
    by = after.content.first_service - before.content.first_service
    assert by.days > 0
    assert by.days % 7 == 0
    then, now = facts_of(before), facts_of(after)
    assert now.statement_through - then.statement_through == by
    assert now.admission_date == date(2026, 2, 1) + by
    assert {one.on - old.on for one, old in zip(now.occurrences, then.occurrences, strict=True)} == {by}


CHANGES = {
    "institution.facility": "85", "institution.statement_through": "2026-02-06",
    "institution.admission_date": "2026-01-31", "institution.admission_type": "2",
    "institution.admission_source": "1", "institution.patient_status": "03",
    "institution.admitting_diagnosis": "R0789", "institution.condition_codes": "d9, 09",
    "institution.present_on_admission": "I21.09:N", "institution.statement_from": "2026-01-31",
    "lines.2.revenue_code": "0636",
}  # fmt: skip


@pytest.mark.parametrize(("name", "value"), CHANGES.items())
def test_each_field_of_an_institution_is_corrected_by_its_name(name: str, value: str) -> None:
    before = encounter_of(stay()).content
    after = apply_changes(before, {name: value})
    assert name in changed_fields(before, after)
    with pytest.raises(CorrectionRefused):
        apply_changes(before, {name: "?!"})


def test_a_professional_claim_has_no_field_of_an_institution() -> None:
    with pytest.raises(CorrectionRefused, match="professional claim"):
        apply_changes(claim().content, {"institution.condition_codes": "D9"})


def test_twenty_five_diagnoses_fit_an_institutions_claim() -> None:
    content = encounter_of(stay()).content
    codes = ",".join(f"E11{n:02}" for n in range(25))
    assert len(apply_changes(content, {"diagnoses": codes}).diagnoses) == 25
    with pytest.raises(CorrectionRefused, match="one to 25"):
        apply_changes(content, {"diagnoses": codes + ",I10"})
