"""The clearinghouse's work, called from the servers' event loop: one clerk for days, one for questions."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from simulator.clearinghouse.day import Standing, advance, standing
from simulator.clearinghouse.desk import Desk, Folders
from simulator.clearinghouse.misbehaviour import Misbehaviour, misbehave, misbehaviour
from simulator.clearinghouse.plant import plant
from simulator.realtime.desk_clerk import answer_question
from simulator.store.database import Database

T = TypeVar("T")


class Office:
    """Two threads, each with its own connection to the books, so that a long day does not keep questions
    waiting. What the clearinghouse has been told to do wrong is held here for the servers to read."""

    def __init__(self, folders: Folders, seed: int) -> None:
        folders.create()
        self._days = Desk(database=Database(folders.database), folders=folders, seed=seed)
        self._questions = replace(self._days, database=Database(folders.database))
        self._day_clerk = ThreadPoolExecutor(1, "days")
        self._question_clerk = ThreadPoolExecutor(1, "questions")
        self.habits: Misbehaviour = misbehaviour(self._days.database)

    async def advance(self, now: datetime) -> Standing:
        """See `simulator.clearinghouse.day.advance`."""
        return await self._by(self._day_clerk, lambda: advance(self._days, now))

    async def standing(self) -> Standing:
        """See `simulator.clearinghouse.day.standing`."""
        return await self._by(self._day_clerk, lambda: standing(self._days))

    async def plant(self, order: Mapping[str, object]) -> dict[str, object]:
        """See `simulator.clearinghouse.plant.plant`."""
        return await self._by(self._day_clerk, lambda: plant(self._days, order))

    async def misbehave(self, orders: Mapping[str, object]) -> Misbehaviour:
        """See `simulator.clearinghouse.misbehaviour.misbehave`."""
        self.habits = await self._by(self._day_clerk, lambda: misbehave(self._days.database, orders))
        return self.habits

    async def spends_a_refusal(self) -> bool:
        """Whether this real-time request is one of those to be refused with 429; counted in the books."""
        left = self.habits.too_many_requests - 1
        if left < 0:
            return False
        self.habits = replace(self.habits, too_many_requests=left)
        await self._by(self._day_clerk, lambda: misbehave(self._days.database, {"too_many_requests": left}))
        return True

    async def answer(self, body: bytes) -> bytes:
        """See `simulator.realtime.desk_clerk.answer_question`."""
        return await self._by(self._question_clerk, lambda: answer_question(self._questions, body))

    async def close(self) -> None:
        """Finish what is under way and close the books."""
        for clerk, desk in ((self._day_clerk, self._days), (self._question_clerk, self._questions)):
            await self._by(clerk, desk.database.close)
            clerk.shutdown()

    async def _by(self, clerk: ThreadPoolExecutor, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(clerk, work)
