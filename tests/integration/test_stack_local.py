"""The local stack as a whole: pieces killed and started by name, owners, what is left running."""

from __future__ import annotations

import asyncio
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from activities.cards import CardPayment, pay_by_card
from gateways.cards import CardSettings, HttpCardGateway
from stack.conductor import Conductor
from stack.errors import StackError
from stack.guardian import Guardian, stop_all
from stack.local import LocalStack, running_environment
from stack.paths import StackPaths
from stack.processes import poll_until
from stack.simulator_control import SimulatorControl
from storage import ledger
from storage.clock import PostgresBusinessClock
from storage.engine import make_engine
from storage.organisations import LOCAL_PRACTICE, ensure_local_practice
from storage.unit_of_work import Books
from tests.integration.storage.samples import check_in, encounter
from tests.support.servers import paths_for
from workers.client import connect


@pytest.fixture
def paths(tmp_path: Path) -> Iterator[StackPaths]:
    """A state folder, cleared of processes at the end whatever the test did."""
    paths = paths_for(tmp_path / "state")
    with Guardian(paths):
        yield paths
        stop_all(paths)


def stack_of(paths: StackPaths, *pieces: str) -> LocalStack:
    return LocalStack(paths, ephemeral_ports=True, durable=False, only=pieces or None)


def test_every_piece_comes_back_after_a_kill_and_a_lost_charge_is_settled_by_the_stacks_own_look(
    paths: StackPaths,
) -> None:
    with stack_of(paths) as stack:
        names = [status.name for status in stack.status()]
        assert names == ["postgres", "temporal", "migrations", "simulator", "card_door", "cards", "workers"]
        for name in ("postgres", "temporal", "simulator", "card_door", "cards", "workers"):
            before = stack.piece(name).pid
            stack.kill(name)
            assert not stack.piece(name).is_healthy()

            stack.start_piece(name)

            assert stack.piece(name).is_healthy()
            assert stack.piece(name).pid not in (None, before)
        stack.restart("temporal")
        stack.restart("postgres")

        def away() -> list[str]:
            return [status.name for status in stack.status() if not status.alive]

        # A server that was just restarted has to hear from its workers first.
        assert poll_until(lambda: not away(), 20.0), away()
        settle_a_lost_charge(stack)
    assert not any(status.alive for status in stack.status() if status.name != "migrations")


def settle_a_lost_charge(stack: LocalStack) -> None:
    """A card is charged and its answer lost: the conductor's nightly look finds it, and looks no more."""
    engine = make_engine(stack.database_url, pool_size=4)
    books = Books(engine)
    with books.system() as session:
        ensure_local_practice(session)
    now = PostgresBusinessClock(books).now()
    click = CardPayment(
        organisation_id=LOCAL_PRACTICE,
        account_number=check_in(books, LOCAL_PRACTICE, encounter()).account_number,
        amount_cents=4_000,
        token="tok_lost",
        key="lost",
        by="patient",
        at=now,
    )
    gateway = HttpCardGateway(CardSettings.from_environment(stack.environment()))
    assert pay_by_card(books, gateway, click)["state"] == "intended"

    async def a_night() -> None:
        client = await connect(stack.temporal.address, stack.temporal.namespace)
        conductor = Conductor(books, client, SimulatorControl(stack.simulator_ready_file))
        assert conductor.in_flight.open_cards() == 1
        await conductor._look_for_missing(now)
        assert conductor.in_flight.open_cards() == 0

    asyncio.run(a_night())
    with books.transaction(LOCAL_PRACTICE) as session:
        assert ledger.trial_balance(session)["bank"] == 4_000
    engine.dispose()


def test_nothing_is_left_when_the_program_fails(paths: StackPaths) -> None:
    stack = stack_of(paths, "postgres", "simulator")

    with pytest.raises(RuntimeError, match="the demo fell over"), stack:
        raise RuntimeError("the demo fell over")

    assert not any(status.alive for status in stack.status())


def test_nothing_is_left_when_a_piece_cannot_start(paths: StackPaths) -> None:
    stack = stack_of(paths, "postgres", "simulator")
    paths.create()
    paths.simulator.write_text("a file where the simulator wants a folder")

    with pytest.raises(StackError, match="simulator ended at once"):
        stack.start()

    assert not stack.piece("postgres").is_healthy()


def test_a_second_program_in_the_same_folder_is_refused_in_one_line(paths: StackPaths) -> None:
    with stack_of(paths, "postgres"), pytest.raises(StackError, match=r"another claimflow .* works in"):
        stack_of(paths, "postgres").start()


def test_two_stacks_run_side_by_side(paths: StackPaths, tmp_path: Path) -> None:
    with stack_of(paths, "postgres") as one, stack_of(paths_for(tmp_path / "other"), "postgres") as two:
        assert one.database_url != two.database_url
        assert all(stack.piece("postgres").is_healthy() for stack in (one, two))


def test_a_stack_left_running_is_found_taken_over_and_stopped(paths: StackPaths) -> None:
    first = stack_of(paths, "postgres", "simulator")
    first.start()
    first.detach()
    pid = first.piece("postgres").pid

    assert running_environment(paths)["DATABASE_URL"] == first.database_url
    assert stat.S_IMODE(paths.summary.stat().st_mode) == 0o600
    with pytest.raises(StackError, match="run `claimflow down` first"):
        stack_of(paths, "postgres").__enter__()
    again = stack_of(paths, "postgres", "simulator")
    again.start()
    assert again.piece("postgres").pid == pid

    assert again.stop() == ["simulator", "postgres"]
    assert running_environment(paths) == {}


def test_what_a_crashed_run_left_is_stopped_and_said(paths: StackPaths) -> None:
    crashed = stack_of(paths, "simulator")
    crashed.piece("simulator").start({})
    pid = crashed.piece("simulator").pid
    said: list[str] = []

    with LocalStack(paths, ephemeral_ports=True, only=["simulator"], say=said.append) as stack:
        assert stack.piece("simulator").pid != pid

    assert said[0] == "stopped what an earlier run had left: simulator"


def test_a_database_that_does_not_answer_is_named(paths: StackPaths, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")

    with pytest.raises(StackError, match="DATABASE_URL: no PostgreSQL answers there"):
        stack_of(paths, "postgres").start()


def test_a_temporal_server_that_does_not_answer_is_named(
    paths: StackPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", "127.0.0.1:1")

    with pytest.raises(StackError, match=r"TEMPORAL_ADDRESS=127\.0\.0\.1:1: no Temporal server answers"):
        stack_of(paths, "temporal").start()
