"""What every long story remembers of the doorbells that rang for it."""

from __future__ import annotations

from datetime import datetime
from typing import Generic, Protocol, TypeVar

from contracts.claim import REMEMBERED_MESSAGES
from workflows.waiting import Today


class Message(Protocol):
    """A doorbell as a signal."""

    @property
    def message_id(self) -> str: ...

    @property
    def business_at(self) -> datetime: ...


class Remembered(Protocol):
    """The part of a story's serialisable state that this room keeps."""

    told_at: datetime
    message_ids: list[str]


S = TypeVar("S", bound=Remembered)


class DoorbellMemory(Generic[S]):
    """Today, which messages were seen, and whether one rang since the row was last read."""

    def __init__(self, state: S, opened_at: datetime) -> None:
        """Go on from a state, at the business date of the start message."""
        self.state = state
        self.today = Today(max(state.told_at, opened_at))
        self.rung = False
        """A doorbell rang and no step has read the row since."""

    def hear(self, message: Message | None) -> None:
        """Take a doorbell once; a repeated message changes nothing. One without a body only asks to look."""
        if message is None:
            self.rung = True
            return
        self.today.tell(message.business_at)
        if message.message_id in self.state.message_ids:
            return
        self.state.message_ids = [*self.state.message_ids, message.message_id][-REMEMBERED_MESSAGES:]
        self.rung = True
