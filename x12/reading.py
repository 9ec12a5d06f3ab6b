"""Bytes to typed transactions."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO

from x12.engine.collecting import rare_collections
from x12.envelope.model import X12File
from x12.envelope.reader import EnvelopeReader
from x12.errors import X12Error, X12Invalid
from x12.syntax.tokenizer import Tokenizer
from x12.transactions.institutional_claim import InstitutionalClaim
from x12.transactions.professional_claim import ProfessionalClaim
from x12.validation.codes import SHAPES_ONLY, CodeLookup


def read_file(data: bytes, *, codes: CodeLookup | None = SHAPES_ONLY) -> X12File:
    """Read every interchange of a file, collecting every error with its place.

    Never raises for bad data: what is not X12 becomes an error of the file, and a broken transaction set or
    claim does not hide its neighbours. `codes` knows the code lists by day (the package knows their shapes only);
    None leaves out situational rules and codes (SNIP 4 and 5).
    """
    tokens = Tokenizer(io.BytesIO(data))
    reader = EnvelopeReader(tokens, codes=codes)
    with rare_collections():
        for batch in tokens.batches():
            reader.feed_all(batch)
        return reader.finish()


def iter_claims(
    stream: BinaryIO, errors: list[X12Error] | None = None, *, codes: CodeLookup | None = SHAPES_ONLY
) -> Iterator[ProfessionalClaim | InstitutionalClaim]:
    """Yield the claims of the 837P and 837I sets of a stream one by one, in memory that does not grow with the file.

    Errors are appended to `errors` as they are met; without a list, `X12Invalid` is raised after the last
    readable claim if there was any. A claim's own errors also stand in `claim.errors`.
    """
    found: list[X12Error] = [] if errors is None else errors
    ready: list[ProfessionalClaim | InstitutionalClaim] = []
    tokens = Tokenizer(stream)
    reader = EnvelopeReader(tokens, deliver=ready.append, report=found.extend, codes=codes)
    for batch in tokens.batches():
        reader.feed_all(batch)
        yield from ready
        ready.clear()
    found += reader.finish().errors
    yield from ready
    if errors is None and any(error.severity == "error" for error in found):
        raise X12Invalid(found)
