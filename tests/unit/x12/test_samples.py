"""Published samples: the verdict and its reason, as judged before the package was asked."""

from __future__ import annotations

import pytest

from tests import x12_verdicts
from tests.x12_verdicts import SAMPLES, Judged

JUDGED = x12_verdicts.judged()
ENVELOPE = {"se-count", "se-control-number", "se-missing", "st-duplicate"}

here = pytest.mark.skipif(not SAMPLES.is_dir(), reason="no samples beside this checkout")


@here
def test_every_sample_is_judged() -> None:
    found = {str(path.relative_to(SAMPLES)) for path in SAMPLES.rglob("*") if path.is_file()}
    assert found == {one.path for one in JUDGED}


@here
@pytest.mark.parametrize("one", JUDGED, ids=lambda one: one.path)
def test_a_sample_gets_the_expected_verdict_for_the_expected_reason(one: Judged) -> None:
    found = x12_verdicts.ours((SAMPLES / one.path).read_bytes())
    assert found.verdict == one.verdict, sorted(found.errors)
    for alternatives in one.errors:
        assert alternatives & found.errors, (sorted(alternatives), sorted(found.errors))
    if one.verdict == "valid":
        assert not found.errors


@here
@pytest.mark.parametrize("one", [one for one in JUDGED if one.verdict == "unsupported"], ids=lambda one: one.path)
def test_a_set_of_another_guide_gets_one_error_of_its_own(one: Judged) -> None:
    found = x12_verdicts.ours((SAMPLES / one.path).read_bytes())
    assert found.by_set
    for codes in found.by_set:
        assert [code for code in codes if code not in ENVELOPE] == ["unsupported-guide"]


def test_the_table_of_verdicts_can_be_read_where_there_are_no_samples() -> None:
    assert len(JUDGED) == 176
    assert {one.verdict for one in JUDGED} == {"valid", "invalid", "unsupported", "not-x12"}
    assert all(one.reason for one in JUDGED)
    assert all(bool(one.errors) is (one.verdict != "valid") for one in JUDGED)
