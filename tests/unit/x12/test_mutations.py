"""Damaged files: a sample of what ``python -m tests.prove x12-mutations`` does at its full count."""

from __future__ import annotations

import pytest

import x12
from tests.prove_parts.x12_mutations import PER_CHUNK, X12MutationsProof, damage_many
from tests.unit.x12 import examples
from tests.unit.x12.damage import Damage, Lost, base_of, judge
from tests.unit.x12.valid_files import KINDS

SAMPLE = 60


@pytest.mark.parametrize("kind", KINDS)
def test_a_byte_changed_deleted_or_doubled_is_reported_or_harms_nothing_unseen(kind: str) -> None:
    told = damage_many(kind, seed=0, count=SAMPLE)
    assert sum(told.values()) == SAMPLE
    assert told["reported"] > SAMPLE / 2


def test_the_proof_damages_at_least_twenty_thousand_files() -> None:
    assert len(X12MutationsProof().chunks()) * PER_CHUNK >= 20_000


@pytest.mark.parametrize("kind", ["837P", "835"])
def test_every_byte_of_the_envelope_is_reported_when_it_is_lost(kind: str) -> None:
    base = base_of(kind, examples.interchange(examples.every_content()[kind]))
    for at in sorted(base.counts | base.delimiters):
        assert judge(base, Damage(kind="delete", at=at)) == "reported"


def test_a_loss_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    base = base_of("835", examples.interchange(examples.remittance()))
    empty = x12.read_file(examples.interchange(examples.remittance(groups=(), provider_adjustments=())))
    monkeypatch.setattr(x12, "read_file", lambda _, **__: _without_errors(empty))
    with pytest.raises(Lost, match="without an error"):
        judge(base, Damage(kind="change", at=base.data.index(b"CLP") + 10, byte=57))


def _without_errors(file: x12.X12File) -> x12.X12File:
    from dataclasses import replace

    def cleared(one: x12.Interchange) -> x12.Interchange:
        groups = tuple(
            replace(group, errors=(), transactions=tuple(replace(it, errors=()) for it in group.transactions))
            for group in one.groups
        )
        return replace(one, errors=(), groups=groups)

    return replace(file, errors=(), interchanges=tuple(cleared(one) for one in file.interchanges))


@pytest.mark.parametrize("kind", ["837P", "837I"])
def test_a_diagnosis_that_lost_its_qualifier_is_reported(kind: str) -> None:
    base = base_of(kind, examples.interchange(examples.every_content()[kind]))
    for offset in range(len("HI*ABK:")):
        at = base.data.index(b"HI*ABK:") + offset
        assert judge(base, Damage(kind="change", at=at, byte=ord(":"))) in ("reported", "harmless")
        assert judge(base, Damage(kind="delete", at=at)) == "reported"
