"""The worker process: both task queues and the dispatcher, until it is told to stop."""

from __future__ import annotations

import asyncio
import signal
from concurrent.futures import ThreadPoolExecutor

import structlog

from edi.diagnosis_library import diagnosis_library
from gateways.clearinghouse import ClearinghouseMailbox, RealTimeLine
from gateways.mail import PaperMail
from gateways.settings import ClearinghouseSettings
from storage.engine import make_engine
from storage.unit_of_work import Books
from workers import registry
from workers.client import connect
from workers.deployment import make_current
from workers.dispatcher import Dispatcher
from workers.memory import collect_seldom
from workers.schedules import ensure_schedules
from workers.settings import WorkerSettings, build_id

log = structlog.get_logger(__name__)


async def run(settings: WorkerSettings) -> None:
    """Serve until SIGTERM or SIGINT, then finish what is under way."""
    collect_seldom()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    engine = make_engine(settings.database_url, pool_size=registry.BOOK_THREADS + 12)
    books = Books(engine)
    client = await connect(settings.temporal_address, settings.temporal_namespace)
    clearinghouse = ClearinghouseSettings.from_environment()
    outside = registry.Outside(
        mailbox=ClearinghouseMailbox(clearinghouse),
        real_time=RealTimeLine(clearinghouse),
        mail=PaperMail(clearinghouse),
    )
    build = build_id()
    with ThreadPoolExecutor(max_workers=registry.BOOK_THREADS, thread_name_prefix="books") as threads:
        # The scrubber's library takes seconds to import: not within a claim's step.
        threads.submit(diagnosis_library)
        stories = registry.stories_worker(client, books, threads, build=build)
        outer = registry.outside_worker(client, books, outside, build=build)
        async with stories, outer:
            replayed = await make_current(client, build)
            await ensure_schedules(client)
            log.info("workers_ready", build=build, count=replayed, address=settings.temporal_address)
            await Dispatcher(books, client).run(stop)
    engine.dispose()
    log.info("workers_stopped", build=build)
