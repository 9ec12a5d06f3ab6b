"""Runs a command as the user `nobody`: PostgreSQL refuses to be root, and containers often are.

    python unprivileged.py COMMAND ARGUMENT...

The process keeps the one right to pass through folders closed to others (the checkout may lie in root's
home); no user is created and no folder's mode is changed. It replaces itself by the command: the pid stays.
"""

from __future__ import annotations

import ctypes
import os
import sys

NOBODY = 65534
_PR_SET_KEEPCAPS = 8
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_RAISE = 2
_CAP_DAC_OVERRIDE = 1
_CAPABILITY_VERSION_3 = 0x20080522


def drop_root() -> None:
    """Changes to `nobody`, keeping CAP_DAC_OVERRIDE over the exec where the kernel lets it (Linux)."""
    libc = ctypes.CDLL(None, use_errno=True)
    linux = sys.platform == "linux"
    if linux:
        libc.prctl(_PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)
    if linux:
        bit = 1 << _CAP_DAC_OVERRIDE
        header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
        sets = (ctypes.c_uint32 * 6)(bit, bit, bit, 0, 0, 0)  # effective, permitted, inheritable
        if libc.capset(header, sets) == 0:
            libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, _CAP_DAC_OVERRIDE, 0, 0)


if __name__ == "__main__":
    drop_root()
    os.execv(sys.argv[1], sys.argv[1:])
