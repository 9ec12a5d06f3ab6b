"""Place of service: two digits, of CMS's list on the day, and where the procedure can be."""

from __future__ import annotations

import re
from collections.abc import Iterable

from domain.coding.tables import TableKind
from domain.scrubbing.context import ClaimType, Rule, ScrubContext
from domain.scrubbing.finding import Finding, Severity, error, warning

_SHAPE = re.compile(r"[0-9]{2}")
_CLAIM, _LINE = "2300/CLM05-1", "2400/SV105"


def places_have_their_shape(context: ScrubContext) -> Iterable[Finding]:
    """Two digits of CMS's list, on the claim and where a line differs."""
    message, remedy = "the place of service does not have two digits", "correct the place"
    for place, where, line in _places(context):
        if not _SHAPE.fullmatch(place):
            yield error("place-of-service", where, message, remedy, line)


def places_are_known(context: ScrubContext) -> Iterable[Finding]:
    """On CMS's list on the day."""
    for place, where, line in _places(context):
        on = context.content.first_service
        if not _SHAPE.fullmatch(place) or not context.tables.holds(TableKind.POS, on):
            continue
        if not context.tables.knows_code(TableKind.POS, place, on):
            message = "the place of service is not on CMS's list on the date of service"
            yield error("place-known", where, message, "correct the place", line)


def _places(context: ScrubContext) -> Iterable[tuple[str, str, int | None]]:
    yield context.content.place_of_service, _CLAIM, None
    for line in context.content.lines:
        if line.place_of_service and line.place_of_service != context.content.place_of_service:
            yield line.place_of_service, _LINE, line.number


def procedures_can_be_there(context: ScrubContext) -> Iterable[Finding]:
    """Visits of a hospital, an office, a nursing facility or a home where these are."""
    for line in context.content.lines:
        place = line.place_of_service or context.content.place_of_service
        for fit in context.facts.places:
            if fit.procedures.holds(line.procedure) and not fit.allows(place):
                message = f"the procedure does not fit place of service {place}: {fit.why}"
                remedy = "correct the place or the code from the documentation"
                yield warning("place-fit", _LINE, message, remedy, line.number)
                break


_PROFESSIONAL = frozenset({ClaimType.PROFESSIONAL})

RULES = (
    Rule(
        id="place-of-service", severity=Severity.ERROR, place=_CLAIM, check=places_have_their_shape,
        wrong="the place of service does not have two digits", remedy="correct the place",
        source="837P TR3, CLM05-1 and SV105", claim_types=_PROFESSIONAL,
    ),
    Rule(
        id="place-known", severity=Severity.ERROR, place=_CLAIM, check=places_are_known,
        wrong="CMS's list does not have the place on the day", remedy="correct the place",
        source="CMS, Place of Service Codes for Professional Claims; CARC 5", needs=(TableKind.POS,),
        claim_types=_PROFESSIONAL,
    ),
    Rule(
        id="place-fit", severity=Severity.WARNING, place=_LINE, check=procedures_can_be_there,
        wrong="the procedure is not done at this place", remedy="correct the place or the code",
        source="place_fits.csv, each row's own; CARC 5, 58", claim_types=_PROFESSIONAL,
    ),
)  # fmt: skip
