"""Other people's 837P claims as encounters, claim by claim."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.claim.claim import ClaimForSubmission
from domain.claim.earlier_decision import EarlierDecision
from domain.coverage.coverage import OtherCoverage, Payer, PayerKind
from edi import encounters
from edi.claim_interchange import write
from edi.encounters.payers import known_payer
from tests.unit.edi.samples import (
    ADULT,
    AT,
    CHILD,
    CONTENT,
    MEDICARE,
    OWN,
    PARENTS,
    PPO,
    PROVIDER,
    claim,
    control_numbers,
)

SHA = "0" * 64


def read(*claims: ClaimForSubmission, change: tuple[str, str] = ("", "")) -> encounters.ImportedFile:
    content = write(claims, payer=PPO, provider=PROVIDER, control_numbers=control_numbers(), at=AT, usage="T")
    old, new = change
    if old:
        assert old.encode() in content
        content = content.replace(old.encode(), new.encode())
    return encounters.read(content, SHA)


def test_a_claim_comes_back_as_the_encounter_it_was_made_of() -> None:
    imported = read(claim())
    (found,) = imported.encounters
    assert imported.refused == ()
    assert (found.source.file_sha256, found.source.transaction, found.source.ordinal) == (SHA, "0001", 1)
    assert found.source.claim_reference == "10000001-1"
    assert found.patient.birth_date == ADULT.birth_date
    assert found.provider.npi == PROVIDER.npi
    assert found.provider.submitter_id == PROVIDER.submitter_id
    assert found.provider.contact_phone == "2175550100"
    content = found.content
    assert content.charge_cents == CONTENT.charge_cents
    assert content.diagnoses == ("E119", "M25561")
    assert (content.authorization_number, content.referral_number, content.patient_paid_cents) == (
        "AUTH77",
        "REF88",
        2_000,
    )
    assert content.onset_date == CONTENT.onset_date
    assert [(line.procedure, line.modifiers, line.units) for line in content.lines] == [
        (line.procedure, line.modifiers, line.units) for line in CONTENT.lines
    ]
    assert content.rendering is not None
    assert content.rendering.npi == "1999999984"
    assert imported.warnings == ()


SPOUSE = replace(OWN, relationship="01", subscriber=replace(ADULT, first_name="BEN", birth_date=None), member_id="B77")
SECOND = OtherCoverage(coverage=replace(SPOUSE, payer=MEDICARE), insurance_type="12")
MEDICAID = OtherCoverage(
    coverage=replace(
        OWN,
        payer=Payer(code="MCAID", name="STATE MEDICAID", kind=PayerKind.MEDICAID, filing_indicator="MC"),
        member_id="9000001D",
        group_number="",
    )
)
OF_THREE = claim(3, content=replace(CONTENT, other_coverages=(SECOND, MEDICAID)))


def test_other_payers_that_come_after_are_carried_in_their_order() -> None:
    imported = read(OF_THREE)
    assert (imported.refused, imported.warnings) == ((), ())
    second, third = imported.encounters[0].content.other_coverages
    assert [second.coverage.payer.kind, third.coverage.payer.kind] == [PayerKind.MEDICARE, PayerKind.MEDICAID]
    assert (second.coverage.member_id, second.insurance_type, second.coverage.relationship) == ("B77", "12", "01")
    assert (second.coverage.subscriber.first_name, second.coverage.subscriber.birth_date) == ("BEN", None)
    assert third.coverage.subscriber == imported.encounters[0].patient
    turned = read(OF_THREE, change=("SBR*S*01", "SBR*U*01"))
    assert [other.coverage.member_id for other in turned.encounters[0].content.other_coverages] == ["9000001D"]
    (warning,) = turned.warnings
    assert "2320 (SBR01 U): not carried over" in warning


def test_a_claim_to_a_later_payer_stays_with_the_system_that_booked_the_earlier_ones() -> None:
    decided = EarlierDecision(
        sequence="P",
        payer_control_number="ICN1",
        paid_cents=CONTENT.charge_cents,
        decided_on=date(2026, 3, 20),
    )
    later = replace(OF_THREE, sequence="S", earlier=(decided,))
    imported = read(later)
    assert imported.encounters == ()
    (refusal,) = imported.refused
    assert refusal.segment == "SBR01"
    assert "booked in another system" in refusal.why


CHILDS_CLAIM = claim(2, patient=CHILD, content=replace(CONTENT, coverage=PARENTS))


def test_a_subscriber_who_is_not_the_patient_needs_no_birth_date() -> None:
    imported = read(CHILDS_CLAIM)
    assert imported.refused == ()
    (found,) = imported.encounters
    assert found.patient.birth_date == CHILD.birth_date
    insured = found.content.coverage.subscriber
    assert (insured.first_name, insured.birth_date) == ("IRIS", None)
    again = read(claim(2, patient=found.patient, content=found.content))
    assert again.refused == ()
    assert again.encounters[0].content.coverage == found.content.coverage


@pytest.mark.parametrize(
    ("one", "demographics", "segment"),
    [(claim(), "DMG*D8*19700517*F~", "DMG (2010BA)"), (CHILDS_CLAIM, "DMG*D8*20150201*F~", "DMG (2010CA)")],
    ids=["own", "childs"],
)
def test_a_patient_without_a_birth_date_is_refused_by_its_place(
    one: ClaimForSubmission, demographics: str, segment: str
) -> None:
    imported = read(one, change=(demographics, ""))
    assert imported.encounters == ()
    (refusal,) = imported.refused
    assert (refusal.claim, refusal.segment) == (one.control_number, segment)


@pytest.mark.parametrize(
    ("change", "segment", "why"),
    [
        (
            ("SBR*P*18*G100******12~", "SBR*S*18*G100*****12~"),
            "SBR01",
            "import the claim as it went to the first payer",
        ),
        (("*11:B:1*", "*11:B:7*"), "CLM05-3", "frequency 7"),
        (("*215.01*", "*300.00*"), "CLM02", "not the sum"),
        (("HC:97530", "ER:97530"), "SV101-1", "ER is not supported"),
    ],
)
def test_what_we_do_not_carry_is_refused_by_segment_and_reason(change: tuple[str, str], segment: str, why: str) -> None:
    imported = read(claim(), change=change)
    assert imported.encounters == ()
    (refusal,) = imported.refused
    assert refusal.claim == "10000001-1"
    assert refusal.segment.startswith(segment)
    assert why in refusal.why


def test_the_same_claim_number_twice_is_two_encounters_and_a_warning() -> None:
    imported = read(claim(), claim())
    assert [found.source.ordinal for found in imported.encounters] == [1, 2]
    assert any("possible duplicate" in warning for warning in imported.warnings)


def test_an_npi_with_a_wrong_check_digit_is_a_warning() -> None:
    imported = read(claim(), change=("1999999984", "1999999985"))
    assert len(imported.encounters) == 1
    assert any("1999999985" in warning and "2310B" in warning for warning in imported.warnings)


def with_old_codes(on: date, *codes: str) -> ClaimForSubmission:
    lines = tuple(replace(line, service_from=on, service_to=None) for line in CONTENT.lines)
    return claim(content=replace(CONTENT, lines=lines, diagnoses=codes, icd_version=9, onset_date=None))


def test_old_codes_before_october_2015_are_kept_and_warned_of() -> None:
    imported = read(with_old_codes(date(2015, 9, 30), "0340", "V7389"))
    (found,) = imported.encounters
    assert (found.content.icd_version, found.content.diagnoses) == (9, ("0340", "V7389"))
    assert any("ICD-9-CM" in warning for warning in imported.warnings)


def test_old_codes_from_october_2015_on_are_mapped_by_table_or_refused() -> None:
    (found,) = read(with_old_codes(date(2015, 10, 1), "0340", "V7389")).encounters
    assert (found.content.icd_version, found.content.diagnoses) == (10, ("J020", "Z1159"))
    imported = read(with_old_codes(date(2015, 10, 1), "0340", "99999"))
    assert imported.encounters == ()
    assert "99999" in imported.refused[0].why


def test_a_shifted_claim_keeps_weekday_and_intervals_and_says_what_it_was() -> None:
    lines = (
        replace(CONTENT.lines[0], service_from=date(2006, 10, 3), service_to=None),
        replace(CONTENT.lines[1], service_from=date(2006, 10, 10), service_to=date(2006, 10, 12)),
    )
    content = replace(CONTENT, lines=lines, diagnoses=("0340", "V7389"), icd_version=9, onset_date=date(2006, 9, 30))
    (old,) = read(claim(content=content)).encounters
    new = encounters.shift_dates(old, date(2026, 11, 20))
    first, second = new.content.lines
    assert date(2026, 11, 13) < (second.service_to or second.service_from) <= date(2026, 11, 20)
    assert (second.service_from - first.service_from).days == 7
    assert first.service_from.weekday() == date(2006, 10, 3).weekday()
    assert new.content.onset_date is not None
    assert (first.service_from - new.content.onset_date).days == 3
    assert new.original_dates.startswith("services were on 2006-10-03 to 2006-10-12; moved by 10")
    assert new.original_dates.endswith("ICD-9-CM 0340, V7389")
    assert (new.content.icd_version, new.content.diagnoses) == (10, ("J020", "Z1159"))
    assert new.patient == old.patient


def test_a_shift_that_needs_a_code_which_the_table_lacks_is_refused_with_that_reason() -> None:
    imported = read(with_old_codes(date(2006, 10, 3), "0340", "99999"), claim(7))
    moved = encounters.shift_file(imported, date(2026, 11, 20))
    assert [found.source.claim_reference for found in moved.encounters] == ["7-1"]
    assert [(refusal.segment, "99999" in refusal.why) for refusal in moved.refused] == [("HI", True)]


def test_two_old_codes_that_become_one_are_one_diagnosis() -> None:
    old = with_old_codes(date(2015, 10, 1), "2780", "2780")
    (found,) = read(old).encounters
    assert found.content.diagnoses == ("E669",)
    assert [line.diagnosis_pointers for line in found.content.lines] == [(1,), (1,)]


@pytest.mark.parametrize(
    ("name", "indicator", "code", "kind"),
    [
        ("MEDICARE PART B", "CI", "MCARE", PayerKind.MEDICARE),
        ("DMERC CARRIER", "MB", "MCARE", PayerKind.MEDICARE),
        ("STATE PLAN", "MC", "MCAID", PayerKind.MEDICAID),
        ("ALLIANCE HEALTH", "HM", "HMO01", PayerKind.COMMERCIAL),
        ("BLUE CROSS", "BL", "PPO01", PayerKind.COMMERCIAL),
        ("NOBODY", "", "PPO01", PayerKind.COMMERCIAL),
    ],
)
def test_an_unknown_payer_is_taken_for_one_we_know_and_keeps_its_name(
    name: str, indicator: str, code: str, kind: PayerKind
) -> None:
    payer = known_payer(name, indicator)
    assert (payer.code, payer.kind, payer.name) == (code, kind, name)


@pytest.mark.parametrize("content", [b"", b"hello", b"ISA*00*", b"\x00\xff" * 50])
def test_what_is_no_837_is_refused_as_a_file(content: bytes) -> None:
    imported = encounters.read(content, SHA)
    assert imported.encounters == ()
    assert len(imported.refused) == 1


def test_a_coverage_keeps_its_member_and_group() -> None:
    coverage = read(claim()).encounters[0].content.coverage
    assert (coverage.member_id, coverage.group_number) == (OWN.member_id, OWN.group_number)
