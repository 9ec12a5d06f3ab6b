"""Claims, their versions and attempts, and what people did with them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.migrations.columns import day, json, moment, owned, row_id, surrogate, whole, words, yes_no


def create() -> None:
    """Create the tables and their indexes."""
    op.create_table(
        "encounters",
        row_id(),
        whole("patient_id", refers_to="patients.id"),
        words("source_key"),
        words("source_reference"),
        day("service_date"),
        json("provider"),
        json("original"),
        *owned(),
        sa.UniqueConstraint("organisation_id", "source_key"),
    )
    op.create_index("ix_encounters_source_reference", "encounters", ["source_reference"])
    op.create_table(
        "claims",
        surrogate("number", start=10000001),
        whole("encounter_id", refers_to="encounters.id"),
        whole("patient_id", refers_to="patients.id"),
        whole("account_number", refers_to="accounts.number"),
        words("payer_code"),
        words("payer_kind"),
        words("stage"),
        words("owes"),
        whole("version", default="1"),
        yes_no("held", default="false"),
        day("service_date"),
        day("opened_on"),
        moment("next_at", optional=True),
        words("next_what", default=""),
        words("owner", default="system"),
        day("closed_on", optional=True),
        words("outcome", default=""),
        words("denial_group", default=""),
        whole("remittances_seen", default="0"),
        *owned(),
        sa.CheckConstraint("stage = 'closed' or (next_at is not null and owner <> '')", name="nothing_forgotten"),
        sa.UniqueConstraint("encounter_id"),
    )
    op.create_index("ix_claims_account_number", "claims", ["account_number"])
    op.create_index("ix_claims_list", "claims", ["organisation_id", "number"])
    op.create_index(
        "ix_claims_open",
        "claims",
        ["organisation_id", "next_at"],
        postgresql_where=sa.text("stage <> 'closed'"),
    )
    op.create_index("ix_claims_patient_id", "claims", ["patient_id"])
    op.create_index("ix_claims_payer", "claims", ["organisation_id", "payer_code", "number"])
    op.create_index("ix_claims_stage", "claims", ["organisation_id", "stage", "number"])
    op.create_table(
        "claim_versions",
        row_id(),
        whole("claim_number", refers_to="claims.number"),
        whole("version"),
        json("content"),
        words("by"),
        words("reason"),
        json("changes"),
        day("business_date"),
        *owned(),
        sa.UniqueConstraint("claim_number", "version"),
    )
    op.create_table(
        "submissions",
        row_id(),
        whole("claim_number", refers_to="claims.number"),
        whole("attempt"),
        words("control_number"),
        words("payer_code"),
        words("frequency"),
        words("original_reference", default=""),
        whole("version"),
        words("state"),
        day("ready_on"),
        whole("batch_number", refers_to="batches.number", optional=True),
        words("transaction_control_number", default=""),
        moment("sent_at", optional=True),
        day("accepted_on", optional=True),
        words("category", default=""),
        words("status_code", default=""),
        words("payer_control_number", default=""),
        day("answered_on", optional=True),
        *owned(),
        sa.UniqueConstraint("claim_number", "attempt"),
        sa.UniqueConstraint("control_number"),
    )
    op.create_index("ix_submissions_batch_number", "submissions", ["batch_number"])
    op.create_index(
        "ix_submissions_ready",
        "submissions",
        ["organisation_id", "payer_code"],
        postgresql_where=sa.text("state = 'ready'"),
    )
    op.create_index(
        "uq_submissions_open",
        "submissions",
        ["claim_number"],
        unique=True,
        postgresql_where=sa.text("state in ('ready', 'batched', 'sent', 'accepted')"),
    )
    op.create_table(
        "commands",
        row_id(),
        words("business_id"),
        whole("claim_number", refers_to="claims.number", optional=True),
        whole("account_number", refers_to="accounts.number", optional=True),
        words("verb"),
        words("by"),
        words("reason"),
        json("changes"),
        yes_no("accepted"),
        words("answer"),
        moment("business_at"),
        *owned(),
        sa.UniqueConstraint("organisation_id", "business_id"),
    )
    op.create_index("ix_commands_claim_number", "commands", ["claim_number"])
    op.create_table(
        "timeline",
        row_id(),
        words("key"),
        whole("claim_number", refers_to="claims.number", optional=True),
        whole("account_number", refers_to="accounts.number", optional=True),
        moment("at"),
        words("by"),
        words("what"),
        words("why", default=""),
        *owned(),
        sa.UniqueConstraint("organisation_id", "key"),
    )
    op.create_index("ix_timeline_account_number", "timeline", ["account_number"])
    op.create_index("ix_timeline_claim_number", "timeline", ["claim_number"])
    op.create_table(
        "work_items",
        row_id(),
        words("key"),
        words("kind"),
        whole("claim_number", refers_to="claims.number", optional=True),
        whole("account_number", refers_to="accounts.number", optional=True),
        words("reason"),
        words("remedy", default=""),
        json("details"),
        words("owner"),
        day("due_on"),
        day("opened_on"),
        day("closed_on", optional=True),
        words("closed_by", default=""),
        *owned(),
        sa.UniqueConstraint("organisation_id", "key"),
    )
    op.create_index("ix_work_items_account_number", "work_items", ["account_number"])
    op.create_index("ix_work_items_claim_number", "work_items", ["claim_number"])
    op.create_index(
        "ix_work_items_open",
        "work_items",
        ["organisation_id", "due_on", "id"],
        postgresql_where=sa.text("closed_on is null"),
    )
    op.create_index(
        "ix_work_items_owner",
        "work_items",
        ["organisation_id", "owner", "due_on", "id"],
        postgresql_where=sa.text("closed_on is null"),
    )
