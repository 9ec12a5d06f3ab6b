"""The packaged tables of denials hold together: full, sourced, and never a default write-off."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import product

import pytest

from activities.denial_rules import denial_rules, knowledge_base, rejection_explained
from domain.coverage.coverage import PayerKind
from domain.denials.context import ClaimType, Context, Network
from domain.denials.explaining import RemittedCodes, StatusCodes, explain_remitted
from domain.denials.rules import COLUMNS, DenialGroup, DenialRule, Nature, Remedy, parse_denial_rules
from domain.denials.statuses import CLAIM
from edi.status_categories import status_categories
from storage.operator_files import rows

RULES = denial_rules()
CARCS = sorted({carc for rule in RULES.rules for carc in rule.carcs})
GROUPS = ("CO", "PR", "OA", "PI")


def test_the_tables_hold_what_practices_meet() -> None:
    remarks = {row["rarc"] for row in rows("remark_codes.csv")} | {rule.rarc for rule in RULES.rules if rule.rarc}
    assert len(CARCS) >= 100
    assert len(remarks) >= 60
    assert {rule.denial_group for rule in RULES.rules} == set(DenialGroup)


def test_every_row_has_a_source_words_and_somebody_who_works_it() -> None:
    for rule in RULES.rules:
        assert rule.source
        assert rule.why
        assert rule.worked_by
    for row in (*rows("remark_codes.csv"), *rows("denial_deadlines.csv"), *rows("status_rules.csv")):
        assert row["source"]


def test_a_row_without_a_confirmed_source_asks_a_person_and_never_gives_money_up() -> None:
    unconfirmed = [rule for rule in RULES.rules if not rule.confirmed]
    assert unconfirmed
    for rule in unconfirmed:
        assert rule.remedy is Remedy.REVIEW
        assert rule.nature in (Nature.DENIAL, Nature.REVIEW)
        assert rule.proposed is not None
    given_up = {(*sorted(rule.carcs), rule.nature) for rule in RULES.rules if rule.remedy is Remedy.WRITE_OFF}
    assert given_up == {
        ("45", Nature.CONTRACTUAL), ("253", Nature.CONTRACTUAL), ("237", Nature.CONTRACTUAL),
        ("29", Nature.DENIAL), ("50", Nature.DENIAL),
    }  # fmt: skip


def test_every_status_category_is_answered_as_the_wire_reads_it() -> None:
    statuses = knowledge_base().statuses
    assert statuses.codes(CLAIM) == set(status_categories())
    for code, category in status_categories().items():
        rule = statuses.find(CLAIM, code)
        assert rule is not None
        if code.startswith("A") and code != "A4":
            assert rule.rejects is not category.accepted
        if rule.rejects or category.status == "needs_information":
            assert rule.denial_group is not DenialGroup.NONE


def test_every_code_of_a_999_and_a_ta1_is_answered() -> None:
    statuses = knowledge_base().statuses
    assert statuses.codes("999") == {"A", "E", "M", "P", "R", "W", "X"}
    assert statuses.codes("TA1") == {"A", "E", "R"}


@pytest.mark.parametrize("category", ["A3", "A6", "A7", "A8", "A4", "999", "TA1", "Z9"])
@pytest.mark.parametrize("payer", PayerKind)
def test_every_rejection_names_a_remedy_a_person_can_act_on(category: str, payer: PayerKind) -> None:
    codes = StatusCodes(category=category, status_code="R" if category == "999" else "0")

    found = rejection_explained(codes, "1", payer, Context())

    assert found.remedy in (Remedy.CORRECT_AND_RESEND, Remedy.REVIEW)
    assert not found.appealable
    assert found.deadline.rule


def questions() -> Iterator[tuple[str, str, frozenset[str], PayerKind, frozenset[str], Context]]:
    """Every reason and group at every kind of payer, and with each condition that some row of it has."""
    told = {rule.rarc for rule in RULES.rules if rule.rarc}
    for group, carc, payer in product(GROUPS, CARCS, PayerKind):
        of_code = [rule for rule in RULES.rules if not rule.carcs or carc in rule.carcs]
        remarks = [frozenset[str](), *(frozenset({code}) for code in told if carc in ("1", "16", "216", "45"))]
        modifiers = [frozenset[str](), *(frozenset({code}) for rule in of_code for code in sorted(rule.modifiers)[:2])]
        networks = {Network.UNKNOWN, *(rule.network for rule in of_code)}
        for remark, modifier, network, kind in product(remarks, modifiers, networks, ClaimType):
            yield group, carc, remark, payer, modifier, Context(claim_type=kind, network=network)


def test_no_question_has_two_answers_of_equal_weight() -> None:
    for group, carc, remarks, payer, modifiers, context in questions():
        fitting = [
            rule
            for rule in RULES.rules
            if rule.remedy is not None and rule.matches(group, carc, remarks, payer, modifiers, context)
        ]
        top = max((rule.weight for rule in fitting), default=0)
        answers = {
            (rule.denial_group, rule.remedy, rule.appealable, rule.nature) for rule in fitting if rule.weight == top
        }
        assert len(answers) <= 1, (group, carc, remarks, payer, modifiers, context)


def test_the_patient_is_billed_for_group_pr_only_and_a_denial_always_has_a_group() -> None:
    for group, carc, remarks, payer, modifiers, context in questions():
        codes = RemittedCodes(group=group, carc=carc, remarks=tuple(remarks), modifiers=tuple(modifiers))
        found = explain_remitted(codes, payer, context, knowledge_base())
        assert not found.bill_patient or group == "PR"
        assert found.remedy is not Remedy.APPEAL or found.appealable
        assert not (payer is PayerKind.MEDICARE and context.claim_type is ClaimType.PROFESSIONAL) or (
            found.frequency in ("", "1")
        )
        if found.remedy in (Remedy.APPEAL, Remedy.REPLACE, Remedy.REOPEN, Remedy.SEND_RECORDS):
            assert found.group is not DenialGroup.NONE


def a_row(**facts: str) -> dict[str, str]:
    usual = {"carc": "16", "group_code": "CO", "nature": "denial", "denial_group": "error", "remedy": "replace",
             "appealable": "yes", "confirmed": "yes", "why": "so", "source": "here"}  # fmt: skip
    return dict.fromkeys(COLUMNS, "") | usual | facts


def found(rows: list[dict[str, str]], on: date | None, own: list[dict[str, str]] | None = None) -> DenialRule | None:
    known = parse_denial_rules(rows, own or [])
    return known.find("CO", "16", frozenset(), PayerKind.COMMERCIAL, frozenset(), Context(on=on))


def test_a_row_holds_from_its_first_to_its_last_day() -> None:
    rows = [a_row(effective_to="2026-06-30", why="old"), a_row(effective_from="2026-07-01", why="new")]
    for day, why in ((date(2026, 6, 30), "old"), (date(2026, 7, 1), "new"), (None, "new")):
        rule = found(rows, day)
        assert rule is not None
        assert rule.why == why


def test_rows_that_hold_on_the_same_day_with_the_same_conditions_are_refused() -> None:
    with pytest.raises(ValueError, match="row 2: an earlier row has the same conditions"):
        parse_denial_rules([a_row(effective_to="2026-06-30"), a_row(effective_from="2026-06-30")])


def test_the_operators_row_goes_before_a_packaged_one_of_the_same_conditions() -> None:
    rule = found([a_row()], None, own=[a_row(why="ours", remedy="appeal")])
    assert rule is not None
    assert (rule.why, rule.remedy) == ("ours", Remedy.APPEAL)
