"""What people order about a claim: one body for the console, the CLI and the Temporal UI's signal."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.bodies import BodyInvalid
from domain.claim.correction import FIELDS, is_known_field, known_fields
from domain.claim.stages import Stage


class Verb(StrEnum):
    """What is ordered."""

    CORRECT = "correct"
    RESUBMIT = "resubmit"
    APPEAL = "appeal"
    SEND_RECORDS = "send_records"
    WRITE_OFF = "write_off"
    SELF_PAY = "self_pay"
    VOID = "void"
    HOLD = "hold"
    RELEASE = "release"


@dataclass(frozen=True, slots=True, kw_only=True)
class BillerCommand:
    """One order of one named person about one version of a claim."""

    verb: Verb
    business_id: str
    """The caller's own id: the same id again changes nothing."""
    by: str
    expected_version: int
    """Version of the claim's content that the person saw."""
    reason: str
    changes: tuple[tuple[str, str], ...] = ()
    """Field and new value, in the order they are applied (grammar: ``domain.claim.correction``)."""


class CommandInvalid(BodyInvalid):
    """A body is no command. ``problems`` say what is wrong, where, and what to do, without any value."""


_BUSINESS_ID = r"^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,99}$"
_KEYS = ("command", "id", "by", "expected_version", "reason", "changes")
_TAKE_CHANGES = frozenset({Verb.CORRECT, Verb.RESUBMIT})

_ALWAYS = frozenset({Verb.HOLD})
_EDIT = frozenset({Verb.CORRECT, Verb.VOID, Verb.HOLD})
_ANSWERED = frozenset({Verb.CORRECT, Verb.RESUBMIT, Verb.WRITE_OFF, Verb.VOID, Verb.HOLD})
_ON_PAPER = frozenset({Verb.APPEAL, Verb.SEND_RECORDS})

_LEGAL: dict[Stage, frozenset[Verb]] = {
    Stage.CHECKED_IN: _EDIT,
    Stage.COVERAGE_ISSUE: _EDIT,
    Stage.CODING: _EDIT,
    # A first attempt that is late waits here for a named exception: it goes as it is.
    Stage.FINDINGS: _EDIT | {Verb.WRITE_OFF, Verb.RESUBMIT},
    Stage.WITH_PAYER: _ALWAYS,
    Stage.REJECTED: _ANSWERED,
    Stage.DENIED: _ANSWERED | _ON_PAPER | {Verb.SELF_PAY},
    Stage.UNDER_REVIEW: _ALWAYS,
    Stage.PAYER_SILENT: _ANSWERED,
    Stage.NEEDS_REVIEW: _ANSWERED | _ON_PAPER | {Verb.SELF_PAY},
    Stage.PATIENT_BALANCE: _ANSWERED,
    Stage.CLOSED: frozenset({Verb.CORRECT, Verb.RESUBMIT, Verb.VOID}),
}


def legal_verbs(stage: Stage, held: bool) -> frozenset[Verb]:
    """What may be ordered now. A held claim takes nothing but ``release``.

    While the payer or a review works on an attempt, no second one is made: only ``hold`` is legal.
    """
    return frozenset({Verb.RELEASE}) if held else _LEGAL[stage]


def refusal(command: BillerCommand, stage: Stage, held: bool, version: int) -> str | None:
    """Why the command cannot be taken now, with what to do instead; None when it can.

    Checks stage and expected version only, from what the caller has in memory.
    """
    legal = legal_verbs(stage, held)
    if command.verb not in legal:
        if held:
            return f"the claim is held: {command.verb} is not possible; release it first"
        choice = ", ".join(sorted(legal))
        return f"{command.verb} is not possible in stage {stage}; possible now: {choice}"
    if command.expected_version != version:
        return (
            f"the claim was changed meanwhile: it has version {version}, the command expects "
            f"{command.expected_version}; look at the claim again, then repeat the command"
        )
    return None


def parse_command(body: object) -> BillerCommand:
    """Read a command's body: a JSON object as ``command_schema`` describes it.

    Raises:
        CommandInvalid: with every problem found, none of them repeating a value.
    """
    if not isinstance(body, Mapping):
        raise CommandInvalid((f"the body is not a JSON object; send an object with {', '.join(_KEYS)}",))
    problems = [f"key {place} of the body is not known; use {', '.join(_KEYS)}"
                for place, key in enumerate(body, start=1) if key not in _KEYS]  # fmt: skip
    verb = _verb(body.get("command"), problems)
    business_id = _text(
        body, "id", 100, "an id of your own for this order, so that it is done once", problems
    )
    if business_id and not re.fullmatch(_BUSINESS_ID, business_id):
        problems.append("id: letters, digits and . _ : / @ - only, beginning with a letter or digit")
    by = _text(body, "by", 100, "the user who orders it", problems)
    reason = _text(body, "reason", 500, "why, in a few words", problems)
    version = body.get("expected_version")
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        problems.append("expected_version: give the claim's version as a whole number from 1 on")
        version = 0
    changes = _changes(body.get("changes", {}), problems)
    if verb is Verb.CORRECT and not changes and not problems:
        problems.append("changes: a correction changes at least one field; name it with its new value")
    if verb is not None and verb not in _TAKE_CHANGES and changes:
        problems.append(f"changes: {verb} takes none; leave them out, or order a correction first")
    if problems or verb is None:
        raise CommandInvalid(tuple(problems))
    return BillerCommand(
        verb=verb, business_id=business_id, by=by, expected_version=version, reason=reason, changes=changes
    )


def _verb(value: object, problems: list[str]) -> Verb | None:
    if isinstance(value, str) and value in list(Verb):
        return Verb(value)
    problems.append(f"command: missing or not known; use one of {', '.join(Verb)}")
    return None


def _text(body: Mapping[object, object], key: str, limit: int, what: str, problems: list[str]) -> str:
    value = body.get(key)
    if not isinstance(value, str) or not value.strip():
        problems.append(f"{key}: missing or not a text; give {what}")
        return ""
    if len(value.strip()) > limit:
        problems.append(f"{key}: longer than {limit} characters; shorten it")
        return ""
    return value.strip()


def _changes(value: object, problems: list[str]) -> tuple[tuple[str, str], ...]:
    if value is None:
        return ()
    if not isinstance(value, Mapping):
        problems.append("changes: not an object; give fields with their new values")
        return ()
    pairs: list[tuple[str, str]] = []
    for place, (name, new) in enumerate(value.items(), start=1):
        if not isinstance(name, str) or not is_known_field(name):
            problems.append(f"changes: field {place} is not known; use one of: {known_fields()}")
        elif isinstance(new, bool) or not isinstance(new, str | int):
            problems.append(
                f"changes: {name} is neither a text nor a whole number; write its value as a text"
            )
        else:
            pairs.append((name, str(new)))
    return tuple(pairs)


def command_schema() -> dict[str, object]:
    """JSON Schema (2020-12) of a command's body."""
    value = {"type": ["string", "integer"]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "biller_command",
        "type": "object",
        "additionalProperties": False,
        "required": ["command", "id", "by", "expected_version", "reason"],
        "properties": {
            "command": {"enum": [str(verb) for verb in Verb]},
            "id": {
                "type": "string",
                "pattern": _BUSINESS_ID,
                "description": "your own id: repeated, it changes nothing",
            },
            "by": {
                "type": "string",
                "minLength": 1,
                "maxLength": 100,
                "description": "the user who orders it",
            },
            "expected_version": {
                "type": "integer",
                "minimum": 1,
                "description": "the claim's version you saw",
            },
            "reason": {"type": "string", "minLength": 1, "maxLength": 500},
            "changes": {
                "type": "object",
                "description": "for correct and resubmit: field to new value; N is a line number",
                "additionalProperties": False,
                "patternProperties": {
                    field.pattern: {**value, "description": field.value} for field in FIELDS
                },
            },
        },
    }
