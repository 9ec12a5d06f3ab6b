"""What an exception means to the person at the keyboard."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.exc import DataError, OperationalError, ProgrammingError
from temporalio.service import RPCError, RPCStatusCode

from cli.failures import CannotRun, Negative, explain
from domain.appeals import orders as appeal_orders
from domain.cases import orders as case_orders
from domain.claim.commands import CommandInvalid
from gateways.errors import GatewayError
from stack.errors import StackError
from storage.account_views import UnknownAccount
from storage.claims import UnknownClaim
from storage.intake import UnknownOrganisation
from storage.reference import NoPolicy
from workers.settings import SettingsMissing

SECRET = "Ann Testpatient W000000001"


class _DriverError(Exception):
    def __init__(self, text: str, pgcode: str | None = None) -> None:
        super().__init__(text)
        self.pgcode = pgcode


@pytest.mark.parametrize("kind", [StackError, GatewayError, SettingsMissing, UnknownOrganisation, NoPolicy, CannotRun])
def test_what_could_not_run_says_so_in_its_own_words(kind: type[Exception]) -> None:
    failure = explain(kind("the port is taken:\n stop the other program"))
    assert (failure.line, failure.exit_code) == ("the port is taken: stop the other program", 2)


@pytest.mark.parametrize("kind", [Negative, UnknownClaim, UnknownAccount])
def test_a_negative_answer_says_so_in_its_own_words(kind: type[Exception]) -> None:
    failure = explain(kind("no claim has the number 5"))
    assert (failure.line, failure.exit_code) == ("no claim has the number 5", 1)


def test_every_problem_of_a_command_is_told() -> None:
    failure = explain(CommandInvalid(("by: missing", "reason: missing")))
    assert (failure.line, failure.exit_code) == ("by: missing; reason: missing", 1)


@pytest.mark.parametrize("kind", [appeal_orders.OrderInvalid, case_orders.OrderInvalid])
def test_every_problem_of_an_order_about_an_appeal_or_a_case_is_told(kind: type[Exception]) -> None:
    failure = explain(kind(("by: say who orders it", "reason: say why")))
    assert (failure.line, failure.exit_code) == ("by: say who orders it; reason: say why", 1)


def test_a_server_that_does_not_answer_is_named() -> None:
    down = OperationalError("select 1", {}, _DriverError('connection to server at "db", port 5432 failed\nmore'))
    assert explain(down).line == (
        'PostgreSQL does not answer (connection to server at "db", port 5432 failed): check DATABASE_URL, '
        "or run `claimflow up`"
    )
    gone = explain(RPCError("tcp connect error", RPCStatusCode.UNAVAILABLE, b""))
    assert gone.exit_code == 2
    assert "Temporal refused or did not answer (UNAVAILABLE)" in gone.line


def test_a_database_without_our_schema_is_told_how_to_get_it() -> None:
    missing = ProgrammingError("select", {}, _DriverError('relation "claims" does not exist', "42P01"))
    assert "python -m storage.migrate" in explain(missing).line


@pytest.mark.parametrize(
    "error",
    [
        ValueError(SECRET),
        RuntimeError(SECRET),
        DataError("insert", {"person": SECRET}, _DriverError(f"value too long: {SECRET}", "22001")),
        ProgrammingError("select", {"person": SECRET}, _DriverError(SECRET, "42601")),
    ],
)
def test_words_that_we_did_not_write_are_never_repeated(error: Exception) -> None:
    failure = explain(error)
    assert failure.exit_code == 2
    assert not any(word in failure.line for word in SECRET.split())
    assert "CLAIMFLOW_DEBUG=1" in failure.line


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError) as caught:
        tmp_path.read_bytes()
    assert explain(caught.value).line == f"{tmp_path}: is a directory"
