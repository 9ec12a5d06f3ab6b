"""STC01-3 and STC03 of the last acknowledgement of an attempt: of whom it speaks, and what it says is done."""

from __future__ import annotations

from alembic import op

from storage.migrations.columns import words

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("submissions", words("status_entity", default=""))
    op.add_column("submissions", words("status_action", default=""))


def downgrade() -> None:
    raise RuntimeError("the guards of the books are not taken down: restore a backup instead")
