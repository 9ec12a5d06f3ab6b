"""What is measured, each in a process of its own: `python -m benchmarks.x12_subjects SUBJECT WARM_UP FILE...`.

Prints the seconds of CPU that each file took, the claims found in all of them and the process's peak memory. Every
file is read once, after another small one that wakes up tables and imports: no reader meets a file again.
"""

from __future__ import annotations

import gc
import io
import json
import logging
import resource
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import x12
from x12.syntax.tokenizer import Tokenizer


def split(data: bytes) -> int:
    """The floor: bytes cut at fixed separators, nothing checked or kept."""
    claims = 0
    for segment in data.split(b"~"):
        elements = segment.lstrip().split(b"*")
        claims += elements[0] in (b"CLM", b"CLP")
    return claims


def segments(data: bytes) -> int:
    """Our tokenizer: separators of the ISA, text, line ends; no guide."""
    claims = 0
    for raw in Tokenizer(io.BytesIO(data)):
        elements = raw.split("*")
        claims += elements[0] in ("CLM", "CLP")
    return claims


def read(data: bytes) -> int:
    """Typed claims with full validation."""
    file = x12.read_file(data)
    if not file.valid:
        raise ValueError(str(file.all_errors()[0]))
    return sum(one.claim_count for one in file.transactions())


def claims(data: bytes) -> int:
    """The same, each claim dropped as the next is taken; 837 only."""
    return sum(1 for _ in x12.iter_claims(io.BytesIO(data)))


def stream(path: Path) -> int:
    """The same, claim by claim."""
    with path.open("rb") as source:
        return sum(1 for _ in x12.iter_claims(source))


def pyx12(data: bytes) -> int:
    """pyx12's full validation; it keeps no claims."""
    import pyx12.params
    import pyx12.x12n_document

    logging.disable(logging.CRITICAL)
    valid = pyx12.x12n_document.x12n_document(pyx12.params.params(), io.StringIO(data.decode()), None, None, None)
    if not valid:
        raise ValueError("pyx12 refuses the file")
    return data.count(b"\nCLM*") + data.count(b"\nCLP*")


def x12sdk(data: bytes) -> int:
    """x12sdk's pydantic models."""
    from x12sdk.io import X12ModelReader

    with X12ModelReader(data.decode()) as reader:
        models = list(reader.models())
    if len(models) != 1:
        raise ValueError(f"x12sdk returns {len(models)} models")
    return data.count(b"\nCLM*") + data.count(b"\nCLP*")


READERS: dict[str, Callable[[bytes], int]] = {
    "split": split, "segments": segments, "read": read, "claims": claims, "pyx12": pyx12, "x12sdk": x12sdk,
}  # fmt: skip


def _timed(work: Callable[[Any], Any], given: Any) -> tuple[float, Any]:
    gc.collect()
    start = time.process_time()
    result = work(given)
    return time.process_time() - start, result


def _write(interchange: x12.Interchange) -> bytes:
    return x12.write_interchange(interchange.header, interchange.groups)


def measure(subject: str, warm_up: Path, paths: list[Path]) -> dict[str, Any]:
    """Seconds for each file, claims of all."""
    seconds, claims = [], 0
    if subject == "write":
        _write(x12.read_file(warm_up.read_bytes()).interchanges[0])
        for path in paths:
            data = path.read_bytes()
            taken, written = _timed(_write, x12.read_file(data).interchanges[0])
            if written != data:
                raise ValueError("what is written differs from what was read")
            seconds.append(taken)
            claims += data.count(b"\nCLM*") + data.count(b"\nCLP*")
    elif subject == "stream":
        for path in paths:
            taken, found = _timed(stream, path)
            seconds.append(taken)
            claims += found
    else:
        reader = READERS[subject]
        reader(warm_up.read_bytes())
        for path in paths:
            taken, found = _timed(reader, path.read_bytes())
            seconds.append(taken)
            claims += found
    return {"seconds": seconds, "claims": claims, "peak_bytes": _peak_bytes()}


def _peak_bytes() -> int:
    """Peak resident memory of this process; `ru_maxrss` alone would begin with that of the parent on Linux."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    name, first, *others = sys.argv[1:]
    print(json.dumps(measure(name, Path(first), [Path(other) for other in others])))
