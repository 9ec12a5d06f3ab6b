"""Appeals level by level, their evidence, and the register of Medicare's examinations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.migrations.columns import (
    day,
    json,
    moment,
    owned,
    row_id,
    same_organisation,
    surrogate,
    whole,
    words,
    yes_no,
)
from storage.migrations.guards import protect

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

OPEN = sa.text("state <> 'closed'")


def upgrade() -> None:
    op.create_table(
        "appeals",
        surrogate("number", start=60001),
        words("key"),
        whole("claim_number"),
        whole("attempt"),
        whole("remittance_claim_id"),
        whole("denial"),
        words("payer_code"),
        words("payer_kind"),
        whole("level"),
        words("level_name"),
        words("denial_group"),
        json("reasons"),
        whole("amount_cents"),
        day("notice_on"),
        day("file_by"),
        words("file_rule"),
        words("late_under", default=""),
        words("good_cause", default=""),
        words("argument"),
        words("opened_by"),
        day("opened_on"),
        words("state"),
        words("reference", default=""),
        words("filed_by", default=""),
        day("filed_on", optional=True),
        day("decision_due", optional=True),
        words("decision", default=""),
        day("decided_on", optional=True),
        day("next_file_by", optional=True),
        words("owner"),
        moment("next_at", optional=True),
        words("next_what", default=""),
        json("details"),
        day("closed_on", optional=True),
        *owned(),
        sa.CheckConstraint("state = 'closed' or (next_at is not null and owner <> '')", name="nothing_forgotten"),
        same_organisation("appeals", "claim_number", "claims.number"),
        same_organisation("appeals", "remittance_claim_id", "remittance_claims.id"),
        sa.UniqueConstraint("organisation_id", "key"),
        sa.UniqueConstraint("organisation_id", "number"),
    )
    op.create_index("ix_appeals_claim", "appeals", ["claim_number"])
    op.create_index("ix_appeals_open", "appeals", ["organisation_id", "next_at"], postgresql_where=OPEN)
    op.create_index(
        "ix_appeals_reference", "appeals", ["organisation_id", "reference"], postgresql_where=sa.text("reference <> ''")
    )
    op.create_index("uq_appeals_one_open", "appeals", ["claim_number", "attempt"], unique=True, postgresql_where=OPEN)
    op.create_table(
        "appeal_evidence",
        row_id(),
        whole("appeal_number"),
        words("item"),
        words("what"),
        words("need"),
        words("automatic", default=""),
        words("source"),
        words("provided_by", default=""),
        day("provided_on", optional=True),
        yes_no("waived", default="false"),
        words("note", default=""),
        whole("file_id", optional=True),
        *owned(),
        same_organisation("appeal_evidence", "appeal_number", "appeals.number"),
        same_organisation("appeal_evidence", "file_id", "files.id"),
        sa.UniqueConstraint("appeal_number", "item"),
    )
    op.create_table(
        "medicare_examinations",
        row_id(),
        whole("claim_number"),
        whole("attempt"),
        whole("line"),
        words("payer_code"),
        words("payer_kind"),
        whole("remittance_claim_id"),
        json("reasons"),
        whole("refused_cents"),
        words("route"),
        words("why"),
        words("state"),
        whole("level", default="0"),
        whole("appeal_number", optional=True),
        day("found_on"),
        day("due_on", optional=True),
        day("moved_on", optional=True),
        words("moved_by", default=""),
        *owned(),
        same_organisation("medicare_examinations", "appeal_number", "appeals.number"),
        same_organisation("medicare_examinations", "claim_number", "claims.number"),
        same_organisation("medicare_examinations", "remittance_claim_id", "remittance_claims.id"),
        sa.UniqueConstraint("claim_number", "attempt", "line"),
    )
    op.create_index("ix_medicare_examinations_state", "medicare_examinations", ["organisation_id", "state", "id"])
    for table in ("appeals", "appeal_evidence", "medicare_examinations"):
        protect(table)
    op.execute("grant usage on all sequences in schema public to claimflow_app")


def downgrade() -> None:
    for table in ("medicare_examinations", "appeal_evidence", "appeals"):
        op.drop_table(table)
