"""What matches a remittance to a claim comes from an index: its claims, the payer's number, the date of service."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_remittance_claims_remittance", "remittance_claims", ["remittance_id"])
    op.create_index(
        "ix_submissions_payer_number",
        "submissions",
        ["organisation_id", "payer_control_number"],
        postgresql_where=sa.text("payer_control_number <> ''"),
    )
    op.create_index("ix_claims_service_date", "claims", ["organisation_id", "service_date"])


def downgrade() -> None:
    op.drop_index("ix_claims_service_date", "claims")
    op.drop_index("ix_submissions_payer_number", "submissions")
    op.drop_index("ix_remittance_claims_remittance", "remittance_claims")
