"""How fast an 835 is posted into PostgreSQL: ``python -m benchmarks.posting [--claims N] [--json]``.

One 835 for all claims: read, matched, and posted with ledger, read model, timeline and doorbell rows, in one database
transaction, as the worker's activity does it; the delivery of the doorbells is no part. Then the same file comes
again, and then the same remittance in another envelope. The bar is 1,000 claims a second, and the same file again in
less than a tenth of the time.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter

import psutil
from sqlalchemy import func, select, text

from activities.inbound_books import InboundBooksInPostgres
from benchmarks import posting_books
from contracts.wire import FileReceived, TransactionRef
from stack.guardian import Guardian
from stack.paths import StackPaths, cache_folder
from stack.ports import PortBook
from stack.postgres import EmbeddedPostgres
from storage import files, ledger
from storage.engine import make_engine
from storage.migrate import migrate
from storage.models import Posting, RemittanceClaim, WorkflowMessage
from storage.unit_of_work import Books
from workers.memory import collect_seldom

BAR = 1_000
AGAIN = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One run. Ratios are of the first posting's time."""

    claims: int
    seconds: float
    claims_per_second: float
    met: bool
    cpu_seconds: float
    """Of this process and of its PostgreSQL backend: what the work costs whatever else the machine does."""
    claims_per_cpu_second: float
    same_file_seconds: float
    same_file_ratio: float
    same_file_met: bool
    other_envelope_seconds: float
    other_envelope_ratio: float
    postings: int
    doorbells: int
    balanced: bool


class Office:
    """Receives files as the mailbox's sweep and the file's workflow do."""

    def __init__(self, books: Books, organisation_id: int) -> None:
        self.books = books
        self._organisation_id = organisation_id
        self._inbound = InboundBooksInPostgres(books)

    def receive(self, name: str, content: bytes) -> float:
        """Take one delivery in; return its seconds."""
        began = perf_counter()
        with self.books.transaction(self._organisation_id) as session:
            kept = files.receive(session, self._organisation_id, name, content, posting_books.NOW)
        file = FileReceived(organisation_id=self._organisation_id, file_id=kept.id, business_at=posting_books.NOW)
        for ordinal in self._inbound.classify(file).ordinals:
            self._inbound.process(
                TransactionRef(
                    organisation_id=self._organisation_id,
                    file_id=kept.id,
                    ordinal=ordinal,
                    business_at=posting_books.NOW,
                )
            )
        self._inbound.finish(file)
        return perf_counter() - began

    def counts(self) -> tuple[int, int, int]:
        """Postings, decisions and doorbells so far."""
        with self.books.transaction(self._organisation_id) as session:
            postings, loops, bells = (
                session.scalar(select(func.count()).select_from(model)) or 0
                for model in (Posting, RemittanceClaim, WorkflowMessage)
            )
        return postings, loops, bells


def measure(url: str, claims: int) -> Measured:
    """Post an 835 of so many claims into an empty database, then again."""
    engine = make_engine(url, pool_size=2)
    migrate(engine)
    books = Books(engine)
    with books.system() as session:
        organisation_id = posting_books.organisation(session)
    with books.transaction(organisation_id) as session:
        session.execute(text("set local statement_timeout = 0"))
        warm = posting_books.sent_claims(session, organisation_id, 50, seed=1)
        sent = posting_books.sent_claims(session, organisation_id, claims, seed=2)
    with books.system() as session:
        session.execute(text("analyze"))
    office = Office(books, organisation_id)
    office.receive("warm-up.835", posting_books.remittance(warm, "EFT0", 1))
    before = office.counts()
    content = posting_books.remittance(sent, "EFT1", 2)
    spent = _cpu_seconds(books)
    seconds = office.receive("claims.835", content)
    spent = _cpu_seconds(books) - spent
    after = office.counts()
    same = office.receive("claims-again.835", content)
    other = office.receive("claims-once-more.835", posting_books.remittance(sent, "EFT1", 3))
    if office.counts() != after or after[1] - before[1] != claims:
        raise SystemExit("something was posted twice, or not at all")
    with books.transaction(organisation_id) as session:
        balanced = ledger.is_balanced(session)
    engine.dispose()
    return Measured(
        claims=claims,
        seconds=round(seconds, 3),
        claims_per_second=round(claims / seconds, 1),
        met=claims / seconds >= BAR,
        cpu_seconds=round(spent, 3),
        claims_per_cpu_second=round(claims / spent, 1),
        same_file_seconds=round(same, 4),
        same_file_ratio=round(same / seconds, 4),
        same_file_met=same / seconds < AGAIN,
        other_envelope_seconds=round(other, 3),
        other_envelope_ratio=round(other / seconds, 3),
        postings=after[0] - before[0],
        doorbells=after[2] - before[2],
        balanced=balanced,
    )


def _cpu_seconds(books: Books) -> float:
    """CPU time of this process and, where it runs on this machine, of the one PostgreSQL backend that serves it."""
    with books.system() as session:
        backend = session.scalar(text("select pg_backend_pid()"))
    spent = time.process_time()
    with suppress(psutil.Error):
        process = psutil.Process(backend)
        if process.name().startswith("postgres"):
            times = process.cpu_times()
            spent += times.user + times.system
    return spent


def main() -> None:
    """Measure and print."""
    collect_seldom()  # as a worker does
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--claims", type=int, default=10_000)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with ExitStack() as ends:
        url = os.environ.get("DATABASE_URL", "")
        if not url:
            state = Path(ends.enter_context(tempfile.TemporaryDirectory(prefix="claimflow-posting-")))
            paths = StackPaths(state=state, cache=cache_folder())
            ends.enter_context(Guardian(paths))
            server = EmbeddedPostgres(paths, ports=PortBook(paths.ports, ephemeral=True), durable=True)
            url = server.start()
            ends.callback(server.stop)
        measured = measure(url, arguments.claims)
    if arguments.json:
        print(json.dumps(asdict(measured), indent=2))
        return
    print(f"{measured.claims:,} claims of {posting_books.LINES} lines, {measured.postings:,} postings, "
          f"{measured.doorbells:,} doorbells: {measured.seconds:.2f} s, {measured.claims_per_second:,.0f} claims/s "
          f"(bar {BAR:,}: {'met' if measured.met else 'NOT met'}); {measured.cpu_seconds:.2f} s of CPU here and in "
          f"PostgreSQL, {measured.claims_per_cpu_second:,.0f} claims for each")  # fmt: skip
    print(f"the same file again: {measured.same_file_ratio:.2%} of that time (bar {AGAIN:.0%}: "
          f"{'met' if measured.same_file_met else 'NOT met'}); in another envelope: "
          f"{measured.other_envelope_ratio:.1%}; nothing was posted")  # fmt: skip


if __name__ == "__main__":
    main()
