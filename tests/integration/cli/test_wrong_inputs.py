"""What a person is told who types something that cannot be: one line that says what to do, with the right exit code."""

from __future__ import annotations

from pathlib import Path

from storage import claims
from storage.unit_of_work import Books
from tests.integration.cli.conftest import CommandLine
from tests.integration.storage.samples import check_in, encounter

ACCOUNT = 70000001
BY, WHY, NOBODY = ("--by", "ann"), ("--reason", "x"), ("--by", " ")
APPLY = ("assistance", "apply", ACCOUNT, *BY, "--household", 3, "--income", 30000, "--state")


def test_what_cannot_be_is_refused_in_words_and_nothing_is_kept(
    run: CommandLine, books: Books, practice: int, tmp_path: Path
) -> None:
    claim = check_in(books, practice, encounter()).claim_number
    rules = tmp_path / "rules.csv"
    rules.write_text("hello\n1\n")
    pay = ("payment", "add", ACCOUNT, *BY, "--amount", "5", "--reference", "7")
    expected: dict[tuple[object, ...], tuple[int, str]] = {
        ("account", "may-call", 5): (1, "no account has the number 5"),
        ("account", "prefer", 5, *BY, "--phone", "5185550100"): (1, "no account has the number 5"),
        ("account", "contact", 5, *BY, "--what", "answer", "--text", "STOP"): (1, "no account has the number 5"),
        ("account", "prefer", ACCOUNT, *BY): (2, "say what is to be kept"),
        ("account", "prefer", ACCOUNT, *BY, "--email", "nonsense"): (2, "nonsense is no e-mail address"),
        ("account", "plan", "show", 5): (1, "no account has the number 5"),
        ("account", "flag", "set", ACCOUNT, "deceased", *NOBODY, "--from", "2026-01-01", "--evidence", "x"): (
            1,
            "--by must name the person",
        ),
        ("payment", "list", 5): (1, "no account has the number 5"),
        (*pay, "--claim", 5): (1, "account 70000001 has no claim 5"),
        (*pay, "--statement", 5): (1, "account 70000001 has no statement 5"),
        ("compliance", "report", claim, *NOBODY, *WHY): (1, "--by must name the person"),
        ("compliance", "report", claim, *BY, "--reason", " "): (1, "--reason must say why"),
        ("compliance", "grant", " ", *BY): (1, "USER must name a person"),
        ("audit", "dismiss", 5, *BY, "--reason", " "): (1, "--reason must say why"),
        ("records", "sent", 50001, *BY, "--proof", " "): (1, "--proof must be the tracking, fax or portal number"),
        (*APPLY, "New York"): (1, "--state is two letters, such as NY"),
        ("complaint", "report", "--since", "2026-02-01", "--until", "2026-01-01"): (2, "--until lies before --since"),
        ("checkin", "enrol", "1234567893", "PPO01", *BY, "--from", "2026-05-01", "--to", "2026-01-01"): (
            2,
            "--to lies before --from",
        ),
        ("rules", "load", rules, *BY): (1, "1 mistake, nothing was loaded"),
    }
    told = {typed: run(*typed) for typed in expected}
    wrong = {
        " ".join(map(str, typed)): (ran.exit_code, ran.stderr)
        for typed, ran in told.items()
        if ran.exit_code != expected[typed][0] or expected[typed][1] not in ran.stderr or "Traceback" in ran.stderr
    }
    assert wrong == {}
    assert run("payment", "list", ACCOUNT, "--json").document == []
    with books.transaction(practice) as session:
        assert not claims.get(session, claim).held_for_review


def test_a_state_is_read_however_it_is_typed(run: CommandLine, books: Books, practice: int) -> None:
    check_in(books, practice, encounter())
    taken = run(*APPLY, "ak", "--json").document
    assert taken["details"]["application"]["state"] == "AK"
