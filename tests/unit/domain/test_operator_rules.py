"""An operator's rules: what the language understands, how mistakes are told, and that nothing in it is ever run."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.people.parties import RenderingProvider
from domain.scrubbing.context import ScrubContext
from domain.scrubbing.operator.expression import parse
from domain.scrubbing.operator.fields import FIELDS
from domain.scrubbing.operator.rule import RuleRefused, proposes_without_documentation, rule_of
from domain.scrubbing.operator.tokens import ExpressionError
from domain.scrubbing.registry import scrub
from tests.unit.domain.samples import PATIENT, PROVIDER, content, line

CLAIM = content(
    lines=(line(1, procedure="70551", modifiers=("26", "KX"), units=Decimal(2)), line(2, procedure="99213")),
    referring=RenderingProvider(last_name="DOE", npi="1999999984"),
)
CONTEXT = ScrubContext(content=CLAIM, patient=PATIENT, provider=PROVIDER, today=date(2026, 3, 20))
ROW = {
    "id": "own-rule", "severity": "error", "when": 'payer = "PPO01"', "message": "it is so", "remedy": "change it",
    "place": "2400/SV101-2", "source": "made up",
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ('payer = "PPO01"', True),
        ('payer != "PPO01"', False),
        ("payer = 'PPO*'", True),
        ('payer.kind = "commercial" and claim.type = "professional"', True),
        ('line.procedure in ("70551".."70553", "72148")', True),
        ('line.procedure not in ("70551".."70553")', False),
        ("authorization_number is missing", True),
        ("authorization_number is present or referring.npi is present", True),
        ('line.modifiers has "26" and not (line.modifiers has any of ("TC", "59"))', True),
        ('line.modifiers has none of ("TC", "26")', False),
        ('claim.diagnoses has "E11*"', True),
        ('line.diagnoses has "I10"', False),
        ('claim.procedures has any of ("99200".."99299")', True),
        ("line.units >= 2 and line.charge < 125.01", True),
        ("patient.age >= 18 and patient.sex = 'F'", True),
        ("line.from >= 2026-01-01 and line.from < 2026-12-31", True),
        ("onset_date is missing and not onset_date > 2020-01-01", True),
        ("claim.lines = 2", True),
        ('payer = "X" or payer = "Y" or line.place in ("11")', True),
    ],
)
def test_an_expression_says_what_it_means(text: str, holds: bool) -> None:
    assert parse(text).test(CONTEXT, CLAIM.lines[0]) is holds


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("", 1, "expected a field"),
        ("payer", 6, "expected ="),
        ("payer = PPO", 9, 'a text such as "70551"'),
        ('payr = "X"', 1, "no field payr; there are payer"),
        ('payer = "X', 9, "not closed"),
        ("line.units > many", 14, "a number"),
        ("line.from > 2026-02-30", 13, "no such day"),
        ("line.from > 5", 13, "a day such as"),
        ('line.modifiers = "26"', 16, "a list is asked with has"),
        ('line.procedure in ("5".."1")', 20, "ends before it begins"),
        ('payer in ("A" "B")', 15, "expected `,` or `)`"),
        ('(payer = "A"', 13, "expected `)`"),
        ('payer = "A" payer = "B"', 13, "the end, `and` or `or`"),
        ("__import__('os')", 1, "no field __import__"),
        ("payer.__class__ is missing", 1, "no field payer.__class__"),
        ("payer = 'A'; payer = 'B'", 12, "means nothing here"),
        ("not " * 60 + "payer is missing", 165, "too many"),
    ],
)
def test_a_mistake_is_told_with_its_column_and_what_may_stand_there(text: str, column: int, words: str) -> None:
    with pytest.raises(ExpressionError) as refused:
        parse(text)
    assert refused.value.column == column
    assert words in str(refused.value)


@given(st.text(alphabet="payer.lineunts \"'()=<>,0123456789-*", max_size=60))
def test_any_text_is_an_expression_or_a_mistake_with_a_column(text: str) -> None:
    column = 1
    try:
        parse(text)
    except ExpressionError as error:
        column = error.column
    assert 1 <= column <= len(text) + 1


@pytest.mark.parametrize("name", FIELDS)
def test_every_field_can_be_asked_of_every_claim(name: str) -> None:
    bare = replace(CONTEXT, content=content(diagnoses=(), rendering=None), patient=replace(PATIENT, birth_date=None))
    for context in (CONTEXT, bare):
        assert parse(f"{name} is present or {name} is missing").test(context, context.content.lines[0])


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"id": "Own Rule"}, "id"),
        ({"severity": "fatal"}, "severity"),
        ({"when": ""}, "when"),
        ({"when": "payer ="}, "when"),
        ({"message": ""}, "message"),
        ({"place": "somewhere"}, "place"),
        ({"source": ""}, "source"),
        ({"claim_type": "dental"}, "claim_type"),
        ({"effective_from": "soon"}, "effective_from"),
        ({"effective_from": "2026-02-01", "effective_to": "2026-01-01"}, "effective_to"),
        ({"remedy": "add modifier 59"}, "remedy"),
        ({"remedy": "append XS"}, "remedy"),
        ({"remedy": "append X{EPSU}"}, "remedy"),
    ],
)
def test_a_row_that_cannot_be_a_rule_names_its_column(changes: dict[str, str], column: str) -> None:
    with pytest.raises(RuleRefused) as refused:
        rule_of(ROW | changes)
    assert refused.value.column == column
    assert (refused.value.at is not None) == (changes.get("when") == "payer =")


def test_a_modifier_that_needs_documentation_is_proposed_with_it_only() -> None:
    assert proposes_without_documentation("use 25")
    assert not proposes_without_documentation("use 25 where the documentation shows a visit of its own")
    assert not proposes_without_documentation("look at 1259 and 99250")


def test_rules_bind_by_payer_claim_type_and_day_and_lines_one_by_one() -> None:
    def found(**changes: str) -> list[tuple[str, int | None]]:
        rule = rule_of(ROW | changes)
        return [(f.rule, f.line) for f in scrub(replace(CONTEXT, operator_rules=(rule,))) if f.rule == "own-rule"]

    assert found() == [("own-rule", None)]
    assert found(payer="PPO01", claim_type="professional") == [("own-rule", None)]
    assert found(payer="Commercial") == [("own-rule", None)]
    assert found(payer="HMO01") == []
    assert found(claim_type="institutional") == []
    assert found(effective_from="2026-03-03") == []
    assert found(effective_to="2026-03-01") == []
    assert found(when='line.procedure = "99213"') == [("own-rule", 2)]
    assert found(when="line.units > 0") == [("own-rule", 1), ("own-rule", 2)]
    assert found(when="line.units > 0", effective_from="2026-03-03") == []
