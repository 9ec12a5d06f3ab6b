"""Patients' money: how a guarantor is reached, consents, contacts, payment plans, card charges."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.migrations.columns import day, json, moment, owned, row_id, same_organisation, surrogate, whole, words
from storage.migrations.guards import protect

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

EMPTY_LIST = sa.text("'[]'::jsonb")


def upgrade() -> None:
    preferences()
    consents()
    contacts()
    plans()
    charges()
    for table in ("contact_preferences", "contact_consents", "contacts", "payment_plans", "card_charges"):
        protect(table)
    op.execute("grant usage on all sequences in schema public to claimflow_app")


def downgrade() -> None:
    raise RuntimeError("the guards of the books are not taken down: restore a backup instead")


def preferences() -> None:
    op.create_table(
        "contact_preferences",
        row_id(),
        whole("account_number"),
        words("language", default="en"),
        json("channels", default=sa.text("'[\"mail\"]'::jsonb")),
        words("email", default=""),
        words("phone", default=""),
        words("time_zone", default=""),
        day("address_bad_since", optional=True),
        *owned(),
        same_organisation("contact_preferences", "account_number", "accounts.number"),
        sa.UniqueConstraint("organisation_id", "account_number"),
    )


def consents() -> None:
    op.create_table(
        "contact_consents",
        row_id(),
        whole("account_number"),
        words("channel"),
        moment("given_at"),
        words("given_how"),
        moment("revoked_at", optional=True),
        words("revoked_how", default=""),
        *owned(),
        same_organisation("contact_consents", "account_number", "accounts.number"),
    )
    op.create_index("ix_contact_consents_account", "contact_consents", ["account_number"])


def contacts() -> None:
    op.create_table(
        "contacts",
        row_id(),
        words("key"),
        whole("account_number"),
        words("channel"),
        words("what"),
        moment("at"),
        words("by"),
        words("note", default=""),
        *owned(),
        same_organisation("contacts", "account_number", "accounts.number"),
        sa.UniqueConstraint("organisation_id", "key"),
    )
    op.create_index("ix_contacts_account", "contacts", ["account_number", "at"])


def plans() -> None:
    op.create_table(
        "payment_plans",
        surrogate("number", start=60001),
        words("key"),
        whole("account_number"),
        words("state"),
        json("claims"),
        json("instalments"),
        day("offered_on"),
        day("agreed_on", optional=True),
        day("ended_on", optional=True),
        words("ended_reason", default=""),
        words("by"),
        whole("follow_ups", default="0"),
        day("asked_person_on", optional=True),
        *owned(),
        same_organisation("payment_plans", "account_number", "accounts.number"),
        sa.UniqueConstraint("organisation_id", "number"),
        sa.UniqueConstraint("organisation_id", "key"),
    )
    op.create_index(
        "ix_payment_plans_one_agreed",
        "payment_plans",
        ["account_number"],
        unique=True,
        postgresql_where=sa.text("state = 'agreed'"),
    )


def charges() -> None:
    op.create_table(
        "card_charges",
        row_id(),
        words("key"),
        whole("account_number"),
        whole("amount_cents"),
        words("state"),
        words("gateway_reference", default=""),
        whole("receipt_id", optional=True),
        json("claims", default=EMPTY_LIST),
        words("by"),
        moment("business_at"),
        words("why", default=""),
        *owned(),
        same_organisation("card_charges", "account_number", "accounts.number"),
        sa.UniqueConstraint("organisation_id", "key"),
    )
    op.create_index(
        "ix_card_charges_open", "card_charges", ["organisation_id"], postgresql_where=sa.text("state = 'intended'")
    )
