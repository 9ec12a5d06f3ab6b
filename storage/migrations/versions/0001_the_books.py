"""The books: every table of the first release."""

from __future__ import annotations

from storage.migrations.first import books, claims, parties, wire

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    for room in (parties, wire, claims, books):
        room.create()


def downgrade() -> None:
    raise RuntimeError("the books are not taken down: restore a backup instead")
