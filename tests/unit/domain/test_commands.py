from __future__ import annotations

import re

import pytest

from domain.claim.commands import CommandInvalid, Verb, command_schema, legal_verbs, parse_command, refusal
from domain.claim.stages import TRANSITIONS, Stage

BODY = {"command": "correct", "id": "cmd-1", "by": "ann", "expected_version": 2, "reason": "wrong modifier",
        "changes": {"lines.1.modifiers": "25", "lines.1.units": 2}}  # fmt: skip


def problems_of(body: object) -> str:
    with pytest.raises(CommandInvalid) as caught:
        parse_command(body)
    return "\n".join(caught.value.problems)


def test_a_whole_body_becomes_a_command() -> None:
    command = parse_command(BODY)
    assert command.verb is Verb.CORRECT
    assert command.changes == (("lines.1.modifiers", "25"), ("lines.1.units", "2"))
    assert command.expected_version == 2


@pytest.mark.parametrize("body", [None, "text", 7, ["correct"], True])
def test_a_body_that_is_no_object_is_refused_with_its_keys_named(body: object) -> None:
    assert "command, id, by, expected_version, reason, changes" in problems_of(body)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"command": "pay"}, "command:"),
        ({"command": ["correct"]}, "command:"),
        ({"id": ""}, "id:"),
        ({"id": "a b"}, "id:"),
        ({"by": None}, "by:"),
        ({"reason": " "}, "reason:"),
        ({"reason": "x" * 501}, "reason:"),
        ({"expected_version": 0}, "expected_version:"),
        ({"expected_version": True}, "expected_version:"),
        ({"expected_version": "2"}, "expected_version:"),
        ({"changes": []}, "changes:"),
        ({"changes": {}}, "changes:"),
        ({"changes": {"colour": "red"}}, "changes:"),
        ({"changes": {"lines.0.units": "1"}}, "changes:"),
        ({"changes": {"member_id": None}}, "changes:"),
        ({"command": "hold"}, "changes:"),
        ({"extra": 1}, "key 7"),
    ],
)
def test_each_problem_names_its_place(change: dict[str, object], place: str) -> None:
    assert place in problems_of({**BODY, **change})


def test_every_problem_is_told_at_once_and_no_value_is_repeated() -> None:
    text = problems_of({"command": "SECRET1", "id": "SECRET 2", "by": 3, "changes": {"SECRET4": "SECRET5"}})
    assert "SECRET" not in text
    assert len(text.splitlines()) == 6


def test_every_verb_is_in_the_schema_and_its_patterns_take_the_fields_people_use() -> None:
    schema = command_schema()
    properties = schema["properties"]
    assert isinstance(properties, dict)
    assert properties["command"]["enum"] == [verb.value for verb in Verb]
    patterns = properties["changes"]["patternProperties"]
    for name in ("member_id", "lines.1.modifiers", "lines.12.charge_cents", "subscriber.birth_date"):
        assert sum(bool(re.search(pattern, name)) for pattern in patterns) == 1
    assert not any(re.search(pattern, "linesX1.units") for pattern in patterns)


def test_every_stage_takes_some_command_and_a_held_claim_only_its_release() -> None:
    for stage in Stage:
        assert legal_verbs(stage, held=False)
        assert Verb.RELEASE not in legal_verbs(stage, held=False)
        assert legal_verbs(stage, held=True) == {Verb.RELEASE}


def test_no_second_attempt_is_ordered_while_the_payer_or_a_review_has_the_claim() -> None:
    for stage in (Stage.WITH_PAYER, Stage.UNDER_REVIEW):
        assert legal_verbs(stage, held=False) == {Verb.HOLD}


def test_papers_are_ordered_where_a_decision_waits_for_a_person_and_nowhere_else() -> None:
    for stage in Stage:
        on_paper = legal_verbs(stage, held=False) & {Verb.APPEAL, Verb.SEND_RECORDS}
        assert len(on_paper) == (2 if stage in (Stage.DENIED, Stage.NEEDS_REVIEW) else 0), stage


LEADS_TO = {
    Verb.CORRECT: {Stage.CODING, Stage.FINDINGS, Stage.WITH_PAYER},
    Verb.RESUBMIT: {Stage.WITH_PAYER},
    Verb.APPEAL: {Stage.UNDER_REVIEW},
    Verb.SEND_RECORDS: {Stage.UNDER_REVIEW},
    Verb.WRITE_OFF: {Stage.CLOSED},
    Verb.SELF_PAY: {Stage.PATIENT_BALANCE},
    Verb.VOID: {Stage.CLOSED, Stage.WITH_PAYER},
}


def test_every_legal_command_leads_where_the_table_of_stages_has_an_edge() -> None:
    for stage in Stage:
        for verb in legal_verbs(stage, held=False) - {Verb.HOLD}:
            assert LEADS_TO[verb] & (TRANSITIONS[stage] | {stage}), (stage, verb)


def test_a_legal_command_on_the_version_it_saw_is_not_refused() -> None:
    assert refusal(parse_command(BODY), Stage.DENIED, held=False, version=2) is None


def test_a_command_on_an_older_version_is_told_that_somebody_was_faster() -> None:
    answer = refusal(parse_command(BODY), Stage.DENIED, held=False, version=3)
    assert answer is not None
    assert "version 3" in answer
    assert "look at the claim again" in answer


def test_a_command_in_the_wrong_stage_is_told_what_is_possible() -> None:
    answer = refusal(parse_command(BODY), Stage.WITH_PAYER, held=False, version=2)
    assert answer == "correct is not possible in stage with_payer; possible now: hold"
    held = refusal(parse_command(BODY), Stage.DENIED, held=True, version=2)
    assert held is not None
    assert "release it first" in held
