"""Good faith estimates that leave by mail or e-mail."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.migrations.columns import day, owned, row_id, same_organisation, whole, words
from storage.migrations.guards import protect

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "estimate_sendings",
        row_id(),
        whole("estimate_number"),
        whole("attempt"),
        whole("outbox_id"),
        words("channel"),
        words("sent_to"),
        words("language"),
        day("ordered_on"),
        words("by"),
        day("left_on", optional=True),
        *owned(),
        same_organisation("estimate_sendings", "estimate_number", "estimates.number"),
        same_organisation("estimate_sendings", "outbox_id", "outbox.id"),
        sa.UniqueConstraint("organisation_id", "outbox_id"),
        sa.UniqueConstraint("organisation_id", "estimate_number", "attempt"),
    )
    op.create_index("ix_estimate_sendings_outbox", "estimate_sendings", ["outbox_id"])
    protect("estimate_sendings")
    op.execute("grant usage on all sequences in schema public to claimflow_app")


def downgrade() -> None:
    raise RuntimeError("the guards of the books are not taken down: restore a backup instead")
