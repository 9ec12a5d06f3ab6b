"""The same seed: the same outcomes and the same ledger, whatever the machine did meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.conftest import SEED, VISITS
from tests.support.e2e_practice import FinishedDemo, finished_demo, local_stack, practice_on

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(420)]


async def test_two_runs_with_one_seed_end_the_same(
    demo: FinishedDemo, own_state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with local_stack(own_state, SEED) as stack:
        async with practice_on(stack, SEED) as practice:
            again = await finished_demo(practice, VISITS)

    with capsys.disabled():
        print(
            f"\n{VISITS} claims of seed {SEED} twice: {demo.virtual_days} and {again.virtual_days} virtual days in "
            f"{demo.seconds:.0f} s and {again.seconds:.0f} s; {again.closing['by_outcome']}"
        )
    assert demo.closing["open_claims"] == []
    assert demo.closing["open_accounts"] == []
    assert demo.closing["ledger_balanced"]
    assert len(demo.closing["by_outcome"]) >= 6, "the visits end in many ways"
    assert again.closing == demo.closing
