"""What a biller sees of a denied claim, corrects, and finds again: findings, remedy, versions, refusals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from domain.claim.stages import Stage
from tests.integration.activities import conftest as steps
from tests.integration.activities.conftest import Desk
from tests.integration.cli.conftest import CommandLine

new_desk = steps.new_desk
NewDesk = Callable[..., Desk]


def shown(run: CommandLine, desk: Desk, *more: str) -> dict[str, Any]:
    ran = run("claim", "show", desk.claim, "--json", *more)
    assert ran.exit_code == 0, ran.stderr
    document: dict[str, Any] = ran.document
    return document


def test_a_denied_claim_is_shown_with_codes_remedy_and_deadline(run: CommandLine, new_desk: NewDesk) -> None:
    desk = new_desk()
    desk.deny("CO-16", "M76")
    document = shown(run, desk)
    (item,) = document["work"]
    (diagnoses,) = document["suggested_changes"]
    assert (diagnoses["field"], "M76" in diagnoses["source"]) == ("diagnoses", True)
    assert (item["kind"], item["owner"]) == ("denied", "biller")
    assert "CO-16" in item["reason"]
    assert "frequency 7" in item["remedy"]
    assert (item["details"]["remedy"], item["details"]["frequency"]) == ("replace", "7")
    assert item["details"]["deadline_rule"]
    words = run("claim", "show", desk.claim).stdout
    assert "what to do" in words
    assert "look at diagnoses" in words
    assert "CO-16" in words


@pytest.mark.parametrize(
    ("field", "value", "place", "before", "after"),
    [
        ("lines.2.modifiers", "59", "lines.2.modifiers", None, ["59"]),
        ("diagnoses", "I10,E119", "diagnoses", ..., ["I10", "E119"]),
        ("member_id", "NEW123", "coverage.member_id", ..., "NEW123"),
        ("authorization_number", "A77", "authorization_number", None, "A77"),
        ("billing.zip_code", "021110001", "billing.zip_code", None, "021110001"),
    ],
)
def test_a_correction_is_kept_with_who_when_before_and_after(
    run: CommandLine, new_desk: NewDesk, field: str, value: str, place: str, before: object, after: object
) -> None:
    desk = new_desk()
    desk.deny("CO-16", "M76")
    said = desk.order("correct", **{field.replace(".", "__"): value})
    assert said.accepted, said.refusal
    first, second = shown(run, desk, "--versions")["versions"]
    assert (first["version"], first["changes"]) == (1, [])
    assert (second["version"], second["by"], second["on"]) == (2, "ann", f"{desk.today:%Y-%m-%d}")
    assert second["reason"] == "the note documents an effusion"
    (change,) = [one for one in second["changes"] if one["field"] == place]
    assert change["after"] == after
    assert before is ... or not change["before"]
    assert change["before"] != after
    assert "before" in run("claim", "show", desk.claim, "--versions").stdout


def test_a_correction_that_the_scrubber_would_keep_back_is_refused_with_what_it_found(new_desk: NewDesk) -> None:
    desk = new_desk()
    desk.deny("CO-16", "M76")
    said = desk.order("correct", diagnoses="E11")
    assert not said.accepted
    assert "would not pass the scrubber" in said.refusal
    assert desk.snapshot().version == 1, "nothing was kept of it"


def test_a_claim_that_waits_for_its_correction_reminds_escalates_and_tells_of_its_limit(new_desk: NewDesk) -> None:
    desk = new_desk()
    desk.deny("CO-16", "MA130")
    told: list[str] = []
    owners: list[str] = []
    for _ in range(30):
        snapshot = desk.snapshot()
        assert snapshot.stage is Stage.DENIED
        assert snapshot.next_at is not None, "it is never left without a date"
        desk.today = max(snapshot.next_at, desk.today)
        desk.remind()
        told += desk.work()
        owners.append(desk.snapshot().owner)
        if "filing_limit_passed" in told:
            break
    assert {"overdue", "filing_limit_near", "filing_limit_passed"} <= set(told)
    assert "billing_manager" in owners
