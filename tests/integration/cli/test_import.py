"""Other people's files into the books: once, claim by claim, with a reason for each refusal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from domain.claim.claim import ClaimForSubmission
from edi.claim_interchange import write
from storage.clock import PostgresBusinessClock
from storage.models import Claim, ClaimVersion, File, WorkflowMessage
from storage.unit_of_work import Books
from tests.integration.cli.conftest import CommandLine
from tests.unit.edi.samples import AT, CONTENT, PPO, PROVIDER, claim, control_numbers

Written = Callable[..., Path]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    def write_file(name: str, *claims: ClaimForSubmission, change: tuple[str, str] = ("", "")) -> Path:
        content = write(claims, payer=PPO, provider=PROVIDER, control_numbers=control_numbers(), at=AT, usage="T")
        if change[0]:
            assert change[0].encode() in content
            content = content.replace(change[0].encode(), change[1].encode(), 1)
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        return file

    return write_file


def _rows(books: Books) -> dict[str, int]:
    with books.system() as session:
        return {
            model.__tablename__: session.scalar(select(func.count()).select_from(model)) or 0
            for model in (Claim, ClaimVersion, File, WorkflowMessage)
        }


def _only_file(document: dict[str, Any]) -> dict[str, Any]:
    assert set(document) == {"files"}
    (file,) = document["files"]
    assert set(file) == {"file", "claims", "imported", "already", "refused", "warnings"}
    return file


def test_every_claim_of_a_file_becomes_one_of_ours(run: CommandLine, books: Books, written: Written) -> None:
    path = written("two.edi", claim(), claim(2))
    ran = run("import", path, "--json")
    file = _only_file(ran.document)
    assert (ran.exit_code, ran.stderr) == (0, "")
    assert (file["file"], file["claims"], file["imported"], file["already"]) == (str(path), 2, 2, 0)
    assert file["refused"] == []
    assert _rows(books) == {"claims": 2, "claim_versions": 2, "files": 1, "workflow_messages": 2}


def test_a_file_imported_twice_changes_nothing(run: CommandLine, books: Books, written: Written) -> None:
    path = written("two.edi", claim(), claim(2))
    run("import", path)
    before = _rows(books)
    ran = run("import", path, path.rename(path.with_name("renamed.edi")).as_posix(), "--json")
    assert ran.exit_code == 2
    again = _only_file(run("import", path.with_name("renamed.edi"), "--json").document)
    assert (again["claims"], again["imported"], again["already"]) == (2, 0, 2)
    assert _rows(books) == before


def test_what_cannot_be_imported_is_refused_by_claim_and_segment_and_the_rest_goes_on(
    run: CommandLine, books: Books, written: Written
) -> None:
    path = written("mixed.edi", claim(), claim(2), change=("*11:B:1*", "*11:B:7*"))
    ran = run("import", path, "--json")
    file = _only_file(ran.document)
    assert (ran.exit_code, file["claims"], file["imported"]) == (0, 2, 1)
    ((refusal),) = file["refused"]
    assert (refusal["claim"], refusal["segment"]) == ("10000001-1", "CLM05-3")
    assert "frequency 7" in refusal["why"]
    told = run("import", path)
    assert f"refused: {path}: claim 10000001-1, CLM05-3: frequency 7" in told.stderr
    assert told.stdout.endswith("0 claims imported, 1 already here, 1 refused\n")
    assert _rows(books)["claims"] == 1


def test_nothing_imported_at_all_is_a_negative_answer(run: CommandLine, books: Books, tmp_path: Path) -> None:
    nonsense = tmp_path / "nonsense.txt"
    nonsense.write_bytes(b"hello")
    ran = run("import", nonsense, "--json")
    assert ran.exit_code == 1
    assert len(_only_file(ran.document)["refused"]) == 1
    assert _rows(books)["claims"] == _rows(books)["files"] == 0


def test_the_same_claim_number_in_another_file_is_shown_as_a_possible_duplicate_and_kept(
    run: CommandLine, books: Books, written: Written
) -> None:
    run("import", written("one.edi", claim()))
    file = _only_file(run("import", written("other.edi", claim(), claim(9)), "--json").document)
    assert file["imported"] == 2
    assert [w for w in file["warnings"] if "possible duplicate of claim 10000001" in w]
    assert _rows(books)["claims"] == 3


def test_a_folder_is_taken_with_everything_below_it(run: CommandLine, written: Written, tmp_path: Path) -> None:
    written("in/a.edi", claim(1))
    written("in/deeper/b.edi", claim(2))
    (tmp_path / "in" / "notes.md").write_text("nothing")
    files = run("import", tmp_path / "in", "--json").document["files"]
    assert [(Path(file["file"]).name, file["imported"]) for file in files] == [("a.edi", 1), ("b.edi", 1)]


def test_shifted_claims_end_shortly_before_the_business_date_and_keep_their_original_bytes(
    run: CommandLine, books: Books, practice: int, written: Written
) -> None:
    clock = PostgresBusinessClock(books)
    clock.move_to(clock.now() + timedelta(days=400))
    old = tuple(replace(line, service_from=date(2006, 10, 3), service_to=None) for line in CONTENT.lines)
    content = replace(CONTENT, lines=old, diagnoses=("0340", "V7389"), icd_version=9, onset_date=None)
    path = written("old.edi", claim(content=content))
    assert run("import", path, "--shift-dates").exit_code == 0
    today = clock.now().date()
    with books.transaction(practice) as session:
        row = session.scalars(select(Claim)).one()
        assert timedelta(days=1) <= today - row.service_date <= timedelta(days=9)
        assert session.scalars(select(File.content)).one() == path.read_bytes()
    timeline = run("claim", "timeline", row.number, "--json").document
    assert timeline[0]["what"] == "Checked in"
    assert timeline[0]["why"].startswith("services were on 2006-10-03; moved by")


def test_what_the_books_cannot_hold_is_refused_without_repeating_it(
    run: CommandLine, books: Books, written: Written
) -> None:
    path = written("odd.edi", claim(), claim(2), change=("10000001-1", "1000\x00001-1"))
    ran = run("import", path, "--json")
    file = _only_file(ran.document)
    assert file["claims"] == 2
    assert file["imported"] + len(file["refused"]) == 2
    assert _rows(books)["claims"] == file["imported"] >= 1
    assert "Traceback" not in ran.stderr
