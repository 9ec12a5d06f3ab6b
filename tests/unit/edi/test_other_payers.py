"""A claim with other payers as 837P: who they are, what they decided, and that nobody finds fault with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.claim.claim import ClaimForSubmission
from domain.claim.earlier_decision import EarlierDecision, EarlierLine, grouped, why_not_passed_on
from domain.coverage.coverage import Coverage, OtherCoverage, Payer, PayerKind
from domain.remittance.remittance import Adjustment
from edi.claim_interchange import problems_of, write
from edi.professional_claim import to_x12
from tests.unit.edi.oracle import pyx12_findings, x12sdk_kinds
from tests.unit.edi.samples import AT, CHILD, CONTENT, MEDICARE, OWN, PARENTS, PROVIDER, claim, control_numbers
from x12.check import check_file
from x12.reading import read_file
from x12.transactions.professional_claim import ProfessionalClaims

SECOND = Payer(code="CIGNA2", name="SECOND MUTUAL", kind=PayerKind.COMMERCIAL, filing_indicator="CI")
MEDICAID = Payer(code="MCAID", name="STATE MEDICAID", kind=PayerKind.MEDICAID, filing_indicator="MC")
AT_SECOND = Coverage(payer=SECOND, member_id="S123456789", relationship="18", subscriber=OWN.subscriber)
AT_MEDICAID = replace(AT_SECOND, payer=MEDICAID, member_id="900000001D")
AT_MEDICARE = replace(OWN, payer=MEDICARE, member_id="1EG4TE5MK73", group_number="")
TWO = replace(CONTENT, other_coverages=(OtherCoverage(coverage=AT_SECOND),))
CHARGES = {line.number: line.charge_cents for line in CONTENT.lines}


def entry(code: str, cents: int) -> Adjustment:
    group, _, reason = code.partition("-")
    return Adjustment(group=group, reason=reason, amount_cents=cents)


def by_line(sequence: str = "P", number: str = "ICN100", coinsurance: int = 1_000) -> EarlierDecision:
    """Every line paid but for what exceeds the contract and the patient's share."""
    lines = tuple(
        EarlierLine(
            number=number_,
            paid_cents=charge - 500 - coinsurance,
            adjustments=(entry("PR-2", coinsurance), entry("CO-45", 500)),
        )
        for number_, charge in CHARGES.items()
    )
    return EarlierDecision(
        sequence=sequence,
        payer_control_number=number,
        paid_cents=sum(line.paid_cents for line in lines),
        decided_on=date(2026, 3, 20),
        remarks=("MA01",),
        lines=lines,
    )


AS_A_WHOLE = EarlierDecision(
    sequence="P",
    payer_control_number="ICN200",
    paid_cents=0,
    decided_on=date(2026, 3, 20),
    adjustments=(entry("PR-1", sum(CHARGES.values())),),
)
SECONDARY = claim(20_000_001, content=TWO, sequence="S", earlier=(by_line(),))
PAID_AS_A_WHOLE = claim(20_000_002, content=TWO, sequence="S", earlier=(AS_A_WHOLE,))
TO_MEDICARE = claim(
    20_000_003,
    content=replace(CONTENT, other_coverages=(OtherCoverage(coverage=AT_MEDICARE, insurance_type="12"),)),
    sequence="S",
    earlier=(by_line(),),
)
TERTIARY = claim(
    20_000_004,
    content=replace(
        CONTENT,
        coverage=AT_MEDICARE,
        other_coverages=(OtherCoverage(coverage=AT_SECOND), OtherCoverage(coverage=AT_MEDICAID)),
    ),
    sequence="T",
    earlier=(by_line(), by_line("S", "ICN101", coinsurance=400)),
)
PRIMARY = claim(20_000_005, content=TWO)
OF_A_CHILD = claim(
    20_000_006,
    patient=CHILD,
    content=replace(
        CONTENT, coverage=PARENTS, other_coverages=(OtherCoverage(coverage=replace(PARENTS, payer=SECOND)),)
    ),
    sequence="S",
    earlier=(by_line(),),
)
ALL = (SECONDARY, PAID_AS_A_WHOLE, TO_MEDICARE, TERTIARY, PRIMARY, OF_A_CHILD)


def written(one: ClaimForSubmission) -> bytes:
    return write(
        [one],
        payer=one.coverage.payer,
        provider=PROVIDER,
        control_numbers=control_numbers(),
        at=AT,
        usage="T",
    )


def segments(one: ClaimForSubmission) -> list[str]:
    return written(one).decode().replace("\n", "").split("~")


@pytest.mark.parametrize("one", ALL, ids=[one.control_number for one in ALL])
def test_pyx12_and_x12sdk_accept_it_and_our_own_check_finds_nothing(one: ClaimForSubmission) -> None:
    content = written(one)
    assert pyx12_findings(content) == []
    if len(one.earlier) < 2:  # of several 2430 of one line x12sdk keeps the last
        assert x12sdk_kinds(content)
    checked = check_file(content)
    assert checked["valid"], checked
    assert problems_of(one, at=AT) == ()


@pytest.mark.parametrize("one", ALL, ids=[one.control_number for one in ALL])
def test_what_is_written_is_read_back(one: ClaimForSubmission) -> None:
    (transaction,) = read_file(written(one)).transactions()
    assert isinstance(transaction.content, ProfessionalClaims)
    (read,), sent = transaction.content.claims, to_x12(one)
    assert [replace(other, subscriber=None) for other in read.other_coverages] == [
        replace(other, subscriber=None) for other in sent.other_coverages
    ]
    assert [line.adjudications for line in read.lines] == [line.adjudications for line in sent.lines]


def test_the_second_payer_is_addressed_and_the_first_ones_decision_stands_beside_it() -> None:
    found = segments(SECONDARY)
    assert "SBR*S*18*******CI" in found
    first = found.index(next(text for text in found if text.startswith("SBR*P*18*")))
    assert found[first + 1] == f"AMT*D*{SECONDARY.earlier[0].paid_cents / 100:g}"
    assert "OI***Y***Y" in found
    assert "MOA***MA01" in found
    assert "REF*F8*ICN100" in found
    assert found.count("DTP*573*D8*20260320") == len(CHARGES), "each line tells when it was decided"
    assert found.count("CAS*PR*2*10") == found.count("CAS*CO*45*5") == found.count("AMT*EAF*10") == len(CHARGES)
    assert f"SVD*{PRIMARY.coverage.payer.code}*" in "~".join(found)


def test_a_decision_on_the_whole_claim_stands_in_2320_and_2330b() -> None:
    found = segments(PAID_AS_A_WHOLE)
    charge = sum(CHARGES.values()) / 100
    assert f"CAS*PR*1*{charge:g}" in found
    assert ["AMT*D*0", f"AMT*EAF*{charge:g}"] == [text for text in found if text.startswith(("AMT*D", "AMT*EAF"))]
    assert found.count("DTP*573*D8*20260320") == 1
    assert not [text for text in found if text.startswith("SVD")]


def test_medicare_after_a_plan_says_why_and_no_other_payer_does() -> None:
    assert "SBR*S*18***12****MB" in segments(TO_MEDICARE)
    assert [text.split("*")[5] for text in segments(TERTIARY) if text.startswith("SBR")] == ["", "", ""]


def test_the_first_payer_is_told_who_comes_after_it_and_nothing_more() -> None:
    found = segments(PRIMARY)
    assert [text.split("*")[1] for text in found if text.startswith("SBR")] == ["P", "S"]
    assert not [text for text in found if text.startswith(("CAS", "AMT*D", "SVD", "REF*F8"))]


def test_two_earlier_payers_each_tell_their_own_decision() -> None:
    found = segments(TERTIARY)
    assert [text for text in found if text.startswith("REF*F8")] == ["REF*F8*ICN100", "REF*F8*ICN101"]
    assert len([text for text in found if text.startswith("SVD")]) == 2 * len(CHARGES)


def test_each_group_has_one_cas_and_a_seventh_reason_opens_another() -> None:
    codes = ["45", "253", "59", "97", "4", "11", "16"]
    adjustments = [entry(f"CO-{code}", 100) for code in codes]
    mixed = (adjustments[0], entry("PR-2", 300), *adjustments[1:], entry("PR-3", 200), entry("CO-45", 50))
    charge = next(iter(CHARGES.values()))
    total = sum(one.amount_cents for one in mixed)
    first = EarlierLine(number=1, paid_cents=charge - total, adjustments=mixed)
    rest = by_line().lines[1:]
    decision = replace(by_line(), lines=(first, *rest), paid_cents=sum(line.paid_cents for line in (first, *rest)))
    one = replace(SECONDARY, earlier=(decision,))
    start = segments(one).index(next(text for text in segments(one) if text.startswith("SVD")))
    assert segments(one)[start + 1 : start + 4] == [
        "CAS*CO*45*1.5**253*1**59*1**97*1**4*1**11*1",
        "CAS*CO*16*1",
        "CAS*PR*2*3**3*2",
    ]
    assert pyx12_findings(written(one)) == []


def test_adjustments_that_cancel_out_are_not_told() -> None:
    assert grouped([entry("CO-45", 100), entry("PR-1", 5), entry("CO-45", -100)]) == (entry("PR-1", 5),)


@pytest.mark.parametrize(
    ("decision", "why"),
    [
        (by_line(), None),
        (AS_A_WHOLE, None),
        (replace(by_line(), paid_cents=1), "the claim's charge"),
        (replace(by_line(), lines=(replace(by_line().lines[0], paid_cents=1), *by_line().lines[1:])), "line 1"),
        (replace(by_line(), lines=(replace(by_line().lines[0], number=9),)), "a line 9"),
        (replace(AS_A_WHOLE, adjustments=()), "the claim's charge"),
    ],
)
def test_a_decision_is_passed_on_only_when_it_accounts_for_every_charge(
    decision: EarlierDecision, why: str | None
) -> None:
    found = why_not_passed_on(decision, CHARGES)
    assert (why is None and found is None) or (why is not None and why in str(found))
