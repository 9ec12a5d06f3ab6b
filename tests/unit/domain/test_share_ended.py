"""What a closed claim says about the patient's share: paid, written off or placed, never just settled."""

from __future__ import annotations

import pytest

from domain.claim.outcome import share_in_words


@pytest.mark.parametrize(
    ("paid", "written_off", "placed", "words"),
    [
        (0, 0, 9_000, "of the patient's share $90.00 was placed with the collection agency"),
        (2_000, 0, 7_000, "of the patient's share $70.00 was placed with the collection agency, $20.00 was paid"),
        (9_000, 0, 0, "of the patient's share $90.00 was paid"),
        (0, 9_000, 0, "of the patient's share $90.00 was written off"),
        (0, 0, 0, "nothing of the patient's share is open any more"),
    ],
)
def test_the_end_of_a_share_says_what_happened(paid: int, written_off: int, placed: int, words: str) -> None:
    assert share_in_words(paid_cents=paid, written_off_cents=written_off, placed_cents=placed) == words
