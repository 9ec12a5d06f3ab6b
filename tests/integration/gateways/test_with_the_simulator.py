"""Gateways and translation against the simulated clearinghouse, over its real doors."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import httpx
import pytest

from domain.cash.deposit import DepositLine
from domain.claim.status import StatusKind
from domain.coverage.eligibility import CoverageStatus
from edi import acknowledgement, bank_statement, claim_status, eligibility, inbound, letter, remittance
from edi.claim_interchange import write
from gateways.clearinghouse import ClearinghouseMailbox, RealTimeLine
from gateways.errors import PayerBusy
from gateways.mail import PaperMail
from gateways.papers import reopening
from gateways.settings import ClearinghouseSettings
from tests.integration.gateways.test_papers import REQUEST
from tests.support.eventually import assert_eventually
from tests.unit.edi.samples import ADULT, AT, OWN, PPO, PROVIDER, claim, control_numbers
from x12.envelope.model import TransactionSet
from x12.transactions.acknowledgement import ImplementationAcknowledgement, InterchangeAcknowledgement
from x12.transactions.claim_status import ClaimAcknowledgement

DAY = date(2026, 3, 4)


@dataclass
class House:
    settings: ClearinghouseSettings
    control: httpx.AsyncClient

    async def advance(self, day: date) -> None:
        answer = await self.control.post("/advance", json={"now": f"{day.isoformat()}T15:00:00+00:00"})
        answer.raise_for_status()


@asynccontextmanager
async def simulator(state: Path) -> AsyncIterator[House]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "simulator", "--state", str(state), cwd=Path(__file__).parents[3]
    )
    try:
        file = state / "simulator.json"
        await assert_eventually(lambda: file.exists() or process.returncode is not None, timeout=30)
        assert process.returncode is None, "the simulator ended by itself"
        port = json.loads(file.read_text())["control_port"]
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as control:
            yield House(settings=ClearinghouseSettings.from_file(file), control=control)
    finally:
        process.terminate()
        await process.wait()


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with simulator(tmp_path / "simulator") as running:
        await running.advance(DAY)
        yield running


def claims_file() -> bytes:
    return write([claim()], payer=PPO, provider=PROVIDER, control_numbers=control_numbers(), at=AT, usage="T")


def status_question(number: int) -> bytes:
    return claim_status.question(claim(number), reference="S1", control_numbers=control_numbers(), at=AT, usage="T")


async def emptied(mailbox: ClearinghouseMailbox) -> list[bytes]:
    found = []
    for file in await mailbox.list_waiting():
        found.append(await mailbox.fetch(file.name))
        await mailbox.remove(file.name)
    return found


async def test_a_claim_is_acknowledged_adjudicated_and_known_and_a_duplicate_is_told_apart(house: House) -> None:
    async with ClearinghouseMailbox(house.settings) as mailbox, RealTimeLine(house.settings) as line:
        await mailbox.deliver("batch-1.837", claims_file())
        answers: dict[str, object] = {}
        banked: list[DepositLine] = []
        for days in range(40):
            await house.advance(DAY + timedelta(days=days))
            for content in await emptied(mailbox):
                file = inbound.classify(content, "file")
                assert file.problems == ()
                if file.kind == "bank":
                    banked += bank_statement.read(content).lines
                    continue
                answers |= {part.kind: inbound.open_transaction(content, part.ordinal) for part in file.transactions}
        assert set(answers) == {"TA1", "999", "277CA", "835"}

        assert isinstance(answers["TA1"], InterchangeAcknowledgement)
        assert acknowledgement.interchange_acknowledged(answers["TA1"]).accepted
        assert isinstance(answers["999"], TransactionSet)
        assert isinstance(answers["999"].content, ImplementationAcknowledgement)
        (accepted,) = acknowledgement.functional_acknowledged(answers["999"].content)
        assert (accepted.accepted, accepted.control_number) == (True, "0001")
        assert isinstance(answers["277CA"], TransactionSet)
        assert isinstance(answers["277CA"].content, ClaimAcknowledgement)
        (taken,) = acknowledgement.claims_acknowledged(answers["277CA"].content)
        assert (taken.control_number, taken.in_adjudication) == ("10000001-1", True)
        assert isinstance(answers["835"], TransactionSet)
        (decided,) = remittance.read(answers["835"]).claims
        assert decided.payer_control_number == taken.payer_control_number
        assert [found.line_control_number for found in decided.lines] == ["1", "2"]
        assert decided.charge_cents - sum(a.amount_cents for a in decided.all_adjustments) == decided.paid_cents
        (deposit,) = banked
        told = remittance.read(answers["835"])
        assert (deposit.trace_number, deposit.amount_cents) == (told.trace_number, told.payment_cents)

        known = claim_status.answer(await line.ask(status_question(10_000_001)))
        assert (known.kind, known.payer_control_number) == (StatusKind.FINALISED_PAID, taken.payer_control_number)
        unknown = claim_status.answer(await line.ask(status_question(10_999_999)))
        assert unknown.kind is StatusKind.NOT_FOUND

        await mailbox.deliver("batch-1.837", claims_file())
        await house.advance(DAY + timedelta(days=60))
        (content,) = await emptied(mailbox)
        again = inbound.open_transaction(content, 1)
        assert isinstance(again, InterchangeAcknowledgement)
        assert acknowledgement.interchange_acknowledged(again).duplicate


async def test_coverage_is_told_and_a_busy_payer_says_when_to_come_back(house: House) -> None:
    asked = eligibility.question(
        provider=PROVIDER,
        patient=ADULT,
        coverage=OWN,
        service_date=DAY,
        reference="E1",
        control_numbers=control_numbers(),
        at=AT,
        usage="T",
    )
    async with RealTimeLine(house.settings) as line:
        found = eligibility.answer(await line.ask(asked))
        assert found.status is CoverageStatus.ACTIVE
        assert found.copay_cents is not None
        (await house.control.post("/misbehave", json={"too_many_requests": 1})).raise_for_status()
        with pytest.raises(PayerBusy) as busy:
            await line.ask(asked)
        assert busy.value.retry_after_seconds == 1
        assert eligibility.answer(await line.ask(asked)) == found


async def test_a_reopening_request_is_answered_by_a_letter(house: House) -> None:
    async with PaperMail(house.settings) as mail, ClearinghouseMailbox(house.settings) as mailbox:
        manifest = {
            "paper": "reopening_request",
            "reference": "R-17",
            "payer": "MCARE",
            "claim_control_number": "10999999-1",
            "corrections": {},
        }
        await mail.send("reopening-R-17", reopening.render(REQUEST), manifest)
        letters: list[bytes] = []
        for days in range(1, 90, 10):
            await house.advance(DAY + timedelta(days=days))
            letters += [c for c in await emptied(mailbox) if inbound.classify(c, "letter").kind == "letter"]
        (content,) = letters
        found = letter.read(content)
        assert (found.reference, found.claim_control_number, found.favourable) == ("R-17", "10999999-1", False)
