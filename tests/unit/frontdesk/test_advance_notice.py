"""ABN: Medicare itself only, signed before the service, and the modifiers that follow."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from domain.coverage.advance_notice import Cause, Option, SignedNotice, modifiers, patient_may_be_billed, why_none
from domain.coverage.coverage import PayerKind

SERVICE = date(2026, 3, 9)


def notice(cause: Cause, days: int | None, option: Option | None = Option.BILL_MEDICARE) -> SignedNotice:
    signed = None if days is None else SERVICE + timedelta(days=days)
    return SignedNotice(cause=cause, service_date=SERVICE, signed_on=signed, option=option)


@pytest.mark.parametrize(
    ("payer", "cause", "allowed"),
    [
        (PayerKind.MEDICARE, Cause.MEDICAL_NECESSITY, True),
        (PayerKind.MEDICARE, Cause.FREQUENCY, True),
        (PayerKind.MEDICARE, Cause.EXCLUDED, True),
        (PayerKind.MEDICARE, Cause.UNITS_OR_BUNDLING, False),
        (PayerKind.MEDICARE_ADVANTAGE, Cause.FREQUENCY, False),
        (PayerKind.MEDICAID, Cause.FREQUENCY, False),
        (PayerKind.COMMERCIAL, Cause.EXCLUDED, False),
    ],
)
def test_a_notice_is_medicares_own_and_never_for_units(payer: PayerKind, cause: Cause, allowed: bool) -> None:
    assert (why_none(payer, cause) is None) == allowed


@pytest.mark.parametrize(
    ("cause", "signed", "expected", "billed"),
    [
        (Cause.FREQUENCY, -1, ("GA",), True),
        (Cause.FREQUENCY, 0, ("GA",), True),
        (Cause.FREQUENCY, 1, ("GZ",), False),
        (Cause.MEDICAL_NECESSITY, None, ("GZ",), False),
        (Cause.EXCLUDED, -1, ("GX", "GY"), True),
        (Cause.EXCLUDED, None, ("GY",), True),
        (Cause.UNITS_OR_BUNDLING, -1, (), False),
    ],
)
def test_what_was_signed_before_the_service_drives_the_modifiers(
    cause: Cause, signed: int | None, expected: tuple[str, ...], billed: bool
) -> None:
    assert modifiers(notice(cause, signed), cause) == expected
    assert patient_may_be_billed(notice(cause, signed), cause) is billed


def test_without_a_notice_the_practice_bears_it() -> None:
    assert modifiers(None, Cause.MEDICAL_NECESSITY) == ("GZ",)
    assert not patient_may_be_billed(None, Cause.MEDICAL_NECESSITY)


def test_a_patient_who_wants_no_bill_to_medicare_has_no_modifier_and_one_who_declines_owes_nothing() -> None:
    assert modifiers(notice(Cause.FREQUENCY, -1, Option.DO_NOT_BILL), Cause.FREQUENCY) == ()
    assert not patient_may_be_billed(notice(Cause.FREQUENCY, -1, Option.NOT_WANTED), Cause.FREQUENCY)
