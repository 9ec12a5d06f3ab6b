"""What every ordering command does: give the order an id, carry it out, and tell what became of it."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Protocol

import typer

from cli import output
from cli.connection import Servers, find_servers, open_books
from cli.failures import CannotRun

if TYPE_CHECKING:
    from storage.unit_of_work import Books


class Outcome(Protocol):
    """What became of an order, and where its story stands now."""

    @property
    def accepted(self) -> bool: ...

    @property
    def refusal(self) -> str: ...

    def as_document(self) -> dict[str, Any]: ...

    def in_words(self) -> str: ...


Ordering = Callable[["Books", Servers, int, int, dict[str, Any]], Awaitable[Outcome]]
"""Carries a body out on the books of an organisation, about the claim, appeal or case of that number."""


def own_id(business_id: str | None) -> str:
    """The caller's id of an order, or a fresh one."""
    return business_id or f"cli:{uuid.uuid4()}"


def obey(
    order: Ordering, organisation: int, number: int, body: dict[str, Any], business_id: str | None, *, as_json: bool
) -> None:
    """Carry an order about one number out, under its id, and print what became of it.

    Raises:
        CannotRun: nobody answered; the text tells how to repeat this same order.
        typer.Exit: 1, when it was refused.
    """
    used = own_id(business_id)
    servers = find_servers()
    with open_books(servers) as books:

        async def carried_out() -> Outcome:
            return await order(books, servers, organisation, number, body | {"id": used})

        try:
            outcome = asyncio.run(carried_out())
        except CannotRun as failure:
            raise CannotRun(f"{failure}; to repeat this same order, give --id {used}") from None
    if as_json:
        output.print_json(outcome.as_document())
    elif outcome.accepted:
        output.stdout().print(outcome.in_words())
    if not outcome.accepted:
        output.say(f"claimflow: refused: {outcome.refusal}")
        raise typer.Exit(1)
