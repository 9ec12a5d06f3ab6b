"""The tables themselves: nothing they let in is dropped, and every field they name exists."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest

import x12
from x12.engine.compiled import CompiledLoop, Target, compiled_guide
from x12.engine.records import Fields
from x12.error_codes import ELEMENT_CODES, GROUP_CODES, INTERCHANGE_NOTES, SEGMENT_CODES, TRANSACTION_CODES
from x12.guides import GUIDES
from x12.syntax.dictionary import COMPOSITES, SEGMENTS
from x12.syntax.element_rules import element_rules


def slots() -> Iterator[tuple[str, CompiledLoop, Target]]:
    for guide in GUIDES:
        for loop in compiled_guide(guide, x12.STANDARD).loops:
            for target in loop.items:
                if target.loop is None:
                    yield guide.kind, loop, target


def read_places(record: Fields) -> set[int]:
    places = {at for at, *_ in record.simple} | {pair[0] for *_, pair in record.simple if pair}
    places |= set(record.groups) | {at for at, _ in record.repeats} | {at for at, _ in record.constants}
    for first, last, _ in record.tuples:
        places |= set(range(first, last + 1))
    for at, name, _ in record.composites:
        places |= set(range(at, at + 4)) if name.endswith("_account") else {at}
        places |= {10, 11} if name == "codes" else set()
    return places


def test_no_element_a_guide_lets_in_is_dropped_by_the_reader() -> None:
    dropped = [
        f"{kind} {loop.name} {target.segment}{at:02}"
        for kind, loop, target in slots()
        if isinstance(target.record, Fields) and target.check is not None and target.segment != "HL"
        for at, rule in enumerate(target.check.rules, 1)
        if rule.usage != "N" and at not in read_places(target.record)
        # a required element with one code says nothing: the writer puts it back
        and not (rule.usage == "R" and len(rule.codes) == 1)
    ]
    assert dropped == []


def test_every_field_a_table_fills_exists() -> None:
    for guide in GUIDES:
        for loop in compiled_guide(guide, x12.STANDARD).loops:
            if loop.shape is None:
                continue
            names = {field.name for field in dataclasses.fields(loop.shape)} | set(loop.hoist)
            if guide.claims_in and loop is compiled_guide(guide, x12.STANDARD).root:
                names.add("billing_providers")
            filled = {target.into for target in loop.items if target.into}
            assert filled <= names, (guide.kind, loop.name, filled - names)


@pytest.mark.parametrize("segment", sorted(SEGMENTS))
def test_a_segment_of_the_dictionary_can_be_understood(segment: str) -> None:
    rules, _ = element_rules(segment, "")
    assert rules
    assert all(rule.components or rule.longest >= rule.shortest > 0 for rule in rules)


def test_every_composite_is_used_by_a_segment() -> None:
    used = " ".join(SEGMENTS.values())
    assert [name for name in COMPOSITES if name not in used] == []


def test_acknowledgement_codes_are_those_of_the_999_and_ta1() -> None:
    assert set(SEGMENT_CODES.values()) <= {"1", "2", "3", "4", "5", "6", "7", "8", "I4", "I6", "I7", "I8", "I9"}
    assert set(ELEMENT_CODES.values()) <= {str(n) for n in range(1, 14)} | {"I6", "I9", "I10", "I11", "I12", "I13"}
    assert all(code.isdigit() and len(code) == 3 for code in INTERCHANGE_NOTES.values())
    assert set(GROUP_CODES.values()) | set(TRANSACTION_CODES.values()) <= {str(n) for n in range(1, 28)} | {"I5", "I6"}


def test_the_public_names_are_sorted_and_exist() -> None:
    assert x12.__all__ == sorted(x12.__all__, key=lambda name: (not name.isupper(), not name[0].isupper(), name))
    assert all(hasattr(x12, name) for name in x12.__all__)
