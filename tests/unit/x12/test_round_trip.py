"""What is written is read back the same, and what is read is written back the same."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import x12
from tests.unit.x12 import examples
from tests.unit.x12.guide_filler import Filler
from x12.engine.compiled import compiled_guide
from x12.guides import GUIDES
from x12.writing import write_segments

BY_KIND = {guide.kind: guide for guide in GUIDES}
BALANCE = {"claim-total", "line-balance", "claim-balance", "transaction-balance"}
ODD = x12.Delimiters(element="|", repetition="!", component=">", segment="\n")


@pytest.mark.parametrize("kind", list(BY_KIND))
@pytest.mark.parametrize("delimiters", [x12.STANDARD, ODD], ids=["standard", "odd"])
def test_an_example_is_read_back_as_it_was_written(kind: str, delimiters: x12.Delimiters) -> None:
    content = examples.every_content()[kind]
    file = x12.read_file(examples.interchange(content, delimiters=delimiters))
    assert file.all_errors() == ()
    (transaction,) = file.transactions()
    assert transaction.kind == kind
    assert transaction.content == content


def enveloped(kind: str, segments: list[str]) -> bytes:
    guide = BY_KIND[kind]
    version = guide.versions[0]
    start = f"ST*{guide.transaction}*0001" + (f"*{version}" if guide.has_version else "")
    head = x12.write_interchange(
        examples.HEADER,
        [x12.FunctionalGroup(
            header=x12.GroupHeader(sender_code="SENDER", receiver_code="RECEIVER", date=examples.DAY,
                                   time=examples.NOON, control_number=1),
            transactions=(x12.TransactionSet(control_number="0001", content=examples.every_content()[kind]),),
        )],
    ).decode().split("\n")[:2]  # fmt: skip
    body = [start, *segments, f"SE*{len(segments) + 2}*0001", "GE*1*1", f"IEA*1*{905:09}"]
    return ("".join(head) + "".join(f"{segment}~" for segment in body)).encode()


@pytest.mark.parametrize("kind", list(BY_KIND))
@settings(max_examples=20, deadline=None, phases=(Phase.generate,), suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 10**9), fullness=st.sampled_from((0.0, 0.1, 0.3, 0.6)))
def test_a_set_drawn_from_its_guide_is_valid_and_keeps_every_segment(kind: str, seed: int, fullness: float) -> None:
    segments = Filler(compiled_guide(BY_KIND[kind], x12.STANDARD), seed, fullness).segments()
    (transaction,) = x12.read_file(enveloped(kind, segments), codes=None).transactions()  # drawn without sense
    assert [error for error in transaction.errors if error.code not in BALANCE] == []
    assert transaction.content is not None
    again = write_segments(transaction.content)
    assert again == segments


@pytest.mark.parametrize("kind", list(BY_KIND))
@pytest.mark.parametrize("delimiters", [x12.STANDARD, ODD], ids=["standard", "odd"])
def test_drawn_content_is_read_back_as_it_was_written(kind: str, delimiters: x12.Delimiters) -> None:
    from tests.unit.x12.sensible import sensible  # it draws with what this file has

    for seed, fullness in enumerate((0.0, 0.1, 0.3)):
        content = sensible(kind, seed, fullness)
        file = x12.read_file(examples.interchange(content, delimiters=delimiters))
        assert [str(error) for error in file.all_errors() if error.severity == "error"] == []
        (transaction,) = file.transactions()
        assert (transaction.kind, transaction.content) == (kind, content)
