"""The simulator as a process: SFTP, HTTPS and control over real sockets, killed and started again."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest

import x12
from gateways.clearinghouse import ClearinghouseMailbox, RealTimeLine
from gateways.errors import ClearinghouseUnreachable, LoginRefused, PayerBusy, PayerRefused, PayerUnreachable
from gateways.mail import PaperMail
from gateways.settings import ClearinghouseSettings
from tests.support.eventually import assert_eventually
from tests.unit.simulator.claims_for_tests import MEMBER_IDS, a_claim
from tests.unit.simulator.practice_for_tests import claims_interchange, eligibility_question, parts_of

DAY_ONE = "2026-01-12T12:00:00+00:00"
MONTHS_LATER = "2026-04-30T12:00:00+00:00"
REPOSITORY = Path(__file__).parents[2]


@dataclass
class Simulator:
    """A simulator process and its state folder."""

    state: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait for its ready file."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "simulator", "--state", str(self.state), "--seed", "5"], cwd=REPOSITORY
        )
        deadline = time.monotonic() + 30
        while not self._ready():
            assert self.process.poll() is None, "the simulator ended before it was ready"
            assert time.monotonic() < deadline, "the simulator was not ready within 30 seconds"
            time.sleep(0.05)

    def _ready(self) -> bool:
        assert self.process is not None
        try:
            return bool(self.values()["pid"] == self.process.pid)
        except (OSError, ValueError):
            return False

    def end(self, number: signal.Signals) -> int:
        """Send a signal and wait for the end."""
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(timeout=20)

    def values(self) -> dict[str, Any]:
        """The ready file."""
        found: dict[str, Any] = json.loads((self.state / "simulator.json").read_text())
        return found

    def settings(self) -> ClearinghouseSettings:
        return ClearinghouseSettings.from_file(self.state / "simulator.json")

    def orders(self, path: str, **body: Any) -> dict[str, Any]:
        """POST to the control port."""
        address = f"http://127.0.0.1:{self.values()['control_port']}{path}"
        answer = httpx.post(address, json=body, trust_env=False, timeout=30)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found


@contextmanager
def _running(state: Path) -> Iterator[Simulator]:
    ours = Simulator(state=state)
    ours.start()
    yield ours
    if ours.process is not None and ours.process.poll() is None:
        ours.end(signal.SIGKILL)


@pytest.fixture
def simulator(tmp_path: Path) -> Iterator[Simulator]:
    """A simulator of this test alone."""
    with _running(tmp_path / "state") as ours:
        yield ours


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    with _running(tmp_path_factory.mktemp("shared") / "state") as ours:
        yield ours


@pytest.fixture
def steady(shared: Simulator) -> Iterator[Simulator]:
    """A simulator for tests that leave its books alone; it behaves well again afterwards."""
    yield shared
    shared.orders("/misbehave", down=False, slow_ms=0, too_many_requests=0)


@pytest.fixture
async def mailbox(simulator: Simulator) -> AsyncIterator[ClearinghouseMailbox]:
    async with ClearinghouseMailbox(simulator.settings()) as found:
        yield found


@pytest.fixture
async def steady_mailbox(steady: Simulator) -> AsyncIterator[ClearinghouseMailbox]:
    async with ClearinghouseMailbox(steady.settings()) as found:
        yield found


@pytest.fixture
async def line(steady: Simulator) -> AsyncIterator[RealTimeLine]:
    async with RealTimeLine(steady.settings()) as found:
        yield found


async def _names(mailbox: ClearinghouseMailbox) -> list[str]:
    return [file.name.split("-")[0] for file in await mailbox.list_waiting()]


async def test_a_claim_goes_out_over_sftp_and_its_answers_come_back(
    simulator: Simulator, mailbox: ClearinghouseMailbox
) -> None:
    await mailbox.deliver("batch.x12", claims_interchange([a_claim()], 1))
    told = simulator.orders("/advance", now=DAY_ONE)
    assert (told["accepted"], told["released"], told["mailbox"]) == (1, 2, 2)
    assert told["next_due"] == "2026-01-13T06:00:00+00:00"
    simulator.orders("/advance", now=MONTHS_LATER)
    assert await _names(mailbox) == ["277ca", "835", "999", "bank", "ta1"]
    for file in await mailbox.list_waiting():
        content = await mailbox.fetch(file.name)
        assert content.startswith(b"date,amount,") if file.name.endswith(".csv") else list(parts_of(content))
        await mailbox.remove(file.name)
    assert await mailbox.list_waiting() == []


async def test_a_paper_is_taken_once_its_manifest_is_there(simulator: Simulator) -> None:
    async with PaperMail(simulator.settings()) as mail:
        manifest = {
            "paper": "appeal",
            "reference": "A-1",
            "organisation": 1,
            "payer": "PPO01",
            "claim_control_number": "5-1",
            "date": date(2026, 1, 12).isoformat(),
        }
        await mail.send("A-1", b"%PDF-1.4", manifest)
    assert simulator.orders("/advance", now=DAY_ONE)["accepted"] == 1
    assert simulator.orders("/advance", now=MONTHS_LATER)["mailbox"] == 1


async def test_killed_and_started_again_it_comes_back_where_it_was_with_everything(
    simulator: Simulator, mailbox: ClearinghouseMailbox
) -> None:
    await mailbox.deliver("batch.x12", claims_interchange([a_claim()], 1))
    simulator.orders("/advance", now=DAY_ONE)
    await mailbox.deliver(
        "late.x12", claims_interchange([a_claim(control_number="7-1", payer="MCAID", member_id=MEMBER_IDS["MCAID"])], 2)
    )
    simulator.orders("/misbehave", too_many_requests=3)
    before = simulator.values()
    assert simulator.end(signal.SIGKILL) == -signal.SIGKILL
    simulator.start()
    assert {**simulator.values(), "pid": 0} == {**before, "pid": 0}
    assert simulator.orders("/misbehave")["too_many_requests"] == 3
    simulator.orders("/advance", now=DAY_ONE)
    simulator.orders("/advance", now=MONTHS_LATER)
    async with ClearinghouseMailbox(simulator.settings()) as after:
        names = await _names(after)
    banked = names.count("bank")
    assert 1 <= banked <= 2, "a file for each day on which one of the payers paid"
    assert sorted(names) == sorted(["277ca", "835", "999", "ta1"] * 2 + ["bank"] * banked)


@pytest.mark.parametrize("files_done", [0, 1, 2])
async def test_killed_in_the_middle_of_a_day_it_decides_and_pays_every_claim_once(
    simulator: Simulator, mailbox: ClearinghouseMailbox, files_done: int
) -> None:
    numbers = [f"{number}-1" for number in range(100, 190)]
    for batch in range(3):
        claims = [a_claim(control_number=number, member_id=f"SUM{number[:3]}000000") for number in numbers[batch::3]]
        await mailbox.deliver(f"batch-{batch}.x12", claims_interchange(claims, batch + 1))
    with ThreadPoolExecutor(1) as conductor:
        day = conductor.submit(simulator.orders, "/advance", now=DAY_ONE)
        await assert_eventually(lambda: _files_in_books(simulator) >= files_done or day.done(), timeout=30)
        simulator.end(signal.SIGKILL)
        with suppress(httpx.TransportError):  # unless the day was over before it was killed
            day.result(timeout=30)
    simulator.start()
    simulator.orders("/advance", now=DAY_ONE)
    simulator.orders("/advance", now=MONTHS_LATER)
    taken: Counter[str] = Counter()
    paid: Counter[str] = Counter()
    async with ClearinghouseMailbox(simulator.settings()) as after:
        for file in await after.list_waiting():
            for part in parts_of(await after.fetch(file.name)) if file.name.endswith(".x12") else ():
                if isinstance(part, x12.ClaimAcknowledgement):
                    taken.update(claim.trace.number for *_, claim in part.claims())
                if isinstance(part, x12.Remittance):
                    paid.update(claim.claim_id for claim in part.claims)
    assert taken == paid == Counter(numbers)


def _files_in_books(simulator: Simulator) -> int:
    """How many interchanges the simulator has entered, read from its own file."""
    database = sqlite3.connect(f"file:{simulator.state / 'simulator.sqlite'}?mode=ro", uri=True)
    try:
        return int(database.execute("SELECT COUNT(*) FROM arrivals").fetchone()[0])
    finally:
        database.close()


def test_told_to_stop_it_stops_cleanly_and_takes_its_ready_file_away(simulator: Simulator) -> None:
    assert simulator.end(signal.SIGTERM) == 0
    assert not (simulator.state / "simulator.json").exists()


def test_a_second_simulator_in_the_same_folder_says_so_in_one_line(steady: Simulator) -> None:
    second = subprocess.run(
        [sys.executable, "-m", "simulator", "--state", str(steady.state)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert second.returncode == 2
    assert second.stderr.splitlines() == [
        "simulator: cannot start: another simulator works in this folder; choose other ports or folder"
    ]


async def test_down_refuses_both_doors_and_up_again_opens_them_on_the_same_ports(
    steady: Simulator, steady_mailbox: ClearinghouseMailbox, line: RealTimeLine
) -> None:
    assert await steady_mailbox.list_waiting() == []
    steady.orders("/misbehave", down=True)
    with pytest.raises(ClearinghouseUnreachable):
        await steady_mailbox.list_waiting()
    with pytest.raises(PayerUnreachable):
        await line.ask(eligibility_question("PPO01", MEMBER_IDS["PPO01"]))
    assert steady.orders("/advance", now=DAY_ONE)["accepted"] == 0
    steady.orders("/misbehave", down=False)
    assert await steady_mailbox.list_waiting() == []
    assert await line.ask(eligibility_question("PPO01", MEMBER_IDS["PPO01"]))


async def test_killed_while_down_it_is_still_down_until_told_otherwise(simulator: Simulator) -> None:
    simulator.orders("/misbehave", down=True)
    ports = simulator.values()
    simulator.end(signal.SIGKILL)
    simulator.start()
    async with ClearinghouseMailbox(simulator.settings()) as mailbox:
        with pytest.raises(ClearinghouseUnreachable):
            await mailbox.list_waiting()
        simulator.orders("/misbehave", down=False)
        assert await mailbox.list_waiting() == []
    assert simulator.values()["sftp_port"] == ports["sftp_port"]


async def test_too_many_requests_are_refused_so_many_times(steady: Simulator, line: RealTimeLine) -> None:
    steady.orders("/misbehave", too_many_requests=2)
    question = eligibility_question("PPO01", MEMBER_IDS["PPO01"])
    for _ in range(2):
        with pytest.raises(PayerBusy) as busy:
            await line.ask(question)
        assert busy.value.retry_after_seconds == 1
    (answer,) = parts_of(await line.ask(question))
    assert answer is not None


async def test_slow_is_slow(steady: Simulator, line: RealTimeLine) -> None:
    question = eligibility_question("PPO01", MEMBER_IDS["PPO01"])
    steady.orders("/misbehave", slow_ms=300)
    began = time.monotonic()
    await line.ask(question)
    assert time.monotonic() - began >= 0.3


async def test_a_wrong_password_opens_neither_door(steady: Simulator) -> None:
    values = {**steady.values(), "password": "guess"}
    path = steady.state.parent / "guess.json"
    path.write_text(json.dumps(values))
    settings = ClearinghouseSettings.from_file(path)
    async with RealTimeLine(settings) as line:
        with pytest.raises(PayerRefused, match="401"):
            await line.ask(eligibility_question("PPO01", MEMBER_IDS["PPO01"]))
    async with ClearinghouseMailbox(settings) as mailbox:
        with pytest.raises(LoginRefused):
            await mailbox.list_waiting()


async def test_a_user_sees_only_the_three_folders(steady: Simulator, steady_mailbox: ClearinghouseMailbox) -> None:
    async with steady_mailbox.client() as client:
        names = {str(name) for name in await client.listdir("/")} - {".", ".."}
        assert names == {"inbound", "outbound", "mail"}
        assert not await client.exists("/../keys/password")


def test_an_order_that_is_not_understood_is_answered_with_what_would_be(steady: Simulator) -> None:
    address = f"http://127.0.0.1:{steady.values()['control_port']}"
    for path, body in (("/misbehave", {"dwn": 1}), ("/advance", {"now": "soon"}), ("/control/plant", {})):
        answer = httpx.post(address + path, json=body, trust_env=False)
        assert answer.status_code == 400
        assert answer.json()["error"]


def test_keys_are_for_the_owners_eyes_only(steady: Simulator) -> None:
    for name in ("password", "host_key", "https.key"):
        assert os.stat(steady.state / "keys" / name).st_mode & 0o077 == 0
