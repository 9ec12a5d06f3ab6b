"""What a finding says may be logged: it names no person."""

from __future__ import annotations

import pytest

import x12
from tests.unit.x12 import examples

CLAIMS = examples.interchange(examples.claims())


@pytest.mark.parametrize(("was", "now", "secret", "place"), [
    (b"DMG*D8*19800229*F", b"DMG*D8*19801332*F", "19801332", "DMG02"),
    (b"DMG*D8*19800229*F", b"DMG*D8*1980XX29*F", "1980XX29", "DMG02"),
    (b"NM1*IL*1*DOE", b"NM1*IL*1*" + b"DOE" * 21, "DOE", "NM103"),
    (b"MI*W123456789", b"MI*" + b"W" * 81, "WWW", "NM109"),
    (b"N3*1 ELM ST", b"N3*1 ELM\x07ST", "ELM", "N301"),
    (b"REF*EI*123456789", b"REF*EI*" + b"9" * 51, "999999", "REF02"),
])  # fmt: skip
def test_a_message_repeats_nothing_that_may_name_a_person(was: bytes, now: bytes, secret: str, place: str) -> None:
    assert was in CLAIMS
    found = [error for error in x12.read_file(CLAIMS.replace(was, now, 1)).all_errors() if error.place == place]
    assert found
    for error in found:
        assert secret not in str(error)
        assert error.message


def test_a_code_may_be_repeated_for_it_names_nobody() -> None:
    (error,) = x12.read_file(CLAIMS.replace(b"SBR*P*18", b"SBR*Q*18")).all_errors()
    assert "'Q'" in error.message


def test_what_a_999_echoes_is_kept_beside_the_message() -> None:
    found = x12.read_file(CLAIMS.replace(b"DMG*D8*19800229*F", b"DMG*D8*19801332*F")).all_errors()
    assert "19801332" in {error.value for error in found}
