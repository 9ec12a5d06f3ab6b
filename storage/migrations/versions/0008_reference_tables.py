"""Code tables by edition, rules of operators, and what denials teach."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.migrations.columns import (
    day,
    json,
    owned,
    recorded_at,
    row_id,
    same_organisation,
    whole,
    words,
    yes_no,
)
from storage.migrations.guards import protect, publish

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    shared()
    of_organisations()
    for table in ("reference_editions", "reference_codes", "reference_pairs"):
        publish(table)
    for table in ("operator_rules", "learned_denials", "proposed_rules"):
        protect(table)
    op.execute("grant usage on all sequences in schema public to claimflow_app")


def shared() -> None:
    op.create_table(
        "reference_editions",
        row_id(),
        words("kind"),
        day("effective_from"),
        day("effective_to", optional=True),
        json("files"),
        words("sha256"),
        whole("row_count"),
        words("loaded_by"),
        whole("superseded_by", optional=True),
        recorded_at(),
        sa.UniqueConstraint("kind", "sha256", "effective_from", name="uq_reference_editions_kind_sha256_effective_from"),
    )
    op.create_table(
        "reference_codes",
        row_id(),
        whole("edition_id", refers_to="reference_editions.id"),
        words("code"),
        words("says", default=""),
        day("effective_from", optional=True),
        day("effective_to", optional=True),
    )
    op.create_index("ix_reference_codes_code", "reference_codes", ["edition_id", "code"])
    op.create_table(
        "reference_pairs",
        row_id(),
        whole("edition_id", refers_to="reference_editions.id"),
        words("first"),
        words("second"),
        words("says"),
        day("effective_from"),
        day("effective_to", optional=True),
    )
    op.create_index("ix_reference_pairs_pair", "reference_pairs", ["edition_id", "first", "second"])


def of_organisations() -> None:
    op.create_table(
        "operator_rules",
        row_id(),
        *(
            words(name)
            for name in (
                "rule", "severity", "condition", "message", "remedy", "place", "source", "payer", "claim_type",
            )
        ),
        day("effective_from"),
        day("effective_to", optional=True),
        words("state", default="active"),
        words("by"),
        *owned(),
        sa.CheckConstraint("state in ('active', 'replaced', 'withdrawn')", name="state"),
    )
    op.create_index(
        "uq_operator_rules_active",
        "operator_rules",
        ["organisation_id", "rule", "effective_from"],
        unique=True,
        postgresql_where=sa.text("state = 'active'"),
    )
    op.create_table(
        "learned_denials",
        row_id(),
        whole("remittance_claim_id"),
        whole("line"),
        words("reason"),
        words("payer_code"),
        whole("cents"),
        yes_no("avoidable"),
        words("caught_by"),
        words("pattern"),
        day("business_date"),
        *owned(),
        same_organisation("learned_denials", "remittance_claim_id", "remittance_claims.id"),
        sa.UniqueConstraint("remittance_claim_id", "line", "reason", name="uq_learned_denials_remittance_claim_id_line_reason"),
    )
    op.create_index("ix_learned_denials_pattern", "learned_denials", ["organisation_id", "pattern"])
    op.create_table(
        "proposed_rules",
        sa.Column("number", sa.BigInteger(), primary_key=True, autoincrement=True),
        *(
            words(name)
            for name in (
                "pattern", "payer_code", "severity", "condition", "message", "remedy", "place", "reason",
            )
        ),
        words("state", default="proposed"),
        words("decided_by", default=""),
        words("decided_reason", default=""),
        day("decided_on", optional=True),
        *owned(),
        sa.UniqueConstraint("organisation_id", "pattern", name="uq_proposed_rules_organisation_id_pattern"),
        sa.CheckConstraint("state in ('proposed', 'accepted', 'declined')", name="state"),
    )


def downgrade() -> None:
    for table in (
        "proposed_rules", "learned_denials", "operator_rules", "reference_pairs", "reference_codes",
        "reference_editions",
    ):
        op.drop_table(table)
