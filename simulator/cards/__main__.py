"""``python -m simulator.cards``: the sandbox gateway until it is told to stop."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from pathlib import Path

from simulator.cards.sandbox import CardSandbox


def main() -> int:
    """Exit code 0 after SIGTERM or Ctrl-C, 2 when it could not start."""
    parser = argparse.ArgumentParser(prog="simulator.cards", description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--state", type=Path, default=None, help="folder that keeps its books")
    parser.add_argument("--secret-file", type=Path, default=None, help="holds the log-in and signature secret")
    parser.add_argument("--webhook-url", default="", help="who is told of every charge")
    chosen = parser.parse_args()
    try:
        secret = "sandbox" if chosen.secret_file is None else chosen.secret_file.read_text().strip()
        sandbox = CardSandbox(port=chosen.port, secret=secret, state=chosen.state, webhook_url=chosen.webhook_url)
    except OSError as error:
        sys.stderr.write(f"simulator.cards: cannot start: {error.strerror or error}; choose other port or files\n")
        return 2
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    with sandbox:
        sys.stdout.write(f"{sandbox.url}\n")
        sys.stdout.flush()
        stopped.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
