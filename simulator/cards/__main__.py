"""``python -m simulator.cards [PORT]``: the sandbox gateway until it is interrupted."""

from __future__ import annotations

import contextlib
import sys

from simulator.cards.sandbox import CardSandbox

if __name__ == "__main__":
    sandbox = CardSandbox(port=int(sys.argv[1]) if len(sys.argv) > 1 else 0)
    sys.stdout.write(f"{sandbox.url}\n")
    sys.stdout.flush()
    with contextlib.suppress(KeyboardInterrupt):
        sandbox.serve_forever()
