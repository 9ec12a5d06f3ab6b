"""What payers tell of a claim's network (271 EB12), kept with the claim: posting reads it with the claim's attempt."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.migrations.columns import json

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("claims", json("networks", default=sa.text("'{}'::jsonb")))


def downgrade() -> None:
    raise RuntimeError("the guards of the books are not taken down: restore a backup instead")
