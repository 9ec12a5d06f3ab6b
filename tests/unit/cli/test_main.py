"""Exit codes and the one line on stderr."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.unit.cli.commands import claimflow

NEED_BOOKS = [
    ("claim", "list"),
    ("claim", "show", 10000001),
    ("claim", "timeline", 10000001),
    ("claim", "hold", 10000001, "--by", "ann", "--reason", "wait"),
    ("claim", "appeal", 10000001, "--by", "ann", "--reason", "the note documents it"),
    ("claim", "send-records", 10000001, "--by", "ann", "--reason", "as asked for"),
    ("ledger", "explain", 10000001),
    ("ledger", "balance"),
    ("account", "show", 70000001),
    ("account", "approve-placement", 70000001, "--by", "ann", "--reason", "no answer"),
    ("work", "list"),
    ("import", __file__),
    ("ops", "resurrect"),
    ("ops", "doctor"),
]


@pytest.mark.parametrize("command", NEED_BOOKS, ids=lambda command: " ".join(map(str, command[:2])))
def test_without_a_stack_a_command_says_how_to_start_one_and_exits_2(command: tuple[object, ...]) -> None:
    ran = claimflow(*command, *([] if command[0] == "claim" and command[1] == "hold" else ["--json"]))
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert "no stack is running: start it with `claimflow up`" in ran.error_line


def test_only_the_local_stacks_clock_can_be_moved() -> None:
    ran = claimflow("fast-forward", "3d", DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert "only the local stack's clock can be moved" in ran.error_line


def test_a_database_that_does_not_answer_is_named_without_its_password() -> None:
    ran = claimflow("claim", "list", DATABASE_URL="postgresql://ann:topsecret@127.0.0.1:1/books")
    assert ran.exit_code == 2
    assert "PostgreSQL does not answer" in ran.error_line
    assert "port 1" in ran.error_line
    assert "topsecret" not in ran.error_line


def test_a_database_url_that_is_none_is_said_to_be_none() -> None:
    ran = claimflow("claim", "list", DATABASE_URL="books of ann:topsecret")
    assert ran.exit_code == 2
    assert ran.error_line.startswith("claimflow: DATABASE_URL is no database URL")
    assert "topsecret" not in ran.error_line


@pytest.mark.parametrize(
    ("command", "complaint"),
    [
        (("--nothing",), "No such option: --nothing"),
        (("claim", "lisst"), "No such command 'lisst'"),
        (("claim", "show"), "Missing argument 'CLAIM'"),
        (("claim", "show", "abc"), "Invalid value for 'CLAIM'"),
        (("claim", "list", "--stage", "nowhere"), "--stage is not known; use one of checked_in"),
        (("claim", "list", "--owes", "me"), "--owes is not known; use one of payer, patient, nobody"),
        (("claim", "hold", 10000001, "--reason", "x"), "Missing option '--by'"),
        (("claim", "correct", 1, "--by", "a", "--reason", "x", "--set", "diagnoses"), "--set 1: write FIELD=VALUE"),
        (("fast-forward", "soon"), "write a length of time as 12h, 30d or 6w"),
        (("import", "no-such-file.edi"), "no-such-file.edi"),
    ],
)
def test_misuse_is_one_line_with_the_way_to_help_and_exit_2(command: tuple[object, ...], complaint: str) -> None:
    ran = claimflow(*command)
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert complaint in ran.error_line
    assert "--help`)" in ran.error_line


@pytest.mark.parametrize(
    "group", [(), ("claim",), ("ledger",), ("account",), ("work",), ("ops",), ("x12",), ("remit",)]
)
def test_a_group_alone_prints_its_help(group: tuple[str, ...]) -> None:
    ran = claimflow(*group)
    assert ran.exit_code == 0
    assert f"Usage: {' '.join(('claimflow', *group))} " in ran.stdout
    assert ran.stderr == ""


def test_a_traceback_is_shown_only_when_it_is_asked_for() -> None:
    quiet = claimflow("claim", "list")
    loud = claimflow("claim", "list", CLAIMFLOW_DEBUG="1")
    assert "Traceback" not in quiet.stderr
    assert "Traceback" in loud.stderr
    assert quiet.exit_code == loud.exit_code == 2


def test_the_command_schema_is_one_json_document_with_every_verb() -> None:
    schema = claimflow("claim", "command-schema").document
    assert schema["required"] == ["command", "id", "by", "expected_version", "reason"]
    verbs = schema["properties"]["command"]["enum"]
    assert set(verbs) == {
        *("correct", "resubmit", "appeal", "send_records", "write_off", "self_pay", "void", "hold", "release")
    }
    assert claimflow("claim", "command-schema", "--json").document == schema


def test_help_starts_without_loading_servers_libraries() -> None:
    look = "import sys, cli.main; print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True, env=os.environ)
    loaded = set(done.stdout.split())
    assert "cli.main" in loaded
    assert loaded.isdisjoint({"sqlalchemy", "temporalio", "storage.models", "stack.local", "x12.reading", "alembic"})


def test_nothing_runs_in_an_empty_state_folder_and_status_says_so() -> None:
    ran = claimflow("status", "--json")
    assert ran.exit_code == 1
    document = ran.document
    assert document["running"] is False
    names = {piece["name"]: piece["alive"] for piece in document["pieces"]}
    assert names["postgres"] is names["temporal"] is names["workers"] is False
    assert document["urls"] == {}


def test_taking_down_nothing_is_no_failure() -> None:
    assert claimflow("down", "--json").document == {"stopped": []}
    assert claimflow("down").stdout == "nothing was running\n"
