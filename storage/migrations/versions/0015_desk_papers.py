"""Who signed an advance notice and on which paper; from which day on another person guarantees for a patient."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.migrations.columns import day, json, owned, row_id, same_organisation, whole, words
from storage.migrations.guards import protect

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("advance_notices", words("signed_by", default=""))
    op.add_column("advance_notices", words("taken_by", default=""))
    op.add_column("advance_notices", json("papers", default=sa.text("'[]'::jsonb")))
    op.create_table(
        "guarantor_changes",
        row_id(),
        whole("of_patient_id"),
        whole("from_account"),
        whole("to_account"),
        day("effective_on"),
        words("cause"),
        words("by"),
        words("reason"),
        *owned(),
        same_organisation("guarantor_changes", "of_patient_id", "patients.id"),
        same_organisation("guarantor_changes", "from_account", "accounts.number"),
        same_organisation("guarantor_changes", "to_account", "accounts.number"),
    )
    op.create_index("ix_guarantor_changes_patient", "guarantor_changes", ["of_patient_id"])
    protect("guarantor_changes")
    op.execute("grant usage on all sequences in schema public to claimflow_app")


def downgrade() -> None:
    raise RuntimeError("the guards of the books are not taken down: restore a backup instead")
