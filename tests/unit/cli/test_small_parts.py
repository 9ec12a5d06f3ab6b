"""Money, lengths of time, changes and files as people write them."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
import typer

from cli.claims.orders import changes_of
from cli.durations import parse_duration
from cli.failures import Negative
from cli.importing.finding import x12_files
from cli.output import counted, money
from cli.x12files.show import outline


@pytest.mark.parametrize(
    ("cents", "written"),
    [
        (0, "$0.00"),
        (5, "$0.05"),
        (-5, "-$0.05"),
        (123456, "$1,234.56"),
        (-100, "-$1.00"),
        (10**17 + 1, "$1,000,000,000,000,000.01"),
    ],
)
def test_cents_are_written_exactly(cents: int, written: str) -> None:
    assert money(cents) == written


def test_one_thing_is_not_called_by_its_plural() -> None:
    assert [counted(n, "claim") for n in (0, 1, 2, 1_500)] == ["0 claims", "1 claim", "2 claims", "1,500 claims"]
    assert [counted(n, "deposit is", "deposits are") for n in (1, 3)] == ["1 deposit is", "3 deposits are"]


@pytest.mark.parametrize(
    ("text", "length"), [("12h", timedelta(hours=12)), ("30d", timedelta(days=30)), (" 6W ", timedelta(weeks=6))]
)
def test_a_length_of_time_is_read(text: str, length: timedelta) -> None:
    assert parse_duration(text) == length


@pytest.mark.parametrize("text", ["", "0d", "-3d", "3", "d", "3m", "1.5d", "3 days", "999999d"])
def test_what_is_no_length_of_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="12h, 30d or 6w"):
        parse_duration(text)


def test_changes_on_the_line_are_written_over_those_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "changes.json"
    file.write_text(json.dumps({"diagnoses": "E119", "authorization_number": "A1"}))
    changed = changes_of(file, ["authorization_number=B=2", "lines.1.modifiers="])
    assert changed == {"diagnoses": "E119", "authorization_number": "B=2", "lines.1.modifiers": ""}


def test_a_pair_without_a_name_or_a_sign_is_misuse_that_repeats_no_value() -> None:
    for pair in ("W000000001", "=W000000001"):
        with pytest.raises(typer.BadParameter, match="write FIELD=VALUE") as caught:
            changes_of(None, [pair])
        assert "W000000001" not in str(caught.value)


@pytest.mark.parametrize("content", ["", "member_id=1", "[1]", '"text"'])
def test_a_file_that_holds_no_object_is_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "changes.json"
    file.write_text(content)
    with pytest.raises(Negative, match=r"changes\.json"):
        changes_of(file, [])


def test_a_folder_gives_its_x12_files_and_a_named_file_is_always_taken(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    (folder / "deeper").mkdir(parents=True)
    (folder / "b.edi").write_bytes(b"ISA*00*")
    (folder / "readme.md").write_bytes(b"# ISA is meant")
    (folder / "deeper" / "a.txt").write_bytes(b"\xef\xbb\xbf\r\nISA*00*")
    other = tmp_path / "notes.txt"
    other.write_bytes(b"hello")
    found = x12_files([other, folder, folder / "b.edi"])
    assert found == [other, folder / "b.edi", folder / "deeper" / "a.txt"]


def test_an_outline_leaves_out_what_is_empty() -> None:
    shown = list(outline({"claim_id": "A1", "notes": [], "lines": [{"units": 2}], "valid": False, "codes": ["x"]}))
    assert shown == ["claim id: A1", "lines:", "  1.", "    units: 2", "valid: no", "codes:", "  x"]
