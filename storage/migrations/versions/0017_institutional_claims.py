"""Claims of institutions: an 837I beside the 837P."""

from __future__ import annotations

from alembic import op

from storage.migrations.columns import words

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("claims", words("claim_type", default="professional"))


def downgrade() -> None:
    raise RuntimeError("the guards of the books are not taken down: restore a backup instead")
