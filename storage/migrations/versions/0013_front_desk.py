"""The front desk: appointments, eligibility in full, estimates, copays, check-ins, merges, enrolment, notices."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.migrations.columns import (
    day,
    json,
    moment,
    owned,
    row_id,
    same_organisation,
    surrogate,
    whole,
    words,
    yes_no,
)
from storage.migrations.guards import protect

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

OWNED = (
    "appointments",
    "eligibility_answers",
    "estimates",
    "copays",
    "check_ins",
    "patient_merges",
    "enrolments",
    "authorizations",
    "advance_notices",
)
EMPTY_LIST, EMPTY_OBJECT = sa.text("'[]'::jsonb"), sa.text("'{}'::jsonb")


def upgrade() -> None:
    appointments()
    eligibility()
    estimates()
    copays()
    check_ins()
    merges()
    enrolments()
    authorizations()
    notices()
    for table in OWNED:
        protect(table)
    op.execute("grant usage on all sequences in schema public to claimflow_app")


def downgrade() -> None:
    raise RuntimeError("the guards of the books are not taken down: restore a backup instead")


def appointments() -> None:
    op.create_table(
        "appointments",
        surrogate("number", 20001),
        words("key"),
        whole("patient_id"),
        day("on_day"),
        day("scheduled_on"),
        words("visit_type", default=""),
        json("provider"),
        json("coverages", default=EMPTY_LIST),
        json("services", default=EMPTY_LIST),
        words("state", default="scheduled"),
        whole("claim_number", optional=True),
        moment("next_question_at", optional=True),
        whole("questions", default="0"),
        *owned(),
        same_organisation("appointments", "patient_id", "patients.id"),
        same_organisation("appointments", "claim_number", "claims.number"),
        sa.UniqueConstraint("organisation_id", "number"),
        sa.UniqueConstraint("organisation_id", "key"),
    )
    op.create_index(
        "ix_appointments_day",
        "appointments",
        ["organisation_id", "on_day"],
        postgresql_where=sa.text("state <> 'cancelled'"),
    )


def eligibility() -> None:
    op.create_table(
        "eligibility_answers",
        row_id(),
        words("key"),
        whole("patient_id"),
        whole("claim_number", optional=True),
        whole("appointment_number", optional=True),
        words("payer_code"),
        day("service_date"),
        moment("asked_at"),
        words("status"),
        json("answer"),
        *owned(),
        same_organisation("eligibility_answers", "patient_id", "patients.id"),
        same_organisation("eligibility_answers", "claim_number", "claims.number"),
        same_organisation("eligibility_answers", "appointment_number", "appointments.number"),
        sa.UniqueConstraint("organisation_id", "key"),
    )
    op.create_index("ix_eligibility_answers_claim", "eligibility_answers", ["claim_number"])
    op.create_index("ix_eligibility_answers_appointment", "eligibility_answers", ["appointment_number"])


def estimates() -> None:
    op.create_table(
        "estimates",
        surrogate("number", 40001),
        words("key"),
        words("kind"),
        whole("patient_id"),
        whole("appointment_number", optional=True),
        day("service_date"),
        day("requested_on"),
        day("due_on", optional=True),
        words("due_rule", default=""),
        day("provided_on", optional=True),
        whole("expected_cents"),
        json("content"),
        words("by"),
        day("exceeded_on", optional=True),
        *owned(),
        same_organisation("estimates", "patient_id", "patients.id"),
        same_organisation("estimates", "appointment_number", "appointments.number"),
        sa.UniqueConstraint("organisation_id", "number"),
        sa.UniqueConstraint("organisation_id", "key"),
    )
    op.create_index("ix_estimates_appointment", "estimates", ["appointment_number"])
    op.create_index(
        "ix_estimates_due",
        "estimates",
        ["organisation_id", "due_on"],
        postgresql_where=sa.text("provided_on is null"),
    )


def copays() -> None:
    op.create_table(
        "copays",
        surrogate("number", 45001),
        words("key"),
        whole("appointment_number"),
        whole("account_number"),
        whole("claim_number", optional=True),
        whole("case_number", optional=True),
        day("due_on"),
        whole("due_cents"),
        whole("paid_cents", default="0"),
        words("why"),
        words("state"),
        words("decided_by", default=""),
        words("decided_reason", default=""),
        *owned(),
        sa.CheckConstraint("due_cents >= 0 and paid_cents >= 0", name="amounts"),
        same_organisation("copays", "appointment_number", "appointments.number"),
        same_organisation("copays", "account_number", "accounts.number"),
        same_organisation("copays", "claim_number", "claims.number"),
        same_organisation("copays", "case_number", "cases.number"),
        sa.UniqueConstraint("organisation_id", "number"),
        sa.UniqueConstraint("organisation_id", "key"),
    )
    op.create_index("ix_copays_claim", "copays", ["claim_number"])
    op.create_index("ix_copays_case", "copays", ["case_number"])


def check_ins() -> None:
    op.create_table(
        "check_ins",
        row_id(),
        words("key"),
        whole("patient_id"),
        whole("appointment_number"),
        day("on_day"),
        words("by"),
        words("language", default="en"),
        words("phone", default=""),
        words("email", default=""),
        json("consents", default=EMPTY_OBJECT),
        json("medicare_questions", default=EMPTY_OBJECT),
        json("cards", default=EMPTY_LIST),
        *owned(),
        same_organisation("check_ins", "patient_id", "patients.id"),
        same_organisation("check_ins", "appointment_number", "appointments.number"),
        sa.UniqueConstraint("organisation_id", "key"),
    )
    op.create_index("ix_check_ins_patient", "check_ins", ["patient_id"])


def merges() -> None:
    op.create_table(
        "patient_merges",
        row_id(),
        whole("kept_id"),
        whole("merged_id"),
        words("by"),
        words("reason"),
        day("merged_on"),
        json("moved"),
        day("undone_on", optional=True),
        words("undone_by", default=""),
        words("undone_reason", default=""),
        *owned(),
        same_organisation("patient_merges", "kept_id", "patients.id"),
        same_organisation("patient_merges", "merged_id", "patients.id"),
    )
    op.create_index(
        "uq_patient_merges_standing",
        "patient_merges",
        ["organisation_id", "merged_id"],
        unique=True,
        postgresql_where=sa.text("undone_on is null"),
    )


def enrolments() -> None:
    op.create_table(
        "enrolments",
        row_id(),
        words("provider_npi"),
        words("payer_code"),
        day("effective_from", optional=True),
        day("effective_to", optional=True),
        words("by"),
        *owned(),
        sa.UniqueConstraint("organisation_id", "provider_npi", "payer_code", "effective_from"),
    )


def authorizations() -> None:
    op.create_table(
        "authorizations",
        surrogate("number", 47001),
        words("key"),
        whole("patient_id"),
        whole("claim_number", optional=True),
        whole("appointment_number", optional=True),
        words("payer_code"),
        day("service_date"),
        json("request"),
        yes_no("expedited"),
        moment("requested_at"),
        moment("due_at", optional=True),
        words("due_rule", default=""),
        words("state"),
        moment("next_at", optional=True),
        whole("questions", default="0"),
        words("authorization_number", default=""),
        json("reasons", default=EMPTY_LIST),
        moment("decided_at", optional=True),
        words("by"),
        *owned(),
        sa.CheckConstraint("state not in ('requested', 'pended') or next_at is not null", name="nothing_forgotten"),
        same_organisation("authorizations", "patient_id", "patients.id"),
        same_organisation("authorizations", "claim_number", "claims.number"),
        same_organisation("authorizations", "appointment_number", "appointments.number"),
        sa.UniqueConstraint("organisation_id", "number"),
        sa.UniqueConstraint("organisation_id", "key"),
    )
    op.create_index("ix_authorizations_claim", "authorizations", ["claim_number"])
    op.create_index(
        "ix_authorizations_next",
        "authorizations",
        ["next_at"],
        postgresql_where=sa.text("state in ('requested', 'pended')"),
    )


def notices() -> None:
    op.create_table(
        "advance_notices",
        surrogate("number", 49001),
        words("key"),
        whole("patient_id"),
        whole("claim_number", optional=True),
        whole("appointment_number", optional=True),
        day("service_date"),
        words("cause"),
        json("procedures"),
        whole("estimated_cents"),
        whole("option", optional=True),
        day("issued_on"),
        day("signed_on", optional=True),
        words("by"),
        *owned(),
        same_organisation("advance_notices", "patient_id", "patients.id"),
        same_organisation("advance_notices", "claim_number", "claims.number"),
        same_organisation("advance_notices", "appointment_number", "appointments.number"),
        sa.UniqueConstraint("organisation_id", "number"),
        sa.UniqueConstraint("organisation_id", "key"),
    )
    op.create_index("ix_advance_notices_patient", "advance_notices", ["patient_id"])
