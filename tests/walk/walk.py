"""A walk on its way: who has what in hand, the model beside it, and how one step is played and checked."""

from __future__ import annotations

import asyncio
import copy
import os
import time
import traceback
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import x12
from tests.walk import observe, payer
from tests.walk.decision import Decision
from tests.walk.model import Model
from tests.walk.observe import Seen
from tests.walk.script import Step
from tests.walk.world import World

LONGEST_STEP = 300.0
"""Seconds; a task lost to a worker that stopped waits for its own time limit of two minutes."""
GOES_ON_WITHIN = 5.0
"""Seconds in which a fault must not pass by itself to count as one."""
TRACED = bool(os.environ.get("WALK_TRACE"))


class Impossible(Exception):
    """The step cannot be played now: it is passed over."""


class Broken(AssertionError):
    """The walk found something that must not be."""


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """A file for our mailbox and what it says, told to the model when it is delivered the first time."""

    name: str
    content: bytes
    parts: tuple[x12.Content, ...] = ()
    decisions: tuple[Decision, ...] = ()
    announced: int = 0
    held_back: int = 0
    rejects: tuple[int, ...] = ()
    letter_for: int = 0
    payment: tuple[int, int] = (0, 0)
    """Account and cents of a patient's check."""


@dataclass(frozen=True, kw_only=True)
class Order:
    """A command that was given, as it was given."""

    claim: int
    verb: str
    body: dict[str, Any]


@dataclass
class Walk:
    """Everything a walk knows."""

    world: World
    model: Model = field(default_factory=Model)
    claims: dict[int, int] = field(default_factory=dict)
    """Claim number by slot."""
    charges: dict[int, tuple[int, ...]] = field(default_factory=dict)
    accounts: dict[int, int] = field(default_factory=dict)
    """Account number by patient."""
    sent: dict[str, payer.Sent] = field(default_factory=dict)
    """Attempts that reached a payer, by CLM01."""
    drawer: list[Envelope] = field(default_factory=list)
    """Written, and kept back: it comes late."""
    delivered: list[Envelope] = field(default_factory=list)
    checks: list[tuple[str, str, int, int]] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    serial: int = 0
    quiet: bool = False
    """The step at hand must change nothing in the books."""
    expect_counts: dict[str, int] | None = None
    """Rows that every book must still have after this step, where not all of them count."""
    passed: datetime | None = None
    """Where the clock was moved to in this step."""
    signalled: list[Order] = field(default_factory=list)
    """Commands of this step given by signal: they may not vanish."""
    seen: Seen | None = None
    played: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    slowest: tuple[float, str] = (0.0, "")
    _read: set[str] = field(default_factory=set)

    async def play(self, step: Step, act: Callable[[Walk, dict[str, Any]], Awaitable[None]]) -> bool:
        """Play, settle and check one step; False when it is impossible now.

        Raises:
            Broken: something is not as the rules say.
        """
        began = time.monotonic()
        self.serial += 1
        self.model.begin()
        self.quiet, self.passed, self.signalled, self.expect_counts = False, None, [], None
        if self.seen is None:
            self.seen = await asyncio.to_thread(observe.look, self.world.books)
        before = self.seen
        try:
            async with asyncio.timeout(LONGEST_STEP):
                await act(self, step.facts)
                await self.world.settle()
        except Impossible:
            return False
        except Exception as error:
            if TRACED:
                traceback.print_exc()
            raise Broken(f"{step}: {type(error).__name__}: {error}") from error
        self._read_deliveries()
        wrong = await self._what_is_wrong(before)
        self.played[step.kind] += 1
        took = time.monotonic() - began
        self.seconds[step.kind] += took
        self.slowest = max(self.slowest, (took, str(step)))
        if TRACED:
            print(f"{self.serial:5} {took:6.2f} s  {step}")
        if wrong:
            if TRACED:
                print(f"BROKEN {step}: {wrong}")
            raise Broken(f"{step}: " + "; ".join(wrong))
        return True

    async def _what_is_wrong(self, before: Seen) -> list[str]:
        """Check what is seen at rest. A fault that passes by itself was none: a server may tell of a timer that
        fired, or of a signal, a moment late."""
        while True:
            rows, seen = await self._look_at_rest()
            kept = copy.deepcopy((self.model, self.charges))
            wrong = self._signals(before, seen)
            wrong += self.model.check(seen, self.world.mail.papers, self.passed)
            expected = before.counts if self.quiet else self.expect_counts or {}
            changed = {n: (c, seen.counts[n]) for n, c in expected.items() if seen.counts[n] != c}
            if changed:
                wrong.append(f"this changes nothing, and yet the books changed: {changed}")
            if wrong and await self._goes_on(rows, seen):
                self.model, self.charges = kept
                continue
            self.seen = seen
            return wrong

    async def _goes_on(self, rows: Seen, seen: Seen) -> bool:
        """Whether anything moves within a few seconds, although nothing seemed in flight."""
        until = time.monotonic() + GOES_ON_WITHIN
        while time.monotonic() < until:
            await asyncio.sleep(0.1)
            now = await asyncio.to_thread(observe.look, self.world.books)
            if now != rows or await observe.with_workflows(now, self.world.client) != seen:
                await self.world.settle()
                return True
        return False

    async def _look_at_rest(self) -> tuple[Seen, Seen]:
        """Rows alone, and with the workflows, of one moment: when the rows moved meanwhile, once more."""
        async with asyncio.timeout(LONGEST_STEP):
            while True:
                rows = await asyncio.to_thread(observe.look, self.world.books)
                seen = await observe.with_workflows(rows, self.world.client)
                if await asyncio.to_thread(observe.look, self.world.books) == rows:
                    return rows, seen
                await self.world.settle()

    def _signals(self, before: Seen | None, now: Seen) -> list[str]:
        """A signal becomes a command that was carried out, or a work item with the reason: never silence."""
        known = before.commands if before is not None else {}
        refused = 0
        for order in self.signalled:
            business_id = str(order.body.get("id", ""))
            if business_id in known:
                continue
            if now.commands.get(business_id, False):
                self.carried_out(order)
            else:
                refused += 1
        told = now.misfits - (before.misfits if before is not None else 0)
        return [f"{refused} commands by signal refused, {told} work items say so"] if refused > told else []

    def carried_out(self, order: Order) -> None:
        """Tell the model of a command that the product accepted."""
        slot = next(slot for slot, number in self.claims.items() if number == order.claim)
        charges = None
        changes = order.body.get("changes") or {}
        if changes:
            lines = list(self.charges[slot])
            for place in range(len(lines)):
                lines[place] = int(changes.get(f"lines.{place + 1}.charge_cents", lines[place]))
            self.charges[slot] = tuple(lines)
            charges = sum(lines)
        self.model.carried_out(order.claim, order.verb, charges)

    def _read_deliveries(self) -> None:
        for name in sorted(self.world.mailbox.delivered.keys() - self._read):
            self._read.add(name)
            for sent in payer.read(self.world.mailbox.delivered[name]):
                if sent.control_number in self.sent:
                    raise Broken(f"{sent.control_number} was sent twice")
                if sent.frequency != "1" and (sent.payer == "MCARE" or not sent.original_reference):
                    raise Broken(f"{sent.control_number} went to {sent.payer} with frequency {sent.frequency}")
                self.sent[sent.control_number] = sent

    def told(self, envelope: Envelope) -> None:
        """The envelope reaches us for the first time."""
        self.delivered.append(envelope)
        for decision in envelope.decisions:
            self.model.decided(decision)
        self.model.paid_out(envelope.announced, envelope.held_back)
        for number in envelope.rejects:
            self.model.rejected(number)
        if envelope.letter_for:
            self.model.answered_by_letter(envelope.letter_for)
        if envelope.payment[1]:
            self.model.patient_paid(*envelope.payment)

    def figures(self) -> str:
        """Steps by kind with their seconds, and claims by stage."""
        assert self.seen is not None
        stages = Counter(claim.stage for claim in self.seen.claims.values())
        kinds = ", ".join(
            f"{kind} {times} ({self.seconds[kind] / times:.2f} s)" for kind, times in self.played.most_common()
        )
        where = ", ".join(f"{stage} {times}" for stage, times in stages.most_common())
        return (
            f"{sum(self.played.values())} steps in {sum(self.seconds.values()):.1f} s: {kinds}. Claims: {where}. "
            f"{self.seen.counts['postings']} postings, {self.seen.counts['attempts']} attempts, "
            f"{self.seen.counts['decisions']} decisions, {self.seen.counts['statements']} statements. "
            f"Slowest: {self.slowest[0]:.1f} s, {self.slowest[1]}"
        )
