"""What goes over the wire, and what must happen once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.migrations.columns import (
    day,
    json,
    moment,
    organisation,
    owned,
    raw,
    recorded_at,
    row_id,
    surrogate,
    whole,
    words,
    yes_no,
)

SESSION_ORGANISATION = sa.text("coalesce(nullif(current_setting('claimflow.organisation', true), '')::bigint, 0)")


def create() -> None:
    """Create the tables and their indexes."""
    op.create_table(
        "files",
        row_id(),
        words("direction"),
        words("sha256"),
        words("name"),
        words("kind", default=""),
        raw("content"),
        words("state"),
        whole("deliveries", default="1"),
        moment("business_at"),
        *owned(),
        sa.UniqueConstraint("organisation_id", "direction", "sha256"),
    )
    op.create_table(
        "file_transactions",
        row_id(),
        whole("file_id", refers_to="files.id"),
        whole("ordinal"),
        words("kind"),
        words("control_number", default=""),
        words("state"),
        json("summary"),
        *owned(),
        sa.UniqueConstraint("file_id", "ordinal"),
    )
    op.create_table(
        "batches",
        surrogate("number", start=50001),
        words("payer_code"),
        words("window_key"),
        words("state"),
        moment("business_at"),
        whole("file_id", refers_to="files.id", optional=True),
        words("interchange_control_number", default=""),
        words("group_control_number", default=""),
        whole("claims", default="0"),
        day("acknowledged_on", optional=True),
        words("acknowledgement", default=""),
        *owned(),
        sa.UniqueConstraint("organisation_id", "window_key"),
    )
    op.create_index("ix_batches_interchange_control_number", "batches", ["interchange_control_number"])
    op.create_table(
        "control_numbers",
        words("sender", key=True),
        words("receiver", key=True),
        words("kind", key=True),
        whole("last"),
        organisation(),
    )
    op.create_table(
        "outbox",
        row_id(),
        words("key"),
        words("send_kind"),
        words("channel"),
        words("name"),
        whole("file_id", refers_to="files.id"),
        json("manifest", optional=True),
        words("state"),
        whole("attempts", default="0"),
        yes_no("uncertain", default="false"),
        words("last_error", default=""),
        moment("business_at"),
        moment("sent_at", optional=True),
        *owned(),
        sa.CheckConstraint("send_kind in ('keyed', 'recognised', 'blind')", name="send_kind"),
        sa.UniqueConstraint("organisation_id", "key"),
    )
    op.create_index(
        "ix_outbox_unsent",
        "outbox",
        ["id"],
        postgresql_where=sa.text("state in ('intended', 'sending')"),
    )
    op.create_table(
        "workflow_messages",
        row_id(),
        words("recipient"),
        words("number"),
        words("kind"),
        words("reference"),
        words("outcome"),
        moment("business_at"),
        moment("delivered_at", optional=True),
        whole("attempts", default="0"),
        words("last_error", default=""),
        moment("retry_at", optional=True),
        *owned(),
    )
    op.create_index(
        "ix_workflow_messages_due",
        "workflow_messages",
        ["id"],
        postgresql_where=sa.text("delivered_at is null"),
    )
    op.create_index("ix_workflow_messages_recipient", "workflow_messages", ["recipient", "number"])
    op.create_table(
        "activity_results",
        whole("organisation_id", default=SESSION_ORGANISATION, key=True),
        words("key", key=True),
        json("result"),
        recorded_at(),
    )
    op.create_table(
        "business_clock",
        whole("id", key=True),
        whole("offset_seconds"),
        whole("step", default="0"),
    )
