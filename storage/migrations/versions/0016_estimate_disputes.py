"""Bills far above their good faith estimates, until a person settles them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.migrations.columns import day, json, owned, row_id, same_organisation, whole, words
from storage.migrations.guards import protect

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "estimate_excesses",
        row_id(),
        words("key"),
        whole("estimate_number"),
        whole("account_number"),
        words("npi"),
        json("claims"),
        whole("estimated_cents"),
        whole("billed_cents"),
        day("found_on"),
        words("state"),
        words("dispute_reference", default=""),
        day("disputed_on", optional=True),
        words("outcome", default=""),
        words("decided_by", default=""),
        whole("decided_cents", optional=True),
        whole("fee_credit_cents", default="0"),
        whole("payable_cents", optional=True),
        whole("written_down_cents", default="0"),
        day("settled_on", optional=True),
        words("settled_by", default=""),
        words("settled_reason", default=""),
        *owned(),
        same_organisation("estimate_excesses", "estimate_number", "estimates.number"),
        same_organisation("estimate_excesses", "account_number", "accounts.number"),
        sa.UniqueConstraint("organisation_id", "key"),
        sa.CheckConstraint("(state = 'settled') = (settled_on is not null)", name="settled_with_its_day"),
    )
    op.create_index(
        "ix_estimate_excesses_open",
        "estimate_excesses",
        ["account_number"],
        postgresql_where=sa.text("state <> 'settled'"),
    )
    protect("estimate_excesses")
    op.execute("grant usage on all sequences in schema public to claimflow_app")


def downgrade() -> None:
    raise RuntimeError("the guards of the books are not taken down: restore a backup instead")
