"""``claimflow ops replay-open``: whether the open histories replay on the code that is here."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from cli import options, output


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("replay-open")(replay_open)


def replay_open(
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most this many open histories.")] = 200,
    as_json: options.AsJson = False,
) -> None:
    """Replay open histories on this code before it is released. Exit 1 when one does not replay."""
    replayed = asyncio.run(_replay(limit))
    if as_json:
        output.print_json({"replayed": replayed, "refused": None})
    else:
        output.stdout().print(f"{replayed} open histories replay on this code")


async def _replay(limit: int) -> int:
    from cli.connection import connect_temporal, find_servers
    from cli.failures import Negative
    from workers.deployment import ReleaseRefused
    from workers.deployment import replay_open as replay

    client = await connect_temporal(find_servers())
    try:
        return await replay(client, limit)
    except ReleaseRefused as refusal:
        raise Negative(str(refusal), {"replayed": None, "refused": str(refusal)}) from None
