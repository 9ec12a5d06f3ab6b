"""Patients change their mind on the advance notice that they signed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.migrations.columns import json

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("advance_notices", json("changes", default=sa.text("'[]'::jsonb")))


def downgrade() -> None:
    raise RuntimeError("the guards of the books are not taken down: restore a backup instead")
