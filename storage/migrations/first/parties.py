"""Organisations, payers, patients and their accounts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.migrations.columns import day, json, moment, owned, recorded_at, row_id, surrogate, whole, words


def create() -> None:
    """Create the tables and their indexes."""
    op.create_table(
        "organisations",
        row_id(),
        words("name"),
        words("time_zone", default="America/New_York"),
        json("provider"),
        recorded_at(),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "payer_policies",
        row_id(),
        words("payer_kind"),
        words("payer_code", default=""),
        words("name"),
        words("value"),
        day("effective_from"),
        day("effective_to", optional=True),
        words("source"),
        recorded_at(),
        sa.UniqueConstraint("payer_kind", "payer_code", "name", "effective_from"),
    )
    op.create_table(
        "payers",
        row_id(),
        words("code"),
        words("name"),
        words("kind"),
        words("filing_indicator"),
        *owned(),
        sa.UniqueConstraint("organisation_id", "code"),
    )
    op.create_table(
        "accounts",
        surrogate("number", start=70000001),
        json("guarantor"),
        words("stage", default="settled"),
        moment("next_at", optional=True),
        words("next_what", default=""),
        words("owner", default="system"),
        day("cycle_started_on", optional=True),
        whole("cycle_step", default="0"),
        *owned(),
        sa.CheckConstraint("stage = 'settled' or (next_at is not null and owner <> '')", name="nothing_forgotten"),
    )
    op.create_index(
        "ix_accounts_open",
        "accounts",
        ["organisation_id", "next_at"],
        postgresql_where=sa.text("stage <> 'settled'"),
    )
    op.create_table(
        "patients",
        row_id(),
        whole("account_number", refers_to="accounts.number"),
        words("identity_key"),
        json("person"),
        *owned(),
        sa.UniqueConstraint("organisation_id", "identity_key"),
    )
    op.create_index("ix_patients_account_number", "patients", ["account_number"])
