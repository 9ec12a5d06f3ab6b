"""The advance beneficiary notice of non-coverage (ABN, CMS-R-131): when one may be given, and the modifiers it drives.

Medicare itself only: a Medicare Advantage plan decides beforehand by its own organization determination, and a denial
by a units or bundling edit (MUE, NCCI) is never the patient's, with or without a notice (CMS Pub. 100-04 ch. 30 s. 50).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.coverage.coverage import PayerKind


class Cause(StrEnum):
    """Why Medicare is expected not to pay."""

    MEDICAL_NECESSITY = "medical_necessity"
    FREQUENCY = "frequency"
    EXCLUDED = "excluded"
    """Never a benefit of Medicare (Social Security Act 1862(a)): a notice is voluntary."""
    UNITS_OR_BUNDLING = "units_or_bundling"


class Option(StrEnum):
    """What the patient ticked."""

    BILL_MEDICARE = "1"
    DO_NOT_BILL = "2"
    NOT_WANTED = "3"


NOTICE_MODIFIERS = frozenset({"GA", "GX", "GY", "GZ"})
MOST_MODIFIERS = 4
"""Of a line: SV101-3 to SV101-6."""
MARGIN_CENTS, MARGIN_PERCENT = 10_000, 25
"""A notice's estimate is made in good faith within $100 or 25 % of the real cost, whichever is more (CMS Pub. 100-04
ch. 30 s. 50)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedNotice:
    """A notice as it came back; ``signed_on`` None: the patient did not sign."""

    cause: Cause
    service_date: date
    signed_on: date | None
    option: Option | None = None


def why_none(payer: PayerKind, cause: Cause) -> str | None:
    """Why no notice may be given; None where one may."""
    if payer is PayerKind.MEDICARE_ADVANTAGE:
        return "a Medicare Advantage plan is asked for an organization determination before the service, not an ABN"
    if payer is not PayerKind.MEDICARE:
        return "an ABN is a notice of Medicare's own: this payer is not Medicare"
    if cause is Cause.UNITS_OR_BUNDLING:
        return "a denial by MUE or NCCI is never the patient's, with or without an ABN"
    return None


def modifiers(notice: SignedNotice | None, cause: Cause) -> tuple[str, ...]:
    """The modifiers of a line for which Medicare is expected not to pay.

    GA: a required notice was signed before the service. GZ: it was required and is not there; nobody but the practice
    pays. GY: excluded by statute; GX beside it where a voluntary notice was signed. None where the patient wants no
    bill to Medicare, or not the service.
    """
    signed = notice is not None and notice.signed_on is not None and notice.signed_on <= notice.service_date
    if notice is not None and notice.option in (Option.DO_NOT_BILL, Option.NOT_WANTED):
        return ()
    if cause is Cause.UNITS_OR_BUNDLING:
        return ()
    if cause is Cause.EXCLUDED:
        return ("GX", "GY") if signed else ("GY",)
    return ("GA",) if signed else ("GZ",)


def on_line(present: tuple[str, ...], notice: SignedNotice) -> tuple[str, ...] | None:
    """The modifiers of a line of a notice: those it has, with what the notice drives.

    A signed notice replaces what stood for it before (GZ becomes GA); an unsigned one leaves what a coder wrote. None
    where the line has no room.
    """
    added = modifiers(notice, notice.cause)
    written = NOTICE_MODIFIERS & set(present)
    if notice.signed_on is None and written:
        return present
    kept = tuple(one for one in present if one not in NOTICE_MODIFIERS)
    return (*kept, *added) if len(kept) + len(added) <= MOST_MODIFIERS else None


def not_to_be_billed(notice: SignedNotice) -> bool:
    """Whether the patient said that Medicare gets no bill for the services: they want none, or not the services."""
    return notice.signed_on is not None and notice.option in (Option.DO_NOT_BILL, Option.NOT_WANTED)


def patient_may_be_billed(notice: SignedNotice | None, cause: Cause) -> bool:
    """Whether what Medicare then denies may be asked of the patient."""
    if cause is Cause.UNITS_OR_BUNDLING or (notice is not None and notice.option is Option.NOT_WANTED):
        return False
    if cause is Cause.EXCLUDED:
        return True
    return notice is not None and notice.signed_on is not None and notice.signed_on <= notice.service_date
