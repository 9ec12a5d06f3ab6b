"""Migrations: they agree with the models, run once, and say what they did."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import make_url, select, text

from stack.postgres import create_database, drop_database
from storage.control_numbers import draw
from storage.engine import make_engine
from storage.migrate import migrate
from storage.models import Base, Organisation
from storage.unit_of_work import Books
from tests.integration.storage.together import together

_ROOT = Path(__file__).parents[3]


def test_models_and_migrations_agree(books: Books) -> None:
    with books.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []


def test_constraints_of_models_and_migrations_agree(books: Books) -> None:
    checks = {
        str(constraint.name)
        for table in Base.metadata.tables.values()
        for constraint in table.constraints
        if constraint.name and str(constraint.name).startswith("ck_")
    }
    with books.engine.connect() as connection:
        found = connection.scalars(text("select conname from pg_constraint where contype = 'c'"))
        assert {name for name in found if name.startswith("ck_")} == checks


def test_two_processes_that_start_together_migrate_once(postgres_url: str) -> None:
    url = create_database(postgres_url, "migrated_together")
    engines = [make_engine(url), make_engine(url)]
    try:
        done = together([lambda e=engine: migrate(e) for engine in engines])  # type: ignore[misc]
    finally:
        for engine in engines:
            engine.dispose()
        drop_database(postgres_url, "migrated_together")
    assert sorted(result.before for result in done) == ["", done[0].after]
    assert done[0].after == done[1].after


def _run(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return subprocess.run(
        [sys.executable, "-m", "storage.migrate"],
        cwd=_ROOT,
        env=clean | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_command_says_in_one_line_what_it_did(database_url: str) -> None:
    done = _run({"DATABASE_URL": database_url})
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("schema at ")
    assert done.stdout.count("\n") == 1


def test_the_command_on_a_schema_of_a_newer_program_says_so_in_one_line(database_url: str) -> None:
    engine = make_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("update alembic_version set version_num = '9999'"))
    engine.dispose()
    done = _run({"DATABASE_URL": database_url})
    assert (done.returncode, done.stdout) == (2, "")
    assert "does not know the schema it found" in done.stderr
    assert done.stderr.count("\n") == 1


def test_the_command_without_a_database_says_so_in_one_line() -> None:
    unset = _run({})
    assert (unset.returncode, unset.stderr) == (
        2,
        "storage.migrate: set DATABASE_URL to the database to migrate\n",
    )
    refused = _run({"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"})
    assert refused.returncode == 2
    assert refused.stderr.startswith("storage.migrate: cannot reach the database: ")
    assert refused.stderr.count("\n") == 1


def test_an_owner_without_superuser_rights_migrates_and_works(postgres_url: str) -> None:
    """As on a managed server: the owner of the database is an ordinary role."""
    admin = make_engine(postgres_url)
    with admin.begin() as connection:
        connection.execute(text("drop role if exists plain_owner"))
        connection.execute(text("create role plain_owner login password 'plain' createrole"))
        made = connection.scalar(text("select true from pg_roles where rolname = 'claimflow_app'"))
        if made:
            connection.execute(text("grant claimflow_app to plain_owner"))
    url = make_url(create_database(postgres_url, "plainly_owned"))
    with admin.begin() as connection:
        connection.execute(text("alter database plainly_owned owner to plain_owner"))
    engine = make_engine(url.set(username="plain_owner", password="plain").render_as_string(hide_password=False))
    try:
        migrate(engine)
        books = Books(engine)
        with books.system() as session:
            both = [Organisation(name=name, provider={}) for name in ("Elm Street", "Harbor")]
            session.add_all(both)
        with books.transaction(both[0].id) as session:
            assert session.scalars(select(Organisation.id)).all() == [both[0].id]
            assert draw(session, both[0].id, "ELM01", "PPO01", "ISA13") == 1
        with books.system() as session:
            assert len(session.scalars(select(Organisation.id)).all()) == 2
    finally:
        engine.dispose()
        drop_database(postgres_url, "plainly_owned")
        admin.dispose()
