"""An order about a story that ends for good, such as a case or a level of an appeal: a closed one takes no more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from temporalio.client import Client, WorkflowHandle

from cli.connection import Servers, connect_temporal, require_organisation
from cli.ordering import Order, OrderDesk, Told
from storage.models import Command
from storage.unit_of_work import Books

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

CLOSED = "closed"
"""The last state of every such story, as its row and its document say it."""

Document = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Story:
    """What tells one kind of story from another to whoever orders about it."""

    kept_as: tuple[str, str]
    """Where the books keep an order: the key of its changes that holds the number, and its verb there."""
    read: Callable[[Session], Document]
    """The story as people and programs see it; ``state`` is one of its keys.

    Raises:
        Negative: there is no such story, or the person may not see it.
    """
    refusal: Callable[[Document], str | None]
    """Why the order cannot be given now; None when the workflow is to decide."""
    words: Callable[[Document, str], str]
    """What became of the order; the text is `` before`` where it had been carried out already."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of an order, and where its story stands now."""

    order: Order
    accepted: bool
    refusal: str
    repeated: bool
    """The same business id had been carried out before; nothing was done now."""
    shown: Document
    words: Callable[[Document, str], str]

    def as_document(self) -> Document:
        """The JSON answer."""
        return {
            "command": self.order.verb,
            "id": self.order.business_id,
            "accepted": self.accepted,
            "refusal": self.refusal or None,
            "repeated": self.repeated,
            **self.shown,
        }

    def in_words(self) -> str:
        """What became of an order that was carried out."""
        return self.words(self.shown, " before" if self.repeated else "")


class StoryDesk(OrderDesk):
    """Carries one order to a case's or an appeal's workflow, as long as it is open."""

    def __init__(self, books: Books, organisation_id: int, order: Order, story: Story) -> None:
        super().__init__(books, organisation_id, order)
        self._story_of = story

    async def carry_out(self, servers: Servers) -> Outcome:
        """Carry the order out, or say why not; the same business id again says what became of it then.

        Raises:
            Negative: there is no such story.
            CannotRun: Temporal or the workers do not answer.
        """
        shown = self.read()
        if (known := self.answer_kept()) is not None:
            return self._outcome(known, repeated=True)
        if why := self._story_of.refusal(shown):
            return self._outcome(Told(accepted=False, refusal=why))
        return self._outcome(await self.send(await connect_temporal(servers)))

    def is_same_order(self, kept: Command) -> bool:
        key, verb = self._story_of.kept_as
        return (kept.changes.get(key), kept.verb) == (self.order.number, verb)

    async def wake(self, client: Client, handle: WorkflowHandle[Any, Any]) -> Told | None:  # noqa: ARG002
        """A story that closed meanwhile needs no workflow: its update says so."""
        self.ring_open()

        async def runs_or_closed() -> bool:
            return await self.is_running(handle) or self.read()["state"] == CLOSED

        await self.until(runs_or_closed, "was not started by the dispatcher")
        return None

    def read(self) -> Document:
        """The story as it stands."""
        with self.books.transaction(self.organisation_id) as session:
            require_organisation(session, self.organisation_id)
            return self._story_of.read(session)

    def _outcome(self, answer: Told, *, repeated: bool = False) -> Outcome:
        return Outcome(
            order=self.order,
            accepted=answer.accepted,
            refusal=answer.refusal,
            repeated=repeated,
            shown=self.read(),
            words=self._story_of.words,
        )
