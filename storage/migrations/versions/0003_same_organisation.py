"""References stay within the organisation: a plain foreign key looks past row-level security."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NAMED = {
    "accounts": "number", "batches": "number", "claims": "number", "encounters": "id", "files": "id",
    "outbox": "id", "patients": "id", "remittances": "id",
}

# Entries to postings is left out: the trigger that balances a posting compares the organisations already.
REFERENCES = (
    ("patients", "account_number", "accounts"),
    ("file_transactions", "file_id", "files"),
    ("batches", "file_id", "files"),
    ("outbox", "file_id", "files"),
    ("encounters", "patient_id", "patients"),
    ("claims", "encounter_id", "encounters"),
    ("claims", "patient_id", "patients"),
    ("claims", "account_number", "accounts"),
    ("claim_versions", "claim_number", "claims"),
    ("submissions", "claim_number", "claims"),
    ("submissions", "batch_number", "batches"),
    ("commands", "claim_number", "claims"),
    ("commands", "account_number", "accounts"),
    ("timeline", "claim_number", "claims"),
    ("timeline", "account_number", "accounts"),
    ("work_items", "claim_number", "claims"),
    ("work_items", "account_number", "accounts"),
    ("remittances", "file_id", "files"),
    ("remittance_claims", "remittance_id", "remittances"),
    ("remittance_claims", "claim_number", "claims"),
    ("entries", "claim_number", "claims"),
    ("entries", "account_number", "accounts"),
    ("statements", "account_number", "accounts"),
    ("statements", "outbox_id", "outbox"),
    ("receipts", "account_number", "accounts"),
)


def upgrade() -> None:
    # The unique constraint of claims takes this index's place.
    op.drop_index("ix_claims_list", "claims")
    for table, key in NAMED.items():
        op.create_unique_constraint(op.f(f"uq_{table}_organisation_id_{key}"), table, ["organisation_id", key])
    for table, column, target in REFERENCES:
        name = op.f(f"fk_{table}_{column}")
        op.drop_constraint(name, table, type_="foreignkey")
        columns, keys = ["organisation_id", column], ["organisation_id", NAMED[target]]
        op.create_foreign_key(name, table, target, columns, keys)


def downgrade() -> None:
    raise RuntimeError("the guards of the books are not taken down: restore a backup instead")
