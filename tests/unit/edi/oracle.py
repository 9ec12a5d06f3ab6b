"""pyx12 and x12sdk as a second opinion on what we write; never used at run time."""

from __future__ import annotations

import io
import logging

import pyx12.params
import pyx12.x12n_document
from x12sdk.io import X12ModelReader


def pyx12_findings(content: bytes) -> list[str]:
    """What pyx12 complains about: the IK segments of the 999 it answers with, empty when it accepts."""
    parameters = pyx12.params.params()
    answer = io.StringIO()
    logging.getLogger("pyx12").setLevel(logging.CRITICAL)
    accepted = pyx12.x12n_document.x12n_document(parameters, io.StringIO(content.decode("ascii")), answer, None)
    findings = [
        segment.strip()
        for segment in answer.getvalue().split("~")
        if segment.strip().startswith(("IK3", "IK4", "AK3", "AK4")) or _refuses(segment.strip())
    ]
    return findings if findings else ([] if accepted else ["pyx12 refuses it without saying why"])


def _refuses(segment: str) -> bool:
    return segment.startswith("TA1*") and segment.split("*")[4] != "A"


def x12sdk_kinds(content: bytes) -> list[str]:
    """The guides whose models x12sdk builds of it; raises where it finds fault. It knows 270 and 276, pyx12 not."""
    with X12ModelReader(content.decode("ascii")) as reader:
        return [type(model).__module__.split(".")[2] for model in reader.models()]
