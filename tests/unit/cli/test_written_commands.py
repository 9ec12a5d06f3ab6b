"""Every command line that a page or a message shows can be typed: its command and its options exist."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.cli.written_commands import in_blocks, in_prose, in_source, wrong_in

HOUSE = Path(__file__).parents[3]
PAGES = [HOUSE / "README.md", *sorted((HOUSE / "docs").rglob("*.md"))]
ROOMS = ("activities", "cli", "console", "domain", "edi", "gateways", "stack", "storage", "workers")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(HOUSE).as_posix())
def test_every_command_that_a_page_shows_exists_with_its_options(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    found = {line: wrong_in(line) for line in in_prose(text)}
    found |= {line: wrong_in(line, whole="[" not in line) for line in in_blocks(text)}
    assert {line: wrong for line, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize("room", ROOMS)
def test_every_command_that_a_message_names_exists_with_its_options(room: str) -> None:
    lines = [line for file in (HOUSE / room).rglob("*.py") for line in in_source(file.read_text(encoding="utf-8"))]
    assert {line: wrong_in(line) for line in lines if wrong_in(line)} == {}


def test_the_pages_do_show_commands() -> None:
    texts = [page.read_text(encoding="utf-8") for page in PAGES]
    assert sum(len(list(in_prose(text))) for text in texts) > 100
    assert sum(len(list(in_blocks(text))) for text in texts) > 30


@pytest.mark.parametrize(
    ("written", "wrong"),
    [
        ("claim list --owes payer", []),
        ("claim lisst", ["no command lisst"]),
        ("claim show CLAIM --version", ["no option --version"]),
        ("claim list / showw / timeline --loud", ["no option --loud"]),
        ("compliance list | decide N --decision void --loud", ["no option --loud"]),
        (r"deposit match DEPOSIT --trace T \| --remittance R [--fees]", ["no option --fees"]),
        ("claim list --json | jq length", []),
        ("claim show {number}", []),
        ("period --help", []),
    ],
)
def test_what_does_not_exist_is_found(written: str, wrong: list[str]) -> None:
    assert wrong_in(written) == wrong


def test_a_whole_line_names_every_option_that_is_wanted() -> None:
    assert wrong_in("claim hold CLAIM --by YOU", whole=True) == ["--reason is wanted"]
    assert wrong_in("claim hold CLAIM --by YOU") == wrong_in("claim hold --help", whole=True) == []


def test_blocks_tables_and_prose_are_read() -> None:
    page = (
        "Say `claimflow up` first.\n\n| `claimflow work\nlist` | why |\n```\n$ claimflow down \\\n  now # stop\n```\n"
    )
    assert sorted(in_prose(page)) == ["up", "work\nlist"]
    assert [line.split() for line in in_blocks(page)] == [["down", "now"]]


def test_a_message_that_is_glued_of_two_strings_is_read_whole() -> None:
    assert list(in_source('"see `claimflow "\n    f"claim show {number}`"')) == ["claim show {number}"]
