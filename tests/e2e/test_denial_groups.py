"""The five groups of denials in the demo: each is found, somebody does something about it, and it comes to an end."""

from __future__ import annotations

import pytest

from cli.demo.denials import GROUPS
from tests.support.e2e_practice import FinishedDemo

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(420)]

DONE = ("corrected", "records_sent", "appealed", "reviewed", "written_off")


async def test_each_of_the_five_groups_is_found_worked_and_ended(
    demo: FinishedDemo, capsys: pytest.CaptureFixture[str]
) -> None:
    denials = demo.denials
    with capsys.disabled():
        print("\ndenials: " + "; ".join(f"{group} {figures}" for group, figures in denials.items()))
    assert tuple(denials) == GROUPS == ("incomplete", "erroneous_payment", "fraud", "omission", "error")
    for group, figures in denials.items():
        assert figures["count"] >= figures["claims"] > 0, group
        assert sum(figures[what] for what in DONE) > 0, group
        assert figures["open"] == 0, group
        assert figures["paid"] + figures["patient"] + figures["written_off"] >= figures["claims"], group

    assert denials["incomplete"]["corrected"] > 0 < denials["incomplete"]["paid"]
    assert denials["error"]["corrected"] > 0 < denials["error"]["paid"]
    assert denials["omission"]["corrected"] > 0 < denials["omission"]["written_off"]
    assert denials["erroneous_payment"]["appealed"] >= denials["erroneous_payment"]["overturned"] > 0
    assert denials["fraud"]["reviewed"] == denials["fraud"]["claims"], "nothing is done but by compliance's word"
    assert denials["fraud"]["corrected"] > 0 < denials["fraud"]["paid"]
