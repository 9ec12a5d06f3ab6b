"""Charts and the diagnosis audit; staff roles, and referrals that only compliance sees."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.migrations.columns import day, json, owned, row_id, same_organisation, surrogate, whole, words, yes_no
from storage.migrations.guards import APP, protect

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

OF_COMPLIANCE = "current_setting('claimflow.compliance', true) = 'on'"
MINE = "organisation_id = nullif(current_setting('claimflow.organisation', true), '')::bigint"


def upgrade() -> None:
    charts()
    findings()
    compliance()
    for table in ("clinical_facts", "audit_findings", "staff_roles"):
        protect(table)
    op.execute("alter table compliance_referrals enable row level security")
    op.execute(
        f"create policy compliance_only on compliance_referrals for all to public "
        f"using ({MINE} and {OF_COMPLIANCE}) with check ({MINE} and {OF_COMPLIANCE})"
    )
    op.execute(f"grant select, insert, update, delete on compliance_referrals to {APP}")
    op.execute(
        f"create policy compliance_only on cases as restrictive for all to public "
        f"using (kind <> 'compliance' or {OF_COMPLIANCE}) with check (kind <> 'compliance' or {OF_COMPLIANCE})"
    )
    op.execute("grant usage on all sequences in schema public to claimflow_app")


def downgrade() -> None:
    raise RuntimeError("the guards of the books are not taken down: restore a backup instead")


def charts() -> None:
    op.create_table(
        "clinical_facts",
        row_id(),
        words("key"),
        whole("patient_id"),
        words("kind"),
        words("system", default=""),
        words("code", default=""),
        words("name", default=""),
        day("began_on"),
        day("ended_on", optional=True),
        words("value", default=""),
        words("unit", default=""),
        *owned(),
        same_organisation("clinical_facts", "patient_id", "patients.id"),
        sa.UniqueConstraint("organisation_id", "key"),
    )
    op.create_index("ix_clinical_facts_patient", "clinical_facts", ["organisation_id", "patient_id"])


def findings() -> None:
    op.create_table(
        "audit_findings",
        surrogate("number", start=80001),
        words("key"),
        words("kind"),
        words("direction"),
        words("basis"),
        whole("patient_id", optional=True),
        words("provider", default=""),
        json("claims"),
        json("codes"),
        json("evidence"),
        words("question"),
        json("options"),
        words("source"),
        yes_no("own_codes", default=sa.text("false")),
        words("state", default="open"),
        day("found_on"),
        day("seen_on"),
        words("queried_by", default=""),
        day("queried_on", optional=True),
        words("answer", default=""),
        words("documentation", default=""),
        words("decided_by", default=""),
        words("reason", default=""),
        day("decided_on", optional=True),
        *owned(),
        sa.CheckConstraint("state in ('open', 'queried', 'answered', 'dismissed')", name="state_known"),
        same_organisation("audit_findings", "patient_id", "patients.id"),
        sa.UniqueConstraint("organisation_id", "key"),
    )
    open_ones = sa.text("state in ('open', 'queried')")
    op.create_index("ix_audit_findings_open", "audit_findings", ["organisation_id", "number"], postgresql_where=open_ones)
    op.create_index("ix_audit_findings_patient", "audit_findings", ["organisation_id", "patient_id"])


def compliance() -> None:
    op.add_column("claims", yes_no("held_for_review", default=sa.text("false")))
    op.create_table(
        "staff_roles",
        row_id(),
        words("person"),
        words("role"),
        words("granted_by"),
        day("granted_on"),
        *owned(),
        sa.UniqueConstraint("organisation_id", "person", "role"),
    )
    op.create_table(
        "compliance_referrals",
        row_id(),
        words("key"),
        whole("case_number"),
        whole("claim_number"),
        words("suspicion"),
        json("evidence"),
        json("before"),
        words("opened_by"),
        day("opened_on"),
        words("decision", default=""),
        words("decided_by", default=""),
        words("reason", default=""),
        day("decided_on", optional=True),
        day("applied_on", optional=True),
        *owned(),
        same_organisation("compliance_referrals", "case_number", "cases.number"),
        same_organisation("compliance_referrals", "claim_number", "claims.number"),
        sa.UniqueConstraint("organisation_id", "key"),
    )
    op.create_index("ix_compliance_referrals_case", "compliance_referrals", ["case_number"])
    op.create_index("ix_compliance_referrals_claim", "compliance_referrals", ["claim_number"])
