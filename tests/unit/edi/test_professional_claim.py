"""Our claims as 837P: what stands where, and that nobody finds fault with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from domain.claim.claim import AnnouncedPapers, ClaimForSubmission
from edi.claim_interchange import CLAIMS_PER_TRANSACTION, problems_of, transaction_of, transactions_needed, write
from edi.professional_claim import to_x12
from tests.unit.edi.oracle import pyx12_findings, x12sdk_kinds
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
from x12.errors import X12Invalid
from x12.reading import read_file
from x12.transactions.professional_claim import ProfessionalClaims

OWN_CLAIM = claim()
CHILDS_CLAIM = claim(10_000_002, patient=CHILD, content=replace(CONTENT, coverage=PARENTS))
REPLACEMENT = claim(10_000_003, frequency="7", original_reference="ICN555")
MEDICARES = claim(
    10_000_004,
    content=replace(
        CONTENT,
        coverage=replace(OWN, payer=MEDICARE, member_id="1EG4TE5MK73", group_number=""),
        authorization_number="",
        referral_number="",
        patient_paid_cents=0,
        onset_date=None,
        referring=None,
    ),
)
OF_A_PERSON = claim(
    10_000_005,
    provider=replace(PROVIDER, name="HOLLIS", first_name="ADA"),
    content=replace(CONTENT, rendering=None),
)
BY_MINUTES = claim(
    10_000_006,
    content=replace(
        CONTENT,
        lines=(
            replace(
                CONTENT.lines[0],
                procedure="00142",
                modifiers=("QK", "QS", "P1"),
                units=Decimal(61),
                unit_basis="MJ",
            ),
        ),
    ),
)
OLD_CODES = claim(10_000_007, content=replace(CONTENT, icd_version=9, diagnoses=("0340", "V7389")))
EVERY_KIND = (OWN_CLAIM, CHILDS_CLAIM, REPLACEMENT, MEDICARES, OF_A_PERSON, BY_MINUTES, OLD_CODES)


def interchange(*claims: ClaimForSubmission) -> bytes:
    return write(claims, payer=PPO, provider=PROVIDER, control_numbers=control_numbers(), at=AT, usage="T")


def segments(content: bytes, *names: str) -> list[str]:
    found = [segment.strip() for segment in content.decode().split("~")]
    return [segment for segment in found if segment.split("*")[0] in names]


def test_a_claim_says_what_was_done_by_whom_and_why() -> None:
    content = interchange(OWN_CLAIM)
    assert segments(content, "CLM") == ["CLM*10000001-1*215.01***11:B:1*Y*A*Y*Y"]
    assert segments(content, "HI") == ["HI*ABK:E119*ABF:M25561"]
    assert segments(content, "SV1") == [
        "SV1*HC:99213:25*125*UN*1***1:2",
        "SV1*HC:97530*90.01*UN*3*12**2",
    ]
    assert segments(content, "DTP") == [
        "DTP*431*D8*20260201",
        "DTP*472*D8*20260302",
        "DTP*472*RD8*20260302-20260303",
    ]
    assert segments(content, "AMT") == ["AMT*F5*20"]
    assert segments(content, "REF") == [
        "REF*EI*123456789",
        "REF*9F*REF88",
        "REF*G1*AUTH77",
        "REF*6R*1",
        "REF*6R*2",
    ]
    assert segments(content, "SBR") == ["SBR*P*18*G100******12"]


def test_papers_that_follow_by_mail_are_announced_with_the_number_on_their_cover_sheet() -> None:
    papers = (AnnouncedPapers(control_number="MR50001"), AnnouncedPapers(control_number="MR50002", transmission="FX"))
    announced = replace(OWN_CLAIM, papers=papers)
    content = interchange(announced)
    assert segments(content, "PWK") == ["PWK*M1*BM***AC*MR50001", "PWK*M1*FX***AC*MR50002"]
    (found,) = [one.content for one in read_file(content).transactions()]
    assert isinstance(found, ProfessionalClaims)
    assert [one.control_number for one in found.claims[0].attachments] == ["MR50001", "MR50002"]
    assert problems_of(announced, at=AT) == ()
    assert not pyx12_findings(content)


def test_more_papers_than_the_guide_takes_do_not_stop_the_claim() -> None:
    papers = tuple(AnnouncedPapers(control_number=f"MR{number}") for number in range(50_001, 50_013))
    assert len(segments(interchange(replace(OWN_CLAIM, papers=papers)), "PWK")) == 10


def test_an_insured_patient_is_the_subscriber_with_address_and_birth_date() -> None:
    own = to_x12(OWN_CLAIM)
    assert own.patient is None
    assert own.subscriber.person.birth_date == date(1970, 5, 17)
    assert own.subscriber.person.address is not None


def test_a_childs_claim_names_the_parent_and_describes_the_child() -> None:
    childs = to_x12(CHILDS_CLAIM)
    assert childs.patient is not None
    assert (childs.patient.relationship, childs.patient.person.first_name) == ("19", "FERN")
    assert childs.patient.person.identifier == ""
    assert (childs.subscriber.relationship, childs.subscriber.person.first_name) == ("", "IRIS")
    assert childs.subscriber.person.address is None
    assert childs.subscriber.member_id == "XYZ12345"


def test_a_replacement_carries_the_payers_number() -> None:
    content = interchange(REPLACEMENT)
    assert segments(content, "CLM") == ["CLM*10000003-1*215.01***11:B:7*Y*A*Y*Y"]
    assert "REF*F8*ICN555" in segments(content, "REF")


def test_old_diagnosis_codes_keep_their_own_qualifiers() -> None:
    assert segments(interchange(OLD_CODES), "HI") == ["HI*BK:0340*BF:V7389"]


@pytest.mark.parametrize("one", EVERY_KIND, ids=lambda one: one.control_number)
def test_what_was_written_reads_back_as_the_same_claim(one: ClaimForSubmission) -> None:
    file = read_file(interchange(one))
    assert file.all_errors() == ()
    (transaction,) = file.transactions()
    assert isinstance(transaction.content, ProfessionalClaims)
    (found,) = transaction.content.claims
    assert found.claim_id == one.control_number
    assert found.charge_cents == one.content.charge_cents
    assert found.frequency_code == one.frequency
    assert found.payer_claim_number == one.original_reference
    assert [line.charge_cents for line in found.lines] == [line.charge_cents for line in one.content.lines]
    assert [line.control_number for line in found.lines] == [str(line.number) for line in one.content.lines]
    assert found.patient_or_subscriber.birth_date == one.patient.birth_date


@pytest.mark.parametrize("one", EVERY_KIND, ids=lambda one: one.control_number)
def test_pyx12_finds_no_fault_with_what_was_written(one: ClaimForSubmission) -> None:
    assert pyx12_findings(interchange(one)) == []


def test_claims_of_every_kind_go_together_in_one_interchange() -> None:
    content = interchange(*EVERY_KIND)
    assert read_file(content).all_errors() == ()
    assert pyx12_findings(content) == []


SECOND_PRACTICE = replace(PROVIDER, name="HARBOR PEDIATRICS", npi="1999999984", tax_id="987654321")
SIBLING = replace(CHILD, first_name="ROWAN", birth_date=date(2017, 8, 9))
OF_THE_CHILDREN = replace(CONTENT, coverage=PARENTS)
OTHER_PARENT = replace(PARENTS, member_id="XYZ99999", subscriber=replace(ADULT, first_name="LEE", birth_date=None))
FAMILIES_AT_TWO_PRACTICES = (
    claim(1, patient=CHILD, content=OF_THE_CHILDREN),
    claim(2, patient=SIBLING, content=OF_THE_CHILDREN),
    claim(3, patient=CHILD, content=OF_THE_CHILDREN, provider=SECOND_PRACTICE),
    claim(4, patient=SIBLING, content=OF_THE_CHILDREN, provider=SECOND_PRACTICE),
    claim(5, patient=SIBLING, content=OF_THE_CHILDREN, provider=SECOND_PRACTICE),
    claim(6, patient=CHILD, content=replace(CONTENT, coverage=OTHER_PARENT), provider=SECOND_PRACTICE),
    claim(7),
    claim(8, patient=SIBLING, content=OF_THE_CHILDREN),
    claim(9, provider=SECOND_PRACTICE),
)


def test_claims_of_several_billing_providers_and_dependents_go_in_one_transaction_set() -> None:
    content = interchange(*FAMILIES_AT_TWO_PRACTICES)
    assert read_file(content).all_errors() == ()
    assert pyx12_findings(content) == []
    assert x12sdk_kinds(content) == ["x12_837_005010X222A2"]


def test_each_claim_hangs_from_its_own_provider_subscriber_and_patient() -> None:
    (transaction,) = read_file(interchange(*FAMILIES_AT_TWO_PRACTICES)).transactions()
    assert isinstance(transaction.content, ProfessionalClaims)
    assert [
        (
            found.claim_id,
            found.billing_provider.provider.npi,
            found.subscriber.member_id,
            found.patient_or_subscriber.first_name,
        )
        for found in transaction.content.claims
    ] == [
        (one.control_number, one.provider.npi, one.content.coverage.member_id, one.patient.first_name)
        for one in FAMILIES_AT_TWO_PRACTICES
    ]


def test_levels_are_opened_only_where_provider_subscriber_or_patient_changes() -> None:
    content = interchange(*FAMILIES_AT_TWO_PRACTICES)
    assert segments(content, "HL", "CLM") == [
        "HL*1**20*1",
        "HL*2*1*22*1",
        "HL*3*2*23*0",
        "CLM*1-1*215.01***11:B:1*Y*A*Y*Y",
        "HL*4*2*23*0",
        "CLM*2-1*215.01***11:B:1*Y*A*Y*Y",
        "HL*5**20*1",
        "HL*6*5*22*1",
        "HL*7*6*23*0",
        "CLM*3-1*215.01***11:B:1*Y*A*Y*Y",
        "HL*8*6*23*0",
        "CLM*4-1*215.01***11:B:1*Y*A*Y*Y",
        "CLM*5-1*215.01***11:B:1*Y*A*Y*Y",
        "HL*9*5*22*1",
        "HL*10*9*23*0",
        "CLM*6-1*215.01***11:B:1*Y*A*Y*Y",
        "HL*11**20*1",
        "HL*12*11*22*0",
        "CLM*7-1*215.01***11:B:1*Y*A*Y*Y",
        "HL*13*11*22*1",
        "HL*14*13*23*0",
        "CLM*8-1*215.01***11:B:1*Y*A*Y*Y",
        "HL*15**20*1",
        "HL*16*15*22*0",
        "CLM*9-1*215.01***11:B:1*Y*A*Y*Y",
    ]


def test_the_same_claims_and_numbers_give_the_same_bytes() -> None:
    assert interchange(*EVERY_KIND) == interchange(*EVERY_KIND)


def test_more_claims_than_a_transaction_set_takes_are_split_over_several() -> None:
    count = CLAIMS_PER_TRANSACTION + 1
    assert transactions_needed(count) == 2
    assert transactions_needed(CLAIMS_PER_TRANSACTION) == 1
    assert (transaction_of(CLAIMS_PER_TRANSACTION - 1), transaction_of(CLAIMS_PER_TRANSACTION)) == (0, 1)
    content = write(
        [claim(10_000_000 + number) for number in range(count)],
        payer=PPO,
        provider=PROVIDER,
        control_numbers=control_numbers(2),
        at=AT,
        usage="T",
    )
    found = segments(content, "ST", "SE", "GE", "IEA")
    assert [segment for segment in found if segment.startswith("ST")] == [
        "ST*837*0001*005010X222A1",
        "ST*837*0002*005010X222A1",
    ]
    assert found[-2:] == ["GE*2*12", "IEA*1*000000012"]
    assert content.count(b"CLM*") == count


def test_too_few_control_numbers_or_no_claims_are_refused() -> None:
    with pytest.raises(ValueError, match="need as many control numbers"):
        write([OWN_CLAIM], payer=PPO, provider=PROVIDER, control_numbers=control_numbers(2), at=AT, usage="T")
    with pytest.raises(ValueError, match="at least one claim"):
        write([], payer=PPO, provider=PROVIDER, control_numbers=control_numbers(0), at=AT, usage="T")


def test_a_patients_middle_name_and_sex_are_kept() -> None:
    person = to_x12(OWN_CLAIM).subscriber.person
    assert (person.middle_name, person.sex) == (ADULT.middle_name, "F")


@pytest.mark.parametrize("one", EVERY_KIND, ids=lambda one: one.control_number)
def test_a_claim_that_can_be_written_has_no_problems(one: ClaimForSubmission) -> None:
    assert problems_of(one, at=AT) == ()


@pytest.mark.parametrize(
    ("one", "place"),
    [
        (claim(provider=replace(PROVIDER, address=replace(PROVIDER.address, city=""))), "N4"),
        (claim(patient=ADULT, content=replace(CONTENT, coverage=replace(OWN, member_id="A~B"))), "NM1"),
        (claim(content=replace(CONTENT, diagnoses=())), "HI"),
    ],
)
def test_a_claim_that_cannot_be_written_is_told_with_its_place(one: ClaimForSubmission, place: str) -> None:
    problems = problems_of(one, at=AT)
    assert any(problem.startswith(place) for problem in problems)
    with pytest.raises(X12Invalid):
        interchange(OWN_CLAIM, one)
