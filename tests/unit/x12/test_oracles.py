"""Other people's readers accept what we write: pyx12 (837P, 837I, 835, 999), x12sdk (270 to 277), oxedi (835).

By hand and drawn: the examples, and content drawn from each guide's table with values that make sense.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import x12
from tests.unit.x12 import examples
from tests.unit.x12.sensible import sensible
from tests.unit.x12.valid_files import written

CONTENT = examples.every_content()
SEEDS = range(6)
FULLNESS = (0.0, 0.05, 0.2, 0.4)
"""How much of what may be there is there, by seed."""
SPARSE = (0.0, 0.02)
"""x12sdk knows less of the guides and loses segments it does not know."""


def drawn(kind: str, fullness: tuple[float, ...] = FULLNESS) -> Iterator[tuple[int, bytes]]:
    """Valid files with drawn content."""
    for seed in SEEDS:
        data = written(sensible(kind, seed, fullness[seed % len(fullness)]))
        assert x12.read_file(data).valid
        yield seed, data


def pyx12_verdict(data: bytes) -> tuple[bool, str]:
    """pyx12's verdict and its 997 or 999."""
    return _pyx12(data, answered=True)


def pyx12_findings(data: bytes) -> tuple[bool, str]:
    """pyx12's verdict and its findings; its 999 for an 835 fails in pyx12 itself."""
    return _pyx12(data, answered=False)


def _pyx12(data: bytes, *, answered: bool) -> tuple[bool, str]:
    document = pytest.importorskip("pyx12.x12n_document")
    params = pytest.importorskip("pyx12.params").params()
    told = io.StringIO()
    answer, findings = (told, None) if answered else (None, told)
    logging.disable(logging.CRITICAL)
    try:
        valid = document.x12n_document(params, io.StringIO(data.decode()), answer, None, None, findings)
    finally:
        logging.disable(logging.NOTSET)
    return bool(valid), told.getvalue()


@pytest.mark.parametrize("kind", ["837P", "837I", "835", "999"])
def test_pyx12_accepts_our_example(kind: str) -> None:
    valid, found = pyx12_findings(examples.interchange(CONTENT[kind]))
    assert valid, found


@pytest.mark.parametrize("kind", ["837P", "837I", "835", "999"])
def test_pyx12_accepts_what_is_drawn_from_our_guides(kind: str) -> None:
    for seed, data in drawn(kind):
        valid, found = pyx12_findings(data)
        assert valid, (seed, found)


def x12sdk_segments(data: bytes) -> list[str]:
    """The segments that x12sdk read and wrote again."""
    reader: Any = pytest.importorskip("x12sdk.io").X12ModelReader
    with reader(data.decode()) as models:
        (model,) = list(models.models())
    text: str = model.x12(use_new_lines=False)
    return text.rstrip("~").split("~")


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", ["270", "271", "276", "277"])
def test_x12sdk_reads_our_example_whole(kind: str) -> None:
    data = examples.interchange(CONTENT[kind])
    assert x12sdk_segments(data) == [one for one in data.decode().split("~\n") if one][2:-2]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", ["270", "271", "276", "277"])
def test_x12sdk_reads_what_is_drawn_from_our_guides(kind: str) -> None:
    for _, data in drawn(kind, SPARSE):
        assert x12sdk_segments(data) == [one for one in data.decode().split("~\n") if one][2:-2]


@pytest.mark.filterwarnings("ignore")
def test_x12sdk_reads_every_claim_we_write() -> None:
    claims = CONTENT["837P"].claims
    text = "~".join(x12sdk_segments(examples.interchange(CONTENT["837P"])))
    assert text.count("CLM*") == len(claims) > 0


def test_oxedi_balances_our_example() -> None:
    oxedi: Any = pytest.importorskip("oxedi")
    assert [str(one) for one in oxedi.parse(examples.interchange(CONTENT["835"])).diagnostics] == []


def test_oxedi_balances_what_is_drawn_from_our_guide() -> None:
    oxedi: Any = pytest.importorskip("oxedi")
    for seed, data in drawn("835"):
        assert [str(one) for one in oxedi.parse(data).diagnostics] == [], seed


def test_oxedi_agrees_that_a_changed_payment_does_not_balance(tmp_path: Path) -> None:
    oxedi: Any = pytest.importorskip("oxedi")
    data = examples.interchange(CONTENT["835"]).replace(b"BPR*I*70", b"BPR*I*71")
    assert not x12.read_file(data).valid
    assert oxedi.parse(data).diagnostics
