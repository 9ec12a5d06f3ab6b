"""``python -m storage.migrate``: bring the database of ``DATABASE_URL`` to the newest schema."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from storage.engine import make_engine
from storage.reference import load_reference
from storage.unit_of_work import APPLICATION_ROLE

_LOCK = 4_718_253_001
"""Any number of our own: two processes that start together migrate one after the other."""

# Roles belong to the server, not to the database: another database of it may have made ours already, or be
# making it at this moment.
_ENSURE_ROLE = text(
    f"""
    do $$ begin
        if not exists (select from pg_roles where rolname = '{APPLICATION_ROLE}') then
            create role {APPLICATION_ROLE} nologin nosuperuser nobypassrls;
        end if;
    exception when duplicate_object or unique_violation then null;
    end $$
    """
)
# Whoever runs the program must be able to step down to the role; a superuser always can.
_CAN_STEP_DOWN = text(f"select pg_has_role(current_user, '{APPLICATION_ROLE}', 'set')")
_JOIN_ROLE = text(f"grant {APPLICATION_ROLE} to current_user")


@dataclass(frozen=True, slots=True, kw_only=True)
class Migrated:
    """Revision before (empty on a new database) and after, and how many reference rows stand."""

    before: str
    after: str
    reference_rows: int


def migrate(engine: Engine) -> Migrated:
    """Upgrade to the newest revision, in one transaction under an advisory lock, and load reference data."""
    with engine.begin() as connection:
        connection.execute(text("set local statement_timeout = 0"))
        connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        connection.execute(_ENSURE_ROLE)
        if not connection.scalar(_CAN_STEP_DOWN):
            connection.execute(_JOIN_ROLE)
        before = _revision(connection)
        command.upgrade(_config(connection), "head")
        after = _revision(connection)
        with Session(connection, join_transaction_mode="create_savepoint") as session, session.begin():
            rows = load_reference(session)
    return Migrated(before=before, after=after, reference_rows=rows)


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


def _revision(connection: Connection) -> str:
    return MigrationContext.configure(connection).get_current_revision() or ""


def main() -> int:
    """Exit 0 when the schema is current, 2 with one line on standard error when it could not be made so."""
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        sys.stderr.write("storage.migrate: set DATABASE_URL to the database to migrate\n")
        return 2
    engine = make_engine(url, pool_size=1)
    try:
        done = migrate(engine)
    except OperationalError as error:
        sys.stderr.write(f"storage.migrate: cannot reach the database: {_first_line(error.orig)}\n")
        return 2
    except DBAPIError as error:
        sys.stderr.write(f"storage.migrate: the database refused the change: {_first_line(error.orig)}\n")
        return 2
    except CommandError as error:
        sys.stderr.write(f"storage.migrate: this program does not know the schema it found: {_first_line(error)}\n")
        return 2
    finally:
        engine.dispose()
    change = f"from {done.before or 'empty'} to {done.after}" if done.before != done.after else f"at {done.after}"
    sys.stdout.write(f"schema {change}, {done.reference_rows} reference rows\n")
    return 0


def _first_line(error: BaseException | None) -> str:
    return str(error).strip().splitlines()[0]


if __name__ == "__main__":
    sys.exit(main())
