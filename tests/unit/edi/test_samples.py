"""Other people's sample files, where this machine has them beside the checkout."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from domain.claim.claim import ClaimForSubmission, Encounter
from domain.people.identifiers import npi_is_valid
from edi import encounters
from edi.claim_interchange import write
from tests.unit.edi.oracle import pyx12_findings
from tests.unit.edi.samples import AT, control_numbers
from x12.reading import read_file

SAMPLES = Path(__file__).parents[3].parent / "shared" / "samples"
PATTERNS = (
    "LinuxForHealth+x12/**/837_005010X222A2/*",
    "kputnam+stupidedi/**/X222*/pass/*",
    "moov-io+x12/**/example_5010_837p/*",
)
TODAY = date(2026, 11, 20)
RIGHT_NPI = "1234567893"


def sample_files() -> Iterator[Path]:
    for pattern in PATTERNS:
        yield from sorted(path for path in SAMPLES.glob(pattern) if path.is_file())


def claims_in(content: bytes) -> int:
    """Counted without any reader of ours: segments that begin with CLM."""
    element, terminator = content.lstrip()[3:4], content.lstrip()[105:106]
    return sum(segment.strip().startswith(b"CLM" + element) for segment in content.split(terminator))


files = pytest.mark.parametrize(
    "path",
    [pytest.param(path, id=path.stem) for path in sample_files()]
    or [pytest.param(None, marks=pytest.mark.skip(reason="no shared/samples beside this checkout"))],
)


@files
def test_every_claim_of_a_sample_is_imported_or_refused_with_a_reason(path: Path) -> None:
    content = path.read_bytes()
    imported = encounters.read(content, hashlib.sha256(content).hexdigest())
    assert imported.claims == claims_in(content) > 0
    assert all(refusal.segment and refusal.why for refusal in imported.refused)
    assert len({(e.source.transaction, e.source.ordinal) for e in imported.encounters}) == len(imported.encounters)


def mended(encounter: Encounter) -> Encounter:
    """As a biller mends it before it leaves: the scrubber holds a claim with an NPI that nobody can have, or with a
    pointer to a diagnosis that is not there."""
    content = encounter.content

    def right(npi: str) -> str:
        return npi if not npi or npi_is_valid(npi) else RIGHT_NPI

    def pointing(pointers: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(pointer for pointer in pointers if pointer <= len(content.diagnoses)) or (1,)

    return replace(
        encounter,
        provider=replace(encounter.provider, npi=right(encounter.provider.npi)),
        content=replace(
            content,
            rendering=content.rendering and replace(content.rendering, npi=right(content.rendering.npi)),
            referring=content.referring and replace(content.referring, npi=right(content.referring.npi)),
            lines=tuple(replace(line, diagnosis_pointers=pointing(line.diagnosis_pointers)) for line in content.lines),
        ),
    )


@files
def test_a_sample_is_refused_for_what_the_guide_demands_or_what_we_do_not_carry_only(path: Path) -> None:
    """Every sample is valid by its guide: no refusal may name a segment that the guide lets it leave out."""
    imported = encounters.read(path.read_bytes(), "0" * 64)
    assert [refusal for refusal in imported.refused if refusal.segment.startswith("DMG")] == []


@files
def test_every_imported_claim_can_be_moved_to_today_mended_and_sent_on(path: Path) -> None:
    content = path.read_bytes()
    imported = encounters.shift_file(encounters.read(content, "0" * 64), TODAY)
    for place, encounter in enumerate(map(mended, imported.encounters)):
        last = max(line.service_to or line.service_from for line in encounter.content.lines)
        assert 0 <= (TODAY - last).days < 7
        assert encounter.content.icd_version == 10
        sent = ClaimForSubmission(
            control_number=f"{10_000_000 + place}-1",
            frequency="1",
            original_reference="",
            provider=encounter.provider,
            patient=encounter.patient,
            content=encounter.content,
        )
        written = write(
            [sent],
            payer=encounter.content.coverage.payer,
            provider=encounter.provider,
            control_numbers=control_numbers(),
            at=AT,
            usage="T",
        )
        assert claims_in(written) == 1
        assert [error for error in read_file(written).all_errors() if error.severity == "error"] == []
        assert pyx12_findings(written) == []
