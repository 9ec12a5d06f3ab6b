"""Care: what pauses an account, flags, notices, hard conversations, placements; and what an agency keeps."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.migrations.columns import day, json, owned, row_id, same_organisation, surrogate, whole, words
from storage.migrations.first.books import CHART
from storage.migrations.guards import protect

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

OWNED = ("account_holds", "patient_flags", "care_notices", "hard_conversations", "agency_placements")
EMPTY_LIST, EMPTY_OBJECT = sa.text("'[]'::jsonb"), sa.text("'{}'::jsonb")


def upgrade() -> None:
    chart()
    holds()
    flags()
    notices()
    conversations()
    placements()
    for table in OWNED:
        protect(table)
    op.execute("grant usage on all sequences in schema public to claimflow_app")


def downgrade() -> None:
    raise RuntimeError("the guards of the books are not taken down: restore a backup instead")


def chart() -> None:
    op.drop_constraint(op.f("ck_entries_ledger_account"), "entries", type_="check")
    op.create_check_constraint("ledger_account", "entries", f"ledger_account in {(*CHART, 'collection_fees')}")


def holds() -> None:
    op.create_table(
        "account_holds",
        row_id(),
        words("key"),
        whole("account_number"),
        whole("claim_number", optional=True),
        words("kind"),
        day("since"),
        day("ends_on", optional=True),
        json("stops"),
        words("reason"),
        words("by"),
        day("lifted_on", optional=True),
        words("lifted_by", default=""),
        words("lifted_reason", default=""),
        *owned(),
        sa.CheckConstraint("ends_on is null or ends_on >= since", name="ends_after_it_began"),
        same_organisation("account_holds", "account_number", "accounts.number"),
        same_organisation("account_holds", "claim_number", "claims.number"),
        sa.UniqueConstraint("organisation_id", "key"),
    )
    op.create_index(
        "ix_account_holds_open", "account_holds", ["account_number"], postgresql_where=sa.text("lifted_on is null")
    )


def flags() -> None:
    op.create_table(
        "patient_flags",
        row_id(),
        words("key"),
        whole("account_number"),
        whole("patient_id", optional=True),
        whole("claim_number", optional=True),
        words("kind"),
        day("began_on"),
        day("ends_on", optional=True),
        words("evidence"),
        words("by"),
        words("ended_by", default=""),
        words("ended_reason", default=""),
        *owned(),
        sa.CheckConstraint("ends_on is null or ends_on >= began_on", name="ends_after_it_began"),
        same_organisation("patient_flags", "account_number", "accounts.number"),
        same_organisation("patient_flags", "patient_id", "patients.id"),
        same_organisation("patient_flags", "claim_number", "claims.number"),
        sa.UniqueConstraint("organisation_id", "key"),
    )
    op.create_index("ix_patient_flags_account", "patient_flags", ["account_number"])


def notices() -> None:
    op.create_table(
        "care_notices",
        row_id(),
        words("key"),
        whole("account_number", optional=True),
        whole("case_number", optional=True),
        words("kind"),
        day("provided_on"),
        words("language", default="en"),
        words("by"),
        whole("outbox_id", optional=True),
        json("details", default=EMPTY_OBJECT),
        *owned(),
        same_organisation("care_notices", "account_number", "accounts.number"),
        same_organisation("care_notices", "case_number", "cases.number"),
        same_organisation("care_notices", "outbox_id", "outbox.id"),
        sa.UniqueConstraint("organisation_id", "key"),
    )
    op.create_index("ix_care_notices_account", "care_notices", ["account_number"])
    op.create_index("ix_care_notices_case", "care_notices", ["case_number"])


def conversations() -> None:
    op.create_table(
        "hard_conversations",
        row_id(),
        words("key"),
        whole("case_number"),
        words("person"),
        day("on_day"),
        words("note", default=""),
        *owned(),
        same_organisation("hard_conversations", "case_number", "cases.number"),
        sa.UniqueConstraint("organisation_id", "key"),
    )
    op.create_index("ix_hard_conversations_person", "hard_conversations", ["organisation_id", "person", "on_day"])


def placements() -> None:
    op.create_table(
        "agency_placements",
        surrogate("number", start=95001),
        words("key"),
        whole("account_number"),
        words("state"),
        day("placed_on"),
        words("placed_by"),
        whole("placed_cents"),
        json("claims"),
        json("recovered", default=EMPTY_LIST),
        json("gates", default=EMPTY_LIST),
        day("ended_on", optional=True),
        words("ended_by", default=""),
        words("ended_reason", default=""),
        whole("outbox_id", optional=True),
        *owned(),
        same_organisation("agency_placements", "account_number", "accounts.number"),
        same_organisation("agency_placements", "outbox_id", "outbox.id"),
        sa.UniqueConstraint("organisation_id", "key"),
        sa.UniqueConstraint("organisation_id", "number"),
    )
    op.create_index("ix_agency_placements_account", "agency_placements", ["account_number"])
