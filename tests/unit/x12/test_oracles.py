"""Other people's readers accept what we write: pyx12 (837P, 835, 999), x12sdk (270 to 277), oxedi (835)."""

from __future__ import annotations

import io
import logging
from pathlib import Path
from typing import Any

import pytest

import x12
from tests.unit.x12 import examples

CONTENT = examples.every_content()


def pyx12_verdict(data: bytes) -> tuple[bool, str]:
    """pyx12's verdict and its 997 or 999."""
    pyx12_document = pytest.importorskip("pyx12.x12n_document")
    params = pytest.importorskip("pyx12.params").params()
    answer = io.StringIO()
    logging.disable(logging.CRITICAL)
    try:
        valid = pyx12_document.x12n_document(params, io.StringIO(data.decode()), answer, None, None)
    finally:
        logging.disable(logging.NOTSET)
    return bool(valid), answer.getvalue()


@pytest.mark.parametrize("kind", ["837P", "837I", "277CA", "999"])
def test_pyx12_accepts_what_we_write(kind: str) -> None:
    valid, answer = pyx12_verdict(examples.interchange(CONTENT[kind]))
    assert valid, answer


def test_pyx12_accepts_our_remittance() -> None:
    # its 999 for an 835 fails in pyx12 itself, so only the verdict is asked
    pyx12_document = pytest.importorskip("pyx12.x12n_document")
    params = pytest.importorskip("pyx12.params").params()
    data = io.StringIO(examples.interchange(CONTENT["835"]).decode())
    logging.disable(logging.CRITICAL)
    try:
        assert pyx12_document.x12n_document(params, data, None, None, None)
    finally:
        logging.disable(logging.NOTSET)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", ["270", "271", "276", "277"])
def test_x12sdk_reads_what_we_write(kind: str) -> None:
    reader: Any = pytest.importorskip("x12sdk.io").X12ModelReader
    text = examples.interchange(CONTENT[kind]).decode()
    with reader(text) as models:
        (model,) = list(models.models())
    assert model.header.st_segment.transaction_set_identifier_code == kind[:3]
    segments = [segment for segment in text.split("~\n") if segment][2:-2]
    assert model.x12(use_new_lines=False).rstrip("~").split("~") == segments


def test_oxedi_balances_our_remittance() -> None:
    oxedi: Any = pytest.importorskip("oxedi")
    result = oxedi.parse(examples.interchange(CONTENT["835"]))
    assert [str(one) for one in result.diagnostics] == []


def test_oxedi_agrees_that_a_changed_payment_does_not_balance(tmp_path: Path) -> None:
    oxedi: Any = pytest.importorskip("oxedi")
    data = examples.interchange(CONTENT["835"]).replace(b"BPR*I*70", b"BPR*I*71")
    assert not x12.read_file(data).valid
    assert oxedi.parse(data).diagnostics
