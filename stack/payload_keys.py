"""Keys that encrypt protected payloads of the local stack: made once, kept in its state folder."""

from __future__ import annotations

import os

from contracts.converter import KEYS_VARIABLE, new_keys
from stack.paths import StackPaths


def payload_keys(paths: StackPaths) -> str:
    """The operator's keys from the environment, else the stack's own; readable by this user only."""
    given = os.environ.get(KEYS_VARIABLE)
    if given:
        return given
    file = paths.state / "payload.keys"
    if not file.exists():
        paths.create()
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as out:
            out.write(new_keys())
    return file.read_text().strip()
