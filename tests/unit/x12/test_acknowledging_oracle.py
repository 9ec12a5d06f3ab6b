"""Our 999 beside pyx12's for broken 837P files: the same at AK and IK level, or a difference with its reason."""

from __future__ import annotations

import io
import logging
import os
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import x12
from tests.unit.x12.acknowledgement_differences import EXPLAINED, EXPLAINED_GROUPS, EXPLAINED_SETS, Explained
from tests.unit.x12.acknowledgement_faults import FAULTS, GOOD

BESIDE = Path(__file__).resolve().parents[3].parent / "shared" / "samples"
SAMPLES = Path(os.environ.get("X12_SAMPLES", BESIDE))
SAME = 19  # faults that both tell in the same words
LARGEST = 40_000  # pyx12 takes a second for 200 claims

Place = tuple[str, int]


def _samples() -> list[Path]:
    """The 837P files of the version pyx12 knows."""
    files = (path for path in SAMPLES.rglob("*") if path.is_file() and path.stat().st_size < LARGEST)
    return sorted(path for path in files if b"005010X222A1" in path.read_bytes()[:400])


_LOADED: dict[str, Any] = {}


def _map(name: str, *rest: Any) -> Any:
    if name not in _LOADED:
        _LOADED[name] = import_module("pyx12.map_if._loader").load_map_file(name, *rest)
    return _LOADED[name]


def theirs(data: bytes) -> list[x12.ImplementationAcknowledgement]:
    """pyx12's 999 sets, read by us; fails where pyx12 itself does."""
    document = pytest.importorskip("pyx12.x12n_document")
    params = pytest.importorskip("pyx12.params").params()
    answer = io.StringIO()
    logging.disable(logging.CRITICAL)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(document.pyx12.map_if, "load_map_file", _map)  # read from disk for every file otherwise
        document.x12n_document(params, io.StringIO(data.decode("latin-1")), answer, None, None)
    logging.disable(logging.NOTSET)
    return [one.content for one in x12.read_file(answer.getvalue().encode()).transactions()]  # type: ignore[misc]


def ours(data: bytes) -> list[x12.ImplementationAcknowledgement]:
    return [
        x12.group_acknowledgement(group)
        for interchange in x12.read_file(data).interchanges
        for group in interchange.groups
    ]


def said(answer: x12.TransactionAcknowledgement) -> dict[Place, set[str]]:
    """What is said of each place: IK304, or 8:element[-component].IK403."""
    places: dict[Place, set[str]] = {}
    for segment in answer.segments:
        codes = places.setdefault((segment.segment, segment.position), set())
        if segment.code != "8" or not segment.elements:
            codes.add(segment.code)
        for one in segment.elements:
            component = f"-{one.component}" if one.component else ""
            codes.add(f"8:{one.element}{component}.{one.code}")
    return {place: codes - ({"8"} if len(codes) > 1 else set()) for place, codes in places.items()}


def differences(data: bytes) -> Iterator[tuple[Sequence[Explained], str, str, str]]:
    """Each with the table that has to explain it: (table, segment or nothing, ours, theirs)."""
    mine, their = ours(data), theirs(data)
    assert len(mine) == len(their)
    for our_group, their_group in zip(mine, their, strict=True):
        yield from _differ(EXPLAINED_GROUPS, "AK9", *(_group(one) for one in (our_group, their_group)))
        assert [one.control_number for one in our_group.transactions] == [
            one.control_number for one in their_group.transactions
        ]
        for our_set, their_set in zip(our_group.transactions, their_group.transactions, strict=True):
            yield from _differ(EXPLAINED_SETS, "IK5", *(_set(one) for one in (our_set, their_set)))
            a, b = said(our_set), said(their_set)
            for place in sorted(a.keys() | b.keys()):
                x, y = a.get(place, set()), b.get(place, set())
                yield from _differ(EXPLAINED, place[0], " ".join(sorted(x - y)), " ".join(sorted(y - x)))


def _differ(table: Any, segment: str, a: str, b: str) -> Iterator[tuple[Sequence[Explained], str, str, str]]:
    if a != b:
        yield table, segment, a, b


def _group(answer: x12.ImplementationAcknowledgement) -> str:
    return " ".join((answer.status, str(answer.included), str(answer.received), str(answer.accepted), *answer.codes))


def _set(answer: x12.TransactionAcknowledgement) -> str:
    return " ".join((answer.status, *sorted(answer.codes)))


@cache
def of_fault(fault: str) -> tuple[tuple[Sequence[Explained], str, str, str], ...]:
    """The differences of one broken file; pyx12 takes its time."""
    return tuple(differences(FAULTS[fault](GOOD).encode()))


def unexplained(
    file: str, found: Iterable[tuple[Sequence[Explained], str, str, str]], used: set[str] | None = None
) -> list[tuple[str, str, str]]:
    left = []
    for table, segment, a, b in found:
        reasons = [one.reason for one in table if one.covers(file, segment, a, b)]
        if not reasons:
            left.append((segment, a, b))
        elif used is not None:
            used.add(reasons[0])
    return left


@pytest.mark.parametrize("fault", list(FAULTS))
def test_the_999_of_a_broken_file_agrees_with_pyx12_or_the_difference_is_explained(fault: str) -> None:
    assert unexplained(fault, of_fault(fault)) == []


def test_the_999_of_a_good_file_is_the_same() -> None:
    assert list(differences(GOOD.encode())) == []


@pytest.mark.parametrize("fault", list(FAULTS))
def test_the_bad_value_that_is_repeated_is_the_same(fault: str) -> None:
    data = FAULTS[fault](GOOD).encode()
    mine, their = (_values(answers) for answers in (ours(data), theirs(data)))
    assert {place: value for place, value in mine.items() if their.get(place, value) not in ("", value)} == {}


def _values(answers: Iterable[x12.ImplementationAcknowledgement]) -> dict[tuple[Any, ...], str]:
    return {
        (segment.segment, segment.position, one.element, one.component, one.code): one.value
        for answer in answers
        for transaction in answer.transactions
        for segment in transaction.segments
        for one in segment.elements
    }


def test_most_faults_are_told_in_the_same_words() -> None:
    same = [fault for fault in FAULTS if not of_fault(fault)]
    assert len(same) >= SAME


def test_every_explanation_is_needed() -> None:
    used: set[str] = set()
    for fault in FAULTS:
        unexplained(fault, of_fault(fault), used)
    tables = (*EXPLAINED, *EXPLAINED_SETS, *EXPLAINED_GROUPS)
    assert [one.reason for one in tables if one.reason not in used and not one.samples] == []


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="no shared/samples beside this checkout")
def test_the_999_of_published_files_agrees_with_pyx12_or_the_difference_is_explained() -> None:
    left = {}
    for path in _samples():
        try:
            found = unexplained(path.name, differences(path.read_bytes()))
        except (IndexError, KeyError, AssertionError):  # pyx12 fails, or answers nothing
            continue
        if found:
            left[path.name] = found
    assert left == {}

