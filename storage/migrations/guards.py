"""Row-level security for one table: every migration that adds a table calls ``protect`` or ``publish``."""

from __future__ import annotations

from alembic import op

APP = "claimflow_app"
_ORGANISATION = "nullif(current_setting('claimflow.organisation', true), '')::bigint"


def protect(table: str, *, column: str = "organisation_id", grants: str = "select, insert, update, delete") -> None:
    """Let the application see and write rows of its transaction's organisation only."""
    mine = f"{column} = {_ORGANISATION}"
    op.execute(f"alter table {table} enable row level security")
    op.execute(f"create policy one_organisation on {table} for all to public using ({mine}) with check ({mine})")
    op.execute(f"grant {grants} on {table} to {APP}")


def publish(table: str) -> None:
    """Let every organisation read a table of public facts; only the system writes it."""
    op.execute(f"grant select on {table} to {APP}")
