"""What was found in a transaction set, said in IK3, IK4 and CTX: the middle of a 999."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from x12.envelope.model import TransactionSet
from x12.error_codes import ELEMENT_CODES, IMPLIED_ELEMENTS, SEGMENT_CODES
from x12.errors import X12Error
from x12.transactions.acknowledgement import ElementError, ErrorContext, SegmentError

_ELEMENTS_IN_ERROR = "8"
_SITUATIONAL_SEGMENT, _SITUATIONAL_ELEMENT, _PATTERN = "I6", "I9", "I12"
_SITUATION = 4
_CLAIM_LOOPS = ("23", "24")
_WRITABLE = re.compile(r"[A-Z0-9 !\"&'(),\-./;?=]*")


def segment_errors(
    transaction: TransactionSet, errors: Iterable[X12Error], *, echo: bool = True
) -> tuple[SegmentError, ...]:
    """One IK3 for each place and IK304 code, in the order of the set, with its IK4; those within a claim name it in
    a CTX (CLM01), those of a situational rule say which segment made the rule apply. Without `echo` no IK404 repeats
    a value: it may be protected data."""
    by_place: dict[tuple[int, str, str, str], list[X12Error]] = {}
    for error in sorted(errors, key=lambda one: one.position):
        code = _segment_code(error)
        by_place.setdefault((max(error.position, 1), error.segment, error.loop, code), []).append(error)
    claims = _Claims(transaction)
    return tuple(
        SegmentError(
            segment=segment if re.fullmatch(r"[A-Z0-9]{2,3}", segment) else "ZZZ",
            position=position,
            loop=loop if loop != "ST" else "",
            code=code,
            # the business unit first: the two stand at one position of the guide, and some readers want it so
            contexts=claims.unit(found[0]) + (() if code == _ELEMENTS_IN_ERROR else claims.trigger(found[0])),
            elements=tuple(
                _element(error, claims.trigger(error), echo=echo) for error in found
            ) if code == _ELEMENTS_IN_ERROR else (),
        )
        for (position, segment, loop, code), found in by_place.items()
    )  # fmt: skip


def implementation_codes(segments: Sequence[SegmentError]) -> tuple[str, ...]:
    """What IK502 says of these: 5 where the standard is violated, I5 where only the guide is."""
    told = [error.code for segment in segments for error in segment.elements]
    told += [segment.code for segment in segments if segment.code != _ELEMENTS_IN_ERROR]
    plain = ("5",) if any(not code.startswith("I") for code in told) else ()
    return plain + (("I5",) if any(code.startswith("I") for code in told) else ())


def _segment_code(error: X12Error) -> str:
    known = SEGMENT_CODES.get(error.code)
    if known is not None:
        return known
    situational = error.snip == _SITUATION and error.code.endswith("-missing") and not error.element
    return _SITUATIONAL_SEGMENT if situational else _ELEMENTS_IN_ERROR


def _element(error: X12Error, contexts: tuple[ErrorContext, ...], *, echo: bool) -> ElementError:
    value = error.value.upper()[:99] if echo else ""
    situational = error.snip == _SITUATION and error.code.endswith("-missing")
    return ElementError(
        element=error.element or IMPLIED_ELEMENTS.get(error.code, 1),
        component=error.component or None,
        # balancing has no code of its own: the value fails the guide's pattern
        code=ELEMENT_CODES.get(error.code, _SITUATIONAL_ELEMENT if situational else _PATTERN),
        value=value if _WRITABLE.fullmatch(value) else "",
        contexts=contexts,
    )


class _Claims:
    """Which claim of an 837 an error belongs to; none where that is not certain."""

    def __init__(self, transaction: TransactionSet) -> None:
        claims: Sequence[Any] = getattr(transaction.content, "claims", ()) if transaction.kind[:3] == "837" else ()
        self._by_position = {claim.position: claim for claim in claims}
        # a claim that could not be read stands between the others too
        lost = {error.position for error in transaction.errors if error.segment == "CLM"}
        self._starts = sorted(self._by_position.keys() | lost)

    def unit(self, error: X12Error) -> tuple[ErrorContext, ...]:
        """The claim's number."""
        claim = self._claim(error)
        if claim is None or not _WRITABLE.fullmatch(claim.claim_id.upper()) or len(claim.claim_id) > 35:
            return ()
        return (ErrorContext(name="CLM01", value=claim.claim_id),)

    def trigger(self, error: X12Error) -> tuple[ErrorContext, ...]:
        """Of a situational rule: the claim whose content makes it apply."""
        claim = self._claim(error) if error.snip == _SITUATION else None
        if claim is None:
            return ()
        return (ErrorContext(name="SITUATIONAL TRIGGER", segment="CLM", position=claim.position, loop="2300"),)

    def _claim(self, error: X12Error) -> Any:
        if not error.loop.startswith(_CLAIM_LOOPS):
            return None
        start = max((start for start in self._starts if start <= error.position), default=0)
        return self._by_position.get(start)
