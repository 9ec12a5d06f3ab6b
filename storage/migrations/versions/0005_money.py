"""Money: deposits and closed months, contracts and variances, cases and visits, held and unmatched decisions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.migrations.columns import day, json, moment, owned, row_id, same_organisation, surrogate, whole, words
from storage.migrations.guards import protect

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

OWNED = (
    "accounting_periods", "bank_deposits", "cases", "contract_terms", "deposit_matches", "fee_schedule_rows",
    "provider_adjustments", "variances", "visits",
)
EMPTY_LIST, EMPTY_OBJECT = sa.text("'[]'::jsonb"), sa.text("'{}'::jsonb")

# A closed month takes no posting any more: what belongs to it is dated into the open one.
REFUSE_CLOSED = """
create function refuse_closed_month() returns trigger language plpgsql as $$
begin
    if exists (
        select from accounting_periods
        where organisation_id = new.organisation_id and month = date_trunc('month', new.business_date)::date
    ) then
        raise exception 'posting % refused: its month % is closed; date it into the open month',
            new.key, to_char(new.business_date, 'YYYY-MM') using errcode = 'check_violation';
    end if;
    return new;
end $$
"""


def upgrade() -> None:
    new_columns()
    cases()
    cash()
    contracting()
    for table in OWNED:
        protect(table)
    op.execute("grant usage on all sequences in schema public to claimflow_app")
    op.execute(REFUSE_CLOSED)
    op.execute(
        "create trigger closed_month before insert on postings for each row execute function refuse_closed_month()"
    )
    op.execute("alter table postings enable always trigger closed_month")


def downgrade() -> None:
    raise RuntimeError("the guards of the books are not taken down: restore a backup instead")


def new_columns() -> None:
    for table in ("claims", "submissions"):
        op.add_column(table, words("sequence", default="P"))
    for name in ("lines", "candidates"):
        op.add_column("remittance_claims", json(name, default=EMPTY_LIST))
    op.add_column("remittance_claims", json("loop", default=EMPTY_OBJECT))
    for name in ("decided_by", "decided_reason"):
        op.add_column("remittance_claims", words(name, default=""))
    for name in ("handling", "payer_name", "decided_by", "decided_reason"):
        op.add_column("remittances", words(name, default=""))
    op.add_column("remittances", words("state", default="posted"))
    waiting = sa.text("state in ('held', 'unmatched')")
    op.create_unique_constraint(op.f("uq_remittance_claims_organisation_id_id"), "remittance_claims", ["organisation_id", "id"])
    op.create_index("ix_remittance_claims_waiting", "remittance_claims", ["organisation_id", "id"], postgresql_where=waiting)
    op.create_index("ix_remittance_claims_payer_number", "remittance_claims", ["organisation_id", "payer_control_number"])
    op.create_index("ix_remittances_trace", "remittances", ["organisation_id", "trace_number"])


def cases() -> None:
    op.create_table(
        "cases",
        surrogate("number", start=50001),
        words("key"),
        words("kind"),
        whole("claim_number", optional=True),
        whole("account_number", optional=True),
        whole("amount_cents", default="0"),
        words("state"),
        day("opened_on"),
        day("due_on"),
        words("due_rule", default=""),
        words("owner"),
        moment("next_at", optional=True),
        words("next_what", default=""),
        json("details"),
        words("decision", default=""),
        words("decided_by", default=""),
        day("closed_on", optional=True),
        *owned(),
        sa.CheckConstraint("state = 'closed' or (next_at is not null and owner <> '')", name="nothing_forgotten"),
        same_organisation("cases", "account_number", "accounts.number"),
        same_organisation("cases", "claim_number", "claims.number"),
        sa.UniqueConstraint("organisation_id", "key"),
        sa.UniqueConstraint("organisation_id", "number"),
    )
    op.create_index("ix_cases_account", "cases", ["account_number"])
    op.create_index("ix_cases_claim", "cases", ["claim_number"])
    op.create_index("ix_cases_open", "cases", ["organisation_id", "next_at"], postgresql_where=sa.text("state <> 'closed'"))
    op.create_table(
        "visits",
        row_id(),
        words("key"),
        whole("patient_id", optional=True),
        day("seen_on"),
        words("provider_npi", default=""),
        words("visit_type", default=""),
        whole("expected_cents", default="0"),
        whole("encounter_id", optional=True),
        words("state", default="waiting"),
        words("decided_by", default=""),
        words("decided_reason", default=""),
        *owned(),
        same_organisation("visits", "encounter_id", "encounters.id"),
        same_organisation("visits", "patient_id", "patients.id"),
        sa.UniqueConstraint("organisation_id", "key"),
    )
    op.create_index("ix_visits_waiting", "visits", ["organisation_id", "seen_on"], postgresql_where=sa.text("state = 'waiting'"))


def cash() -> None:
    op.create_table(
        "bank_deposits",
        row_id(),
        words("key"),
        day("deposited_on"),
        whole("amount_cents"),
        words("trace_number", default=""),
        words("payer_name", default=""),
        words("method"),
        words("source"),
        whole("file_id", optional=True),
        words("by"),
        words("state", default="open"),
        day("business_date"),
        *owned(),
        sa.CheckConstraint("amount_cents <> 0", name="amount_cents"),
        same_organisation("bank_deposits", "file_id", "files.id"),
        sa.UniqueConstraint("organisation_id", "id"),
        sa.UniqueConstraint("organisation_id", "key"),
    )
    op.create_index("ix_bank_deposits_open", "bank_deposits", ["organisation_id", "deposited_on"], postgresql_where=sa.text("state = 'open'"))
    op.create_table(
        "deposit_matches",
        row_id(),
        words("key"),
        whole("deposit_id"),
        whole("remittance_id", optional=True),
        whole("amount_cents"),
        words("by"),
        words("reason", default=""),
        day("business_date"),
        *owned(),
        same_organisation("deposit_matches", "deposit_id", "bank_deposits.id"),
        same_organisation("deposit_matches", "remittance_id", "remittances.id"),
        sa.UniqueConstraint("organisation_id", "key"),
    )
    op.create_index("ix_deposit_matches_remittance", "deposit_matches", ["remittance_id"])
    op.create_table(
        "accounting_periods",
        row_id(),
        day("month"),
        words("closed_by"),
        day("closed_on"),
        json("totals"),
        *owned(),
        sa.UniqueConstraint("organisation_id", "month"),
    )
    op.create_table(
        "provider_adjustments",
        row_id(),
        words("key"),
        whole("remittance_id"),
        words("reason"),
        words("reference"),
        whole("amount_cents"),
        whole("claim_number", optional=True),
        whole("case_number", optional=True),
        day("business_date"),
        *owned(),
        same_organisation("provider_adjustments", "case_number", "cases.number"),
        same_organisation("provider_adjustments", "claim_number", "claims.number"),
        same_organisation("provider_adjustments", "remittance_id", "remittances.id"),
        sa.UniqueConstraint("organisation_id", "key"),
    )
    op.create_index("ix_provider_adjustments_reason", "provider_adjustments", ["organisation_id", "reason"])


def contracting() -> None:
    op.create_table(
        "fee_schedule_rows",
        row_id(),
        words("payer_code"),
        words("procedure"),
        words("modifier", default=""),
        words("place_of_service", default=""),
        whole("amount_cents"),
        day("effective_from"),
        day("effective_to", optional=True),
        words("source"),
        *owned(),
        sa.CheckConstraint("amount_cents >= 0", name="amount_cents"),
        sa.UniqueConstraint("organisation_id", "payer_code", "procedure", "modifier", "place_of_service", "effective_from", name="uq_fee_schedule_rows_one_price"),
    )
    op.create_table(
        "contract_terms",
        row_id(),
        words("payer_code"),
        words("name"),
        words("value"),
        day("effective_from"),
        day("effective_to", optional=True),
        words("source"),
        *owned(),
        sa.UniqueConstraint("organisation_id", "payer_code", "name", "effective_from"),
    )
    op.create_table(
        "variances",
        row_id(),
        whole("claim_number"),
        whole("remittance_claim_id"),
        whole("line"),
        words("payer_code"),
        words("procedure"),
        whole("expected_cents"),
        whole("allowed_cents"),
        words("terms"),
        words("state", default="open"),
        words("decided_by", default=""),
        words("decided_reason", default=""),
        day("business_date"),
        *owned(),
        same_organisation("variances", "claim_number", "claims.number"),
        same_organisation("variances", "remittance_claim_id", "remittance_claims.id"),
        sa.UniqueConstraint("remittance_claim_id", "line"),
    )
    op.create_index("ix_variances_claim", "variances", ["claim_number"])
    op.create_index("ix_variances_open", "variances", ["organisation_id", "payer_code"], postgresql_where=sa.text("state = 'open'"))
