"""``claimflow up``, ``down`` and ``status``: the stack of this machine, left running between commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from cli import options, output

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stack.local import LocalStack, PieceStatus


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("up")(up)
    app.command("down")(down)
    app.command("status")(status)


def up(as_json: options.AsJson = False) -> None:
    """Start PostgreSQL, Temporal, simulator and workers, and leave them running. The first time takes minutes."""
    from stack.local import LocalStack

    stack = LocalStack()
    running_before = _runs(stack)
    if not running_before:
        output.say("starting the local stack; a first start builds what is missing ...")
        stack.start()
        try:
            _ensure_practice(stack)
        except BaseException:
            stack.stop()
            raise
        stack.detach()
    pieces = stack.status()
    if as_json:
        output.print_json(_document(stack, pieces) | {"already_running": running_before})
        return
    output.stdout().print("the local stack is already running" if running_before else "the local stack is up")
    _print_places(stack, pieces)
    output.say("stop it with `claimflow down`")


def down(as_json: options.AsJson = False) -> None:
    """Stop everything that `claimflow up` started; the books are kept."""
    from stack.local import LocalStack

    stopped = LocalStack().stop()
    if as_json:
        output.print_json({"stopped": stopped})
    else:
        output.stdout().print(f"stopped {', '.join(stopped)}" if stopped else "nothing was running")


def status(as_json: options.AsJson = False) -> None:
    """Say what runs and where. Exit 1 when a piece does not run."""
    from stack.local import LocalStack

    stack = LocalStack()
    pieces = stack.status()
    everything = _runs(stack, pieces)
    if as_json:
        output.print_json(_document(stack, pieces))
    else:
        _print_places(stack, pieces)
        if not everything:
            output.say("not everything runs: start it with `claimflow up`")
    raise typer.Exit(0 if everything else 1)


def _runs(stack: LocalStack, pieces: Sequence[PieceStatus] | None = None) -> bool:
    return stack.paths.summary.exists() and all(piece.alive for piece in pieces or stack.status())


def _ensure_practice(stack: LocalStack) -> None:
    from cli.connection import Servers, open_books
    from storage.organisations import ensure_local_practice

    with open_books(Servers(variables=stack.environment())) as books, books.system() as session:
        ensure_local_practice(session)


def _document(stack: LocalStack, pieces: Sequence[PieceStatus]) -> dict[str, object]:
    return {
        "running": _runs(stack, pieces),
        "pieces": [
            {"name": piece.name, "alive": piece.alive, "pid": piece.pid, "where": piece.where} for piece in pieces
        ],
        "urls": _urls(stack, pieces),
        "state": str(stack.paths.state),
        "logs": str(stack.paths.logs),
    }


def _urls(stack: LocalStack, pieces: Sequence[PieceStatus]) -> dict[str, str]:
    alive = any(piece.name == "temporal" and piece.alive for piece in pieces)
    ui = stack.temporal.ui if alive else None
    return {"temporal_ui": ui} if ui else {}


def _print_places(stack: LocalStack, pieces: Sequence[PieceStatus]) -> None:
    output.print_table(
        "",
        ("piece", "runs", "pid", "where"),
        # Migrations are done, not running: their outcome was told when they ran.
        ((piece.name, piece.alive, piece.pid, piece.where) for piece in pieces if piece.name != "migrations"),
        empty="no pieces",
    )
    for name, url in _urls(stack, pieces).items():
        output.stdout().print(f"{output.words(name)}: {url}")
    output.stdout().print(f"logs: {stack.paths.logs}")
