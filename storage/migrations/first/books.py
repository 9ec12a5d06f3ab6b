"""Remittances, the ledger, statements and receipts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.migrations.columns import day, json, moment, organisation, owned, row_id, surrogate, whole, words, yes_no

THIS_TRANSACTION = sa.text("pg_current_xact_id()::text::bigint")
CHART = (
    "bank",
    "remittance_clearing",
    "unapplied_cash",
    "payer_receivable",
    "patient_receivable",
    "contractual",
    "write_off",
    "provider_level",
    "patient_credit",
    "refunds_payable",
    "interest",
    "revenue",
)
ONE_OF_THE_CHART = f"ledger_account in {CHART}"


def create() -> None:
    """Create the tables and their indexes."""
    op.create_table(
        "remittances",
        row_id(),
        words("key"),
        whole("file_id", refers_to="files.id"),
        words("payee_npi"),
        words("payer_identifier"),
        words("trace_number"),
        day("payment_date"),
        whole("payment_cents"),
        words("method"),
        yes_no("balanced"),
        *owned(),
        sa.UniqueConstraint("organisation_id", "key"),
    )
    op.create_table(
        "remittance_claims",
        row_id(),
        words("key"),
        whole("remittance_id", refers_to="remittances.id"),
        whole("claim_number", refers_to="claims.number", optional=True),
        whole("attempt", optional=True),
        words("state"),
        words("status"),
        words("payer_control_number"),
        whole("charge_cents"),
        whole("paid_cents"),
        whole("patient_cents"),
        json("adjustments"),
        json("remarks"),
        words("verdict", default=""),
        day("business_date"),
        *owned(),
        sa.UniqueConstraint("organisation_id", "key"),
    )
    op.create_index("ix_remittance_claims_claim", "remittance_claims", ["claim_number"])
    op.create_table(
        "postings",
        row_id(),
        words("key"),
        words("kind"),
        words("cites"),
        words("by"),
        day("business_date"),
        whole("transaction_id", default=THIS_TRANSACTION),
        *owned(),
        sa.UniqueConstraint("organisation_id", "key"),
    )
    op.create_table(
        "entries",
        row_id(),
        whole("posting_id", refers_to="postings.id"),
        words("ledger_account"),
        whole("amount_cents"),
        whole("claim_number", refers_to="claims.number", optional=True),
        whole("account_number", refers_to="accounts.number", optional=True),
        words("cites", default=""),
        organisation(),
        sa.CheckConstraint("amount_cents <> 0", name="amount_cents"),
        sa.CheckConstraint(ONE_OF_THE_CHART, name="ledger_account"),
    )
    op.create_index("ix_entries_account", "entries", ["account_number"])
    op.create_index("ix_entries_claim", "entries", ["claim_number"])
    op.create_index("ix_entries_posting_id", "entries", ["posting_id"])
    op.create_table(
        "statements",
        surrogate("number", start=30001),
        whole("account_number", refers_to="accounts.number"),
        day("cycle_started_on"),
        whole("step"),
        words("kind"),
        whole("balance_cents"),
        json("claims"),
        whole("outbox_id", refers_to="outbox.id", optional=True),
        day("business_date"),
        *owned(),
        sa.UniqueConstraint("account_number", "cycle_started_on", "step"),
    )
    op.create_table(
        "receipts",
        row_id(),
        words("key"),
        whole("account_number", refers_to="accounts.number"),
        whole("amount_cents"),
        words("method"),
        day("received_on"),
        words("reference"),
        moment("received_at"),
        json("details"),
        *owned(),
        sa.UniqueConstraint("organisation_id", "key"),
    )
    op.create_index("ix_receipts_account_number", "receipts", ["account_number"])
