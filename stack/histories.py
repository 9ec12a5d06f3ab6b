"""`python -m stack.histories`: committed workflow histories are never changed or deleted afterwards.

A change of code that cannot replay one needs a patch (`workflow.patched`), not another recording.
"""

from __future__ import annotations

import subprocess
import sys

from stack.paths import CHECKOUT

_HISTORIES = ":(glob)tests/**/histories/**/*.json"


def changed_histories() -> list[str] | None:
    """Histories changed or deleted since they were first committed; None where there is no Git to ask."""
    if not (CHECKOUT / ".git").exists():
        return None
    in_commits = ["log", "--format=", "--name-only", "--diff-filter=MDT", "--no-renames"]
    in_the_checkout = ["diff", "HEAD", "--name-only", "--diff-filter=MDT", "--no-renames"]
    changed: set[str] = set()
    for question in (in_commits, in_the_checkout):
        answer = subprocess.run(
            ["git", *question, "--", _HISTORIES], cwd=CHECKOUT, capture_output=True, text=True, check=False
        )
        if answer.returncode != 0:
            return None
        changed.update(line for line in answer.stdout.splitlines() if line)
    return sorted(changed)


def main() -> int:
    changed = changed_histories()
    if changed is None:
        print("committed histories: not a Git checkout, nothing to compare with")
        return 0
    for name in changed:
        print(f"{name}: a committed history was changed or deleted; restore it and guard the change by a patch")
    return 1 if changed else 0


if __name__ == "__main__":
    sys.exit(main())
