"""What a denial teaches: avoidable or not, by a rule built in or by a pattern of the payer."""

from __future__ import annotations

from decimal import Decimal

import pytest

from domain.claim.claim import ClaimContent
from domain.scrubbing.learning import Lesson, lesson_of, parse_lessons
from domain.scrubbing.operator.expression import parse
from domain.scrubbing.operator.rule import proposes_without_documentation
from domain.scrubbing.registry import REGISTRY
from edi.coding_facts import lessons
from tests.unit.domain.samples import content, line


def taught(claim: ClaimContent, carc: str, *remarks: str, number: int | None = 1) -> Lesson:
    lines = {one.number: one for one in claim.lines}
    return lesson_of(lessons(), claim, lines.get(number or 0), "PPO01", carc, frozenset(remarks))


MRI = content(lines=(line(1, procedure="70551"),))
LAB = content(lines=(line(1, procedure="85025", modifiers=("91",)), line(2, procedure="99213")), referring=None)


@pytest.mark.parametrize(
    ("claim", "carc", "remark", "condition"),
    [
        (MRI, "197", "", 'line.procedure = "70551" and authorization_number is missing'),
        (MRI, "288", "", 'line.procedure = "70551" and referral_number is missing'),
        (LAB, "16", "N285", 'line.procedure = "85025" and referring.npi is missing'),
        (LAB, "4", "", 'line.procedure = "85025" and line.modifiers has "91"'),
        (MRI, "4", "", 'line.procedure = "70551" and line.modifiers is missing'),
        (MRI, "11", "", 'line.procedure = "70551" and line.diagnoses has "E119"'),
        (MRI, "58", "", 'line.procedure = "70551" and line.place = "11"'),
        (content(lines=(line(1, units=Decimal(6)),)), "222", "", 'line.procedure = "99213" and line.units >= 6'),
        (LAB, "97", "", 'line.procedure = "85025" and claim.procedures has "99213" and line.modifiers has "91"'),
    ],
)
def test_a_pattern_becomes_a_rule_of_the_payer_that_finds_the_claim_again(
    claim: ClaimContent, carc: str, remark: str, condition: str
) -> None:
    lesson = taught(claim, carc, remark)
    assert lesson.avoidable
    assert lesson.proposal is not None
    assert lesson.proposal.condition == condition
    assert not proposes_without_documentation(lesson.proposal.remedy)
    assert parse(condition).of_line


@pytest.mark.parametrize(
    ("carc", "remark", "rule"),
    [
        ("29", "", "timely-filing"),
        ("18", "", "duplicate-claim"),
        ("146", "", "diagnosis-known"),
        ("7", "", "sex-conflict"),
        ("16", "M77", "place-known"),
        ("27", "", "coverage-active"),
    ],
)
def test_what_a_built_in_rule_looks_at_is_avoidable_and_proposes_nothing(carc: str, remark: str, rule: str) -> None:
    assert taught(MRI, carc, remark) == Lesson(avoidable=True, caught_by=rule)


def test_what_nobody_could_see_on_the_claim_is_not_avoidable() -> None:
    with_number = content(lines=(line(1, procedure="70551"),), authorization_number="A1")
    assert taught(with_number, "197") == Lesson(avoidable=False)
    assert taught(MRI, "204") == Lesson(avoidable=False)
    assert taught(MRI, "16", "N382") == Lesson(avoidable=False)
    assert taught(LAB, "197", number=None) == Lesson(avoidable=False)
    odd = content(lines=(line(1, procedure='9"or'),))
    assert taught(odd, "197") == Lesson(avoidable=False)


def test_a_denial_of_a_whole_claim_with_one_line_teaches_of_that_line() -> None:
    assert taught(MRI, "197", number=None).proposal == taught(MRI, "197").proposal


def test_the_table_names_rules_that_exist_and_a_row_without_source_is_refused() -> None:
    ids = {rule.id for rule in REGISTRY}
    assert {row.caught_by for row in lessons()} - {""} <= ids
    assert all(row.source for row in lessons())
    row = {"carc": "18", "rarc": "", "teaches": "nothing", "caught_by": "duplicate-claim", "source": ""}
    with pytest.raises(ValueError, match="row 1: carc and source"):
        parse_lessons([row])
