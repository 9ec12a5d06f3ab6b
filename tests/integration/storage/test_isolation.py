"""One organisation never sees or touches another's rows, in any table, even without a WHERE."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, Table, func, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from stack.postgres import create_database, drop_database
from storage.compliance import as_compliance
from storage.engine import make_engine
from storage.models import Base, Claim, ComplianceReferral, Organisation, TimelineEntry
from storage.unit_of_work import Books
from tests.integration.storage.samples import NOW, TODAY

PUBLIC_FACTS = {"payer_policies", "business_clock", "reference_editions", "reference_codes", "reference_pairs"}
"""Tables that belong to nobody: every organisation reads them, none writes them."""

OWNED = [table for table in Base.metadata.sorted_tables if table.name not in PUBLIC_FACTS]
_INVENTED: dict[type, Any] = {int: 1, bool: False, date: TODAY, datetime: NOW, bytes: b"x", object: {}}
_FIXED = {"send_kind": "keyed", "ledger_account": "bank", "stage": "closed"}
_FIXED_OF_TABLE = {("estimate_excesses", "state"): "settled"}


def _owner_column(table: Table) -> str:
    return "id" if table.name == "organisations" else "organisation_id"


def _row(table: Table, organisation_id: int, keys: dict[str, Any]) -> dict[str, Any]:
    """A row of invented values whose references stay within the organisation."""
    row: dict[str, Any] = {}
    for column in table.columns:
        reference = next(iter(column.foreign_keys), None)
        if column.name == "organisation_id":
            row[column.name] = organisation_id
        elif (table.name, column.name) in _FIXED_OF_TABLE:
            row[column.name] = _FIXED_OF_TABLE[table.name, column.name]
        elif column.name in _FIXED:
            row[column.name] = _FIXED[column.name]
        elif reference is not None:
            row[column.name] = keys[reference.column.table.name]
        elif column.server_default is None and column.identity is None and not _counted(table, column.name):
            kind = column.type.python_type
            row[column.name] = _INVENTED[kind] if kind is not str else f"{column.name} of {organisation_id}"
    return row


def _counted(table: Table, name: str) -> bool:
    return table.autoincrement_column is not None and table.autoincrement_column.name == name


def _fill(connection: Connection, organisation_id: int) -> None:
    keys: dict[str, Any] = {"organisations": organisation_id}
    for table in OWNED:
        if table.name == "organisations":
            continue
        row = _row(table, organisation_id, keys)
        if table.name == "entries":  # the legs of a posting come together: each statement must balance
            connection.execute(insert(table).values([row, row | {"amount_cents": -row["amount_cents"]}]))
            continue
        result = connection.execute(insert(table).values(row))
        keys[table.name] = result.inserted_primary_key[0] if result.inserted_primary_key else None


@pytest.fixture(scope="module")
def books(postgres_url: str, migrated_template: str) -> Iterator[Books]:
    """One database for all: nothing here changes a row."""
    engine = make_engine(create_database(postgres_url, "isolation", template=migrated_template))
    yield Books(engine)
    engine.dispose()
    drop_database(postgres_url, "isolation")


@pytest.fixture(scope="module")
def two_full_organisations(books: Books) -> tuple[int, int]:
    with books.system() as session:
        both = [Organisation(name=name, provider={}) for name in ("Elm Street", "Harbor")]
        session.add_all(both)
    with books.engine.begin() as connection:
        for organisation in both:
            _fill(connection, organisation.id)
    return both[0].id, both[1].id


def test_every_table_belongs_to_an_organisation_or_is_public() -> None:
    without_owner = {table.name for table in Base.metadata.sorted_tables if "organisation_id" not in table.columns}
    assert without_owner == PUBLIC_FACTS | {"organisations"}


@pytest.mark.parametrize("table", OWNED, ids=lambda table: table.name)
def test_a_table_shows_each_organisation_its_own_rows_only(
    table: Table, books: Books, two_full_organisations: tuple[int, int]
) -> None:
    column = table.columns[_owner_column(table)]
    with books.system() as session:
        assert set(session.scalars(select(column))) == set(two_full_organisations)
    for mine in two_full_organisations:
        with books.transaction(mine) as session:
            as_compliance(session)
            assert set(session.scalars(select(column))) == {mine}


def test_referrals_and_their_cases_show_nothing_to_a_transaction_that_is_not_of_compliance(
    books: Books, two_full_organisations: tuple[int, int]
) -> None:
    mine, _ = two_full_organisations
    with books.transaction(mine) as session:
        assert session.scalar(select(func.count()).select_from(ComplianceReferral)) == 0
        as_compliance(session)
        assert session.scalar(select(func.count()).select_from(ComplianceReferral)) == 1
    with books.transaction(mine) as session:
        assert session.scalar(select(func.count()).select_from(ComplianceReferral)) == 0, "for one transaction alone"


@pytest.mark.parametrize("table", OWNED, ids=lambda table: table.name)
def test_a_table_takes_no_change_of_another_organisations_rows(
    table: Table, books: Books, two_full_organisations: tuple[int, int]
) -> None:
    mine, other = two_full_organisations
    owner = _owner_column(table)
    for privilege, statement in (
        ("UPDATE", f"update {table.name} set {owner} = {owner} where {owner} = :other"),
        ("DELETE", f"delete from {table.name} where {owner} = :other"),
    ):
        with books.transaction(mine) as session:
            may_try = text("select has_table_privilege(current_user, :table, :privilege)")
            if session.scalar(may_try, {"table": table.name, "privilege": privilege}):
                assert session.execute(text(statement), {"other": other}).rowcount == 0  # type: ignore[attr-defined]
    with books.system() as session:
        column = table.columns[owner]
        assert session.scalar(select(func.count()).select_from(table).where(column == other))


@pytest.mark.parametrize("table", OWNED, ids=lambda table: table.name)
def test_a_table_takes_no_row_for_another_organisation(
    table: Table, books: Books, two_full_organisations: tuple[int, int]
) -> None:
    mine, other = two_full_organisations
    keys = dict.fromkeys((table.name for table in OWNED), 1)
    row = _row(table, other, keys)
    with (
        pytest.raises(DBAPIError, match=r"violates row-level security policy|permission denied"),
        books.transaction(mine) as session,
    ):
        session.execute(insert(table).values(row))


def test_every_reference_between_owned_tables_stays_within_the_organisation() -> None:
    looser = {
        (table.name, *reference.column_keys)
        for table in OWNED
        for reference in table.foreign_key_constraints
        if reference.referred_table.name != "organisations" and "organisation_id" not in reference.column_keys
    }
    assert looser == {("entries", "posting_id")}, "the ledger's trigger compares these organisations itself"


@pytest.mark.parametrize("as_system", [False, True])
def test_a_row_cannot_refer_to_another_organisations_claim(
    as_system: bool, books: Books, two_full_organisations: tuple[int, int]
) -> None:
    mine, other = two_full_organisations
    with books.system() as session:
        theirs = session.scalars(select(Claim.number).where(Claim.organisation_id == other)).one()
    note = TimelineEntry(organisation_id=mine, key="x", claim_number=theirs, at=NOW, by="x", what="x")
    transaction = books.system() if as_system else books.transaction(mine)
    with pytest.raises(IntegrityError, match="fk_timeline_claim_number"), transaction as session:
        session.add(note)


@pytest.mark.parametrize("table", sorted(PUBLIC_FACTS))
def test_public_facts_are_read_by_all_and_written_by_none(
    table: str, books: Books, two_full_organisations: tuple[int, int]
) -> None:
    organisation, _ = two_full_organisations
    with books.transaction(organisation) as session:
        session.execute(text(f"select * from {table}"))
    with pytest.raises(DBAPIError, match="permission denied"), books.transaction(organisation) as session:
        session.execute(text(f"delete from {table}"))


def test_the_role_without_an_organisation_sees_nothing(books: Books, two_full_organisations: tuple[int, int]) -> None:
    with books.system() as session:
        session.execute(text("select set_config('role', 'claimflow_app', true)"))
        for table in OWNED:
            assert session.scalar(select(func.count()).select_from(table)) == 0


def test_the_organisation_ends_with_its_transaction(books: Books, two_full_organisations: tuple[int, int]) -> None:
    with books.transaction(two_full_organisations[0]):
        pass
    with books.engine.connect() as connection:
        assert connection.scalar(text("select current_user")) != "claimflow_app"
        assert not connection.scalar(text("select current_setting('claimflow.organisation', true)"))
