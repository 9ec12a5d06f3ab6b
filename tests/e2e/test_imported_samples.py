"""Other people's claims: imported, moved to this year, and carried to an end against the simulator."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from stack.paths import CHECKOUT
from storage.models import Claim, WorkItem
from storage.organisations import LOCAL_PRACTICE
from tests.support.e2e_books import attempts_in_books
from tests.support.e2e_cli import claimflow
from tests.support.e2e_practice import FinishedDemo, Practice
from tests.support.e2e_registry_biller import RegistryBiller

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(420)]

SAMPLES = CHECKOUT.parent / "shared" / "samples"
CLAIMS = (
    "LinuxForHealth+x12/**/837_005010X222A2/*.837",
    "kputnam+stupidedi/**/X222*/pass/*",
    "LinuxForHealth+x12/**/837_005010X223A3/*.837i",
    "kputnam+stupidedi/**/X223*/pass/*",
    "moov-io+x12/**/example_5010_837p",
)
LONGEST = timedelta(days=400)


def sample_files() -> list[Path]:
    """The claims of the samples, of practices and of institutions."""
    return sorted({path for pattern in CLAIMS for path in SAMPLES.glob(pattern) if path.is_file()})


def imported_since(practice: Practice, number: int) -> dict[str, Counter[str]]:
    """Stages and outcomes of the claims after ``number``."""
    with practice.books.transaction(LOCAL_PRACTICE) as session:
        rows = session.execute(select(Claim.stage, Claim.outcome).where(Claim.number > number)).all()
    return {"stages": Counter(row.stage for row in rows), "outcomes": Counter(row.outcome for row in rows)}


def left_to_nobody(practice: Practice, number: int) -> list[str]:
    """Open claims after ``number`` without a work item, an owner or a next date."""
    asked = select(WorkItem.claim_number).where(WorkItem.closed_on.is_(None), WorkItem.claim_number.is_not(None))
    with practice.books.transaction(LOCAL_PRACTICE) as session:
        rows = session.execute(
            select(Claim.number, Claim.stage, Claim.next_what).where(
                Claim.number > number,
                Claim.stage != "closed",
                Claim.number.not_in(asked) | Claim.next_at.is_(None) | (Claim.owner == ""),
            )
        ).all()
    return [f"claim {row.number} ({row.stage}: {row.next_what})" for row in rows]


@pytest.mark.skipif(not sample_files(), reason="no samples beside the checkout (../shared/samples)")
async def test_every_imported_claim_ends_closed_or_with_a_person_and_a_date(
    demo: FinishedDemo, capsys: pytest.CaptureFixture[str]
) -> None:
    practice = demo.practice
    with practice.books.transaction(LOCAL_PRACTICE) as session:
        last = session.scalar(select(func.max(Claim.number))) or 0
    sent_before = attempts_in_books(practice.books)
    files = [str(path) for path in sample_files()]

    answer = await claimflow(practice.stack, "import", "--shift-dates", "--json", *files)
    assert answer.exit_code == 0, answer.stderr
    reports = answer.document["files"]
    refused = [(Path(report["file"]).name, refusal) for report in reports for refusal in report["refused"]]
    imported = sum(report["imported"] for report in reports)

    again = await claimflow(practice.stack, "import", "--shift-dates", "--json", *files)
    assert sum(report["imported"] for report in again.document["files"]) == 0, "a file imported twice changes nothing"

    until = await practice.now() + LONGEST
    biller = RegistryBiller(practice=practice, after=last)
    async for day in practice.days(biller.act):
        if imported_since(practice, last)["stages"].keys() <= {"closed"} or day.now > until:
            break

    ended = imported_since(practice, last)
    with capsys.disabled():
        print(
            f"\n{len(reports)} files, {sum(report['claims'] for report in reports)} claims: {imported} imported, "
            f"{len(refused)} refused; {biller.corrected} corrections by a biller; "
            f"ended {dict(ended['stages'])}, {dict(ended['outcomes'])}"
        )
        for reason, count in Counter(f"{r['segment']}: {r['why']}"[:110] for _, r in refused).most_common():
            print(f"  refused {count}: {reason}")
    assert imported > 0
    assert sum(ended["stages"].values()) == imported
    assert all(refusal["segment"] and refusal["why"] for _, refusal in refused)
    assert left_to_nobody(practice, last) == []
    assert ended["stages"]["closed"] > 0
    assert len(attempts_in_books(practice.books) - sent_before) > imported / 2, "most of them reached a payer"
    assert practice.closing()["ledger_balanced"]
