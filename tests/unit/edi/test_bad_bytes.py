"""Whatever comes in by mistake, readers answer with reasons, never with an exception of their own."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from edi import claim_status, eligibility, encounters, inbound
from edi.claim_interchange import write
from tests.unit.edi.samples import AT, PPO, PROVIDER, claim, control_numbers

GOOD = write([claim(1), claim(2)], payer=PPO, provider=PROVIDER, control_numbers=control_numbers(), at=AT, usage="T")
_PIECES = (
    b"",
    b"~",
    b"*",
    b":",
    b"^",
    b"**",
    b"~~",
    b"\xff",
    b"HL*9*1*22*0~",
    b"CLM*X*-1***",
    b"HI*ABK:~",
    b"20260231",
)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A good file with a few stretches replaced."""
    content = GOOD
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(content)))
        end = min(len(content), start + draw(st.integers(0, 30)))
        content = content[:start] + draw(st.sampled_from(_PIECES)) + content[end:]
    return content


@settings(max_examples=150, deadline=None, database=None, derandomize=True)
@given(damaged())
def test_a_damaged_file_gives_claims_and_refusals_but_no_exception(content: bytes) -> None:
    imported = encounters.read(content, "0" * 64)
    assert imported.claims >= 1
    assert all(refusal.segment and refusal.why for refusal in imported.refused)
    file = inbound.classify(content, "damaged")
    for part in file.transactions:
        inbound.open_transaction(content, part.ordinal)
    if imported.claims != len(imported.encounters):
        assert imported.refused != ()


@settings(max_examples=60, deadline=None, database=None, derandomize=True)
@given(st.one_of(st.binary(max_size=300), damaged()))
def test_an_answer_of_any_bytes_is_unknown_or_an_error_but_no_exception(content: bytes) -> None:
    assert eligibility.answer(content).rejections != ()
    assert claim_status.answer(content).category != ""
