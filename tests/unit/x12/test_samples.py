"""Published samples, where the folder with them lies beside the checkout."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import x12

BESIDE = Path(__file__).resolve().parents[3].parent / "shared" / "samples"
SAMPLES = Path(os.environ.get("X12_SAMPLES", BESIDE))


def _found(*patterns: str) -> list[Path]:
    return sorted(path for pattern in patterns for path in SAMPLES.glob(pattern) if path.is_file())


CLAIM_FILES = _found(
    "LinuxForHealth+x12/src/tests/resources/837_005010X222A2/*",
    "kputnam+stupidedi/spec/fixtures/005010/X222*/pass/*",
    "moov-io+x12/examples/example_5010_837p/*",
)
# judged by hand: components separated by `>` under an ISA16 of `:`, no 2330B, AMT*F2, no CLM05-2
BROKEN = {
    "demo.ambulance.example5.837", "demo.cob.2ndary.example4.837", "demo.cob.example3.A.837",
    "demo.cob.example4.837", "demo.example11.837", "demo.example12.837", "demo.example6.837", "demo.example9.837",
}  # fmt: skip
OTHERS = _found(
    "LinuxForHealth+x12/src/tests/resources/27*/*",
    "kputnam+stupidedi/spec/fixtures/005010/X221A1*/pass/*",
    "kputnam+stupidedi/spec/fixtures/005010/X27*/pass/*",
    "kputnam+stupidedi/spec/fixtures/005010/X231A1*/pass/*",
)
SE02_DIFFERS = {"subscriber-health-benefit-check-error.271"}


@pytest.mark.skipif(not CLAIM_FILES, reason="no samples beside this checkout")
@pytest.mark.parametrize("path", CLAIM_FILES, ids=lambda path: path.name)
def test_a_published_837p_is_read_into_typed_claims(path: Path) -> None:
    file = x12.read_file(path.read_bytes())
    contents = [one.content for one in file.transactions()]
    assert contents
    assert all(isinstance(content, x12.ProfessionalClaims) and content.claims for content in contents)
    assert file.valid is (path.name not in BROKEN), [str(error) for error in file.all_errors()]


@pytest.mark.skipif(not OTHERS, reason="no samples beside this checkout")
@pytest.mark.parametrize("path", OTHERS, ids=lambda path: path.name)
def test_a_published_answer_is_accepted(path: Path) -> None:
    file = x12.read_file(path.read_bytes())
    assert list(file.transactions())
    errors = [str(error) for error in file.all_errors() if error.severity == "error"]
    assert bool(errors) is (path.name in SE02_DIFFERS), errors
