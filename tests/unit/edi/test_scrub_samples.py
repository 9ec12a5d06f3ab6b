"""Other people's 837s through the scrubber: none breaks it, and what it says was read by hand and is frozen here.

`tests/fixtures/scrubbing/samples.csv` holds, for each file by its hash, how often each rule spoke, as of one day and
with what comes with the product. Nothing of the files is kept but their names.
"""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from domain.coding.editions import EditionTables
from domain.scrubbing.context import ScrubContext
from domain.scrubbing.registry import scrub
from edi.coding_facts import coding_facts, required_fields
from edi.packaged_tables import PackagedDiagnoses, packaged_places
from edi.scrubbing import subjects_of

SAMPLES = Path(__file__).parents[3].parent / "shared" / "samples"
FROZEN = Path(__file__).parents[2] / "fixtures" / "scrubbing" / "samples.csv"
AS_OF = date(2026, 11, 23)
TABLES = EditionTables((packaged_places(),), PackagedDiagnoses())
Counts = dict[tuple[str, str], int]


def sample_files() -> Iterator[Path]:
    for path in sorted(SAMPLES.rglob("*")):
        if path.is_file() and path.read_bytes()[:64].lstrip().startswith(b"ISA"):
            yield path


def counts_of(content: bytes) -> tuple[int, Counts]:
    """Claims, and how often each rule spoke with which severity."""
    counts: Counter[tuple[str, str]] = Counter()
    claims = 0
    for subject in subjects_of(content):
        claims += 1
        context = ScrubContext(
            content=subject.content,
            patient=subject.patient,
            provider=subject.provider,
            today=AS_OF,
            claim_type=subject.claim_type,
            tables=TABLES,
            facts=coding_facts(),
            required=required_fields(),
            admission_date=subject.admission_date,
            discharge_date=subject.discharge_date,
            death_date=subject.death_date,
        )
        counts.update((finding.rule, finding.severity.value) for finding in (*subject.missing, *scrub(context)))
    return claims, dict(counts)


@cache
def frozen() -> dict[str, tuple[int, Counts]]:
    found: dict[str, tuple[int, Counts]] = {}
    with FROZEN.open(encoding="utf-8", newline="") as opened:
        for row in csv.DictReader(opened):
            counts = found.setdefault(row["sha256"], (int(row["claims"]), {}))[1]
            if row["rule"]:
                counts[row["rule"], row["severity"]] = int(row["count"])
    return found


@pytest.mark.parametrize(
    "path",
    [pytest.param(path, id=path.stem) for path in sample_files()]
    or [pytest.param(None, marks=pytest.mark.skip(reason="no shared/samples beside this checkout"))],
)
def test_a_sample_is_found_as_it_was_reviewed(path: Path) -> None:
    content = path.read_bytes()
    claims, counts = counts_of(content)
    assert (claims, counts) == frozen().get(hashlib.sha256(content).hexdigest(), (0, {}))
