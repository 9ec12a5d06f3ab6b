"""How fast claims are scrubbed: ``python -m benchmarks.scrubbing [--claims N] [--json]``.

All tables are loaded, made up but of the size that CMS and NCHS publish: 98,000 diagnoses, 1,000,000 NCCI pairs,
12,000 limits of units, fee schedule, procedures, coverage determinations, and 20 rules of an operator. The bar is
1,000 claims a second for a whole 837P: bytes to findings, tables read from PostgreSQL on the way.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from time import perf_counter, process_time

from activities.scrubbing_tables import tables_of
from benchmarks import scrubbing_tables as made_up
from cli.scrubbing.scrubber import FileScrubber
from domain.scrubbing.context import ScrubContext
from domain.scrubbing.registry import REGISTRY, scrub
from edi.claim_interchange import write
from edi.coding_facts import coding_facts, required_fields
from edi.envelope import ControlNumbers
from edi.scrubbing import ScrubSubject, subjects_of
from stack.guardian import Guardian
from stack.paths import StackPaths, cache_folder
from stack.ports import PortBook
from stack.postgres import EmbeddedPostgres
from storage.engine import make_engine
from storage.migrate import migrate
from storage.operator_rules import active_rules
from storage.organisations import LOCAL_PRACTICE, ensure_local_practice
from storage.unit_of_work import Books
from workers.memory import collect_seldom

BAR = 1_000
TODAY = date(2026, 3, 20)
_BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One run. Ratios are of the whole file's time."""

    claims: int
    rules: int
    table_rows: int
    load_seconds: float
    findings: int
    claims_per_second: float
    """Bytes of an 837P to findings, wall time."""
    claims_per_cpu_second: float
    met: bool
    reading_ratio: float
    """The same file read, nothing scrubbed."""
    tables_ratio: float
    """Tables read from PostgreSQL for the same claims, by 500."""
    rules_ratio: float
    """The rules alone, with their tables in memory."""
    one_by_one_per_second: float
    """Each claim with its own look into PostgreSQL, as a claim's own step scrubs."""


def measure(url: str, count: int) -> Measured:
    """Load the tables into an empty database and scrub a file with them."""
    engine = make_engine(url, pool_size=2)
    migrate(engine)
    books = Books(engine)
    with books.system() as session:
        ensure_local_practice(session)
        began = perf_counter()
        rows = made_up.load(session, LOCAL_PRACTICE)
        load_seconds = perf_counter() - began
    data = _file(count)
    with books.transaction(LOCAL_PRACTICE) as session:
        list(FileScrubber(today=TODAY, session=session).scrub(_file(50)))
        found: list[object] = []
        spent = process_time()
        whole = _timed(lambda: found.extend(FileScrubber(today=TODAY, session=session).scrub(data)))
        spent = process_time() - spent
        reading = _timed(lambda: sum(1 for _ in subjects_of(data)))
        subjects = list(subjects_of(data))
        batches = list(_batches(subjects))
        tables: list[object] = []
        asked = _timed(
            lambda: tables.extend(tables_of(session, [one.content for one in batch]) for batch in batches)
        )
        contexts = [
            _context(one, active_rules(session), table)
            for batch, table in zip(batches, tables, strict=True)
            for one in batch
        ]
        alone = _timed(lambda: [scrub(context) for context in contexts])
        some = subjects[:500]
        single = _timed(
            lambda: [
                scrub(_context(one, active_rules(session), tables_of(session, (one.content,)))) for one in some
            ]
        )
    engine.dispose()
    return Measured(
        claims=count,
        rules=len(REGISTRY) + made_up.RULES,
        table_rows=rows,
        load_seconds=round(load_seconds, 1),
        findings=len(found),
        claims_per_second=round(count / whole, 1),
        claims_per_cpu_second=round(count / spent, 1),
        met=count / whole >= BAR,
        reading_ratio=round(reading / whole, 3),
        tables_ratio=round(asked / whole, 3),
        rules_ratio=round(alone / whole, 3),
        one_by_one_per_second=round(len(some) / single, 1),
    )


def _timed(work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began


def _batches(subjects: list[ScrubSubject]) -> list[list[ScrubSubject]]:
    each = iter(subjects)
    found = []
    while batch := list(islice(each, _BATCH)):
        found.append(batch)
    return found


def _context(subject: ScrubSubject, rules: object, tables: object) -> ScrubContext:
    return ScrubContext(
        content=subject.content,
        patient=subject.patient,
        provider=subject.provider,
        today=TODAY,
        claim_type=subject.claim_type,
        tables=tables,  # type: ignore[arg-type]
        facts=coding_facts(),
        required=required_fields(),
        operator_rules=rules,  # type: ignore[arg-type]
    )


def _file(count: int) -> bytes:
    numbers = ControlNumbers(interchange=1, group=1, transactions=(1,))
    return write(
        list(made_up.claims(count)),
        payer=made_up.PAYER,
        provider=made_up.PROVIDER,
        control_numbers=numbers,
        at=datetime(2026, 3, 20, 9, 0, tzinfo=UTC),
        usage="T",
    )


def main() -> None:
    """Measure and print."""
    collect_seldom()  # as a worker does
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--claims", type=int, default=5_000)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with ExitStack() as ends:
        url = os.environ.get("DATABASE_URL", "")
        if not url:
            state = Path(ends.enter_context(tempfile.TemporaryDirectory(prefix="claimflow-scrubbing-")))
            paths = StackPaths(state=state, cache=cache_folder())
            ends.enter_context(Guardian(paths))
            server = EmbeddedPostgres(paths, ports=PortBook(paths.ports, ephemeral=True), durable=True)
            url = server.start()
            ends.callback(server.stop)
        found = measure(url, arguments.claims)
    if arguments.json:
        print(json.dumps(asdict(found), indent=2))
        return
    print(f"{found.table_rows:,} rows of tables loaded in {found.load_seconds:.1f} s, {found.rules} rules")
    print(
        f"{found.claims:,} claims of {made_up.LINES} lines, bytes to {found.findings:,} findings: "
        f"{found.claims_per_second:,.0f} claims/s (bar {BAR:,}: {'met' if found.met else 'NOT met'}, "
        f"{found.claims_per_second / BAR:.1f} times it); {found.claims_per_cpu_second:,.0f} for a second of CPU here"
    )
    print(
        f"of that time: reading {found.reading_ratio:.0%}, tables {found.tables_ratio:.0%}, "
        f"rules {found.rules_ratio:.0%}; claim by claim with a look each: {found.one_by_one_per_second:,.0f} claims/s"
    )


if __name__ == "__main__":
    main()
