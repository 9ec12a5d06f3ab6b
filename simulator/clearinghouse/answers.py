"""Answers: kept until they are due, then written into the mailbox."""

from __future__ import annotations

import os
from datetime import datetime

from simulator.clearinghouse.desk import Desk
from simulator.clearinghouse.misbehaviour import Misbehaviour, misbehaviour
from simulator.store.database import stored

_HELD_KINDS = "held kinds"


def keep_answer(desk: Desk, kind: str, name: str, due: str, content: bytes) -> None:
    """Keep an answer for its date; call it inside the transaction of its cause."""
    state = "held" if kind in held_kinds(desk) else "waiting"
    desk.database.insert("answers", kind=kind, name=name, due=due, content=content, state=state)


def held_kinds(desk: Desk) -> set[str]:
    """Kinds of answers that are kept back until they are released."""
    return set(desk.database.fact(_HELD_KINDS).split())


def hold_kind(desk: Desk, kind: str) -> None:
    """Keep back every answer of a kind, those still to be made included."""
    with desk.database.transaction():
        desk.database.remember(_HELD_KINDS, " ".join(sorted({*held_kinds(desk), kind})))
        desk.database.execute("UPDATE answers SET state = 'held' WHERE kind = ? AND state = 'waiting'", kind)


def release_kind(desk: Desk, kind: str) -> None:
    """Let go of what was held of a kind, and of what was lost."""
    with desk.database.transaction():
        desk.database.remember(_HELD_KINDS, " ".join(sorted(held_kinds(desk) - {kind})))
        desk.database.execute("UPDATE answers SET state = 'waiting' WHERE kind = ? AND state IN ('held', 'lost')", kind)


def free_name(desk: Desk, stem: str, ending: str) -> str:
    """A name no answer has had: the stem itself, or with a number."""
    taken = {str(row["name"]) for row in desk.database.rows("SELECT name FROM answers WHERE name LIKE ?", f"{stem}%")}
    number, name = 1, f"{stem}.{ending}"
    while name in taken:
        number += 1
        name = f"{stem}-{number}.{ending}"
    return name


def release_due_answers(desk: Desk, now: datetime) -> int:
    """Write every due answer into the mailbox; returns how many reached it.

    An answer is marked delivered after it was written: a crash in between writes it again with the same name
    and bytes, and the reader knows a file by its content.
    """
    with desk.database.transaction():
        desk.database.execute("UPDATE answers SET state = 'ready' WHERE state = 'waiting' AND due <= ?", stored(now))
    habits = misbehaviour(desk.database)
    released = 0
    for row in desk.database.rows("SELECT id, name, content FROM answers WHERE state = 'ready' ORDER BY due, id"):
        lost = habits.loses(habits.lose_files, desk.seed, row["name"])
        if not lost:
            _put_into_mailbox(desk, row["name"], row["content"], habits)
            released += 1
        desk.database.execute("UPDATE answers SET state = ? WHERE id = ?", "lost" if lost else "delivered", row["id"])
    return released


def deliver_again(desk: Desk, name: str) -> bool:
    """Write an old answer into the mailbox once more under another name; False when there is none."""
    row = desk.database.row("SELECT content FROM answers WHERE name = ? AND state IN ('delivered', 'lost')", name)
    if row is None:
        return False
    with desk.database.transaction():
        again = desk.database.next_number(f"again/{name}")
    _write(desk, f"again{again}-{name}", row["content"])
    return True


def _put_into_mailbox(desk: Desk, name: str, content: bytes, habits: Misbehaviour) -> None:
    _write(desk, name, content)
    if habits.duplicate_files:
        _write(desk, f"copy-{name}", content)


def _write(desk: Desk, name: str, content: bytes) -> None:
    staged = desk.folders.staging / name
    with staged.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    staged.replace(desk.folders.outbound / name)
