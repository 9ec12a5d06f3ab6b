"""`python -m simulator --state DIR`: payers and a clearinghouse on this machine."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

from simulator.process import Ports, run


def main() -> int:
    """Exit code 0 after SIGTERM or Ctrl-C, 2 when it could not start."""
    parser = argparse.ArgumentParser(prog="simulator", description=__doc__)
    parser.add_argument("--state", type=Path, required=True, help="folder that keeps everything")
    parser.add_argument("--sftp-port", type=int, default=0)
    parser.add_argument("--https-port", type=int, default=0)
    parser.add_argument("--control-port", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1, help="decides delays and patients, never verdicts")
    chosen = parser.parse_args()
    ports = Ports(sftp=chosen.sftp_port, https=chosen.https_port, control=chosen.control_port)
    try:
        asyncio.run(run(chosen.state, ports, chosen.seed))
    except OSError as error:
        sys.stderr.write(f"simulator: cannot start: {error.strerror or error}; choose other ports or folder\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
