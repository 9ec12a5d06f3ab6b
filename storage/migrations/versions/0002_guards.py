"""What the database itself refuses: other organisations' rows, unbalanced, changed or deleted postings."""

from __future__ import annotations

from alembic import op

from storage.migrations.guards import APP, protect, publish

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

OWNED = (
    "accounts", "activity_results", "batches", "claims", "commands", "control_numbers", "encounters",
    "file_transactions", "files", "outbox", "patients", "payers", "receipts", "remittance_claims",
    "remittances", "statements", "submissions", "work_items", "workflow_messages",
)
APPEND_ONLY = ("claim_versions", "entries", "postings", "timeline")
LEDGER = ("entries", "postings")

# The transaction that writes a posting is kept with it; no program can claim another.
STAMP_POSTING = """
create function stamp_posting() returns trigger language plpgsql as $$
begin
    new.transaction_id := pg_current_xact_id()::text::bigint;
    return new;
end $$
"""

CHECK_POSTING = """
create function check_posting() returns trigger language plpgsql as $$
declare
    total bigint;
    legs bigint;
begin
    select coalesce(sum(amount_cents), 0), count(*) into total, legs from entries where posting_id = new.id;
    if legs = 0 then
        raise exception 'posting % has no entries: a posting and its entries are written in one transaction',
            new.key using errcode = 'check_violation';
    end if;
    if total <> 0 then
        raise exception 'posting % does not balance: its entries sum to % cents instead of 0', new.key, total
            using errcode = 'check_violation';
    end if;
    return null;
end $$
"""

# Entries are checked too: else "set constraints all immediate" between a posting and a further entry would
# let an unbalanced posting through.
CHECK_ENTRY = """
create function check_entry() returns trigger language plpgsql as $$
declare
    posting postings%rowtype;
    total bigint;
begin
    select * into posting from postings where id = new.posting_id;
    if posting.transaction_id is distinct from pg_current_xact_id()::text::bigint then
        raise exception 'entry refused: posting % was written by an earlier transaction; make a new posting',
            new.posting_id using errcode = 'check_violation';
    end if;
    if posting.organisation_id <> new.organisation_id then
        raise exception 'entry refused: posting % belongs to another organisation', new.posting_id
            using errcode = 'check_violation';
    end if;
    select sum(amount_cents) into total from entries where posting_id = new.posting_id;
    if total <> 0 then
        raise exception 'posting % does not balance: its entries sum to % cents instead of 0',
            posting.key, total using errcode = 'check_violation';
    end if;
    return null;
end $$
"""

REFUSE_CHANGE = """
create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% of % refused: the ledger is append only; reverse the posting instead', tg_op, tg_table_name
        using errcode = 'restrict_violation';
end $$
"""

# Runs as its owner: a sequence belongs to sender and receiver on the wire, and organisations that send under
# one submitter id must never draw the same number.
DRAW = """
create function draw_control_numbers(
    organisation bigint, sender text, receiver text, kind text, count bigint
) returns bigint language sql security definer set search_path = public, pg_temp as $$
    insert into control_numbers as drawn (organisation_id, sender, receiver, kind, last)
    values (organisation, sender, receiver, kind, count)
    on conflict (sender, receiver, kind) do update set last = drawn.last + excluded.last
    returning drawn.last
$$
"""


def upgrade() -> None:
    for function in (STAMP_POSTING, CHECK_POSTING, CHECK_ENTRY, REFUSE_CHANGE, DRAW):
        op.execute(function)
    op.execute("create trigger stamp before insert on postings for each row execute function stamp_posting()")
    for table, function in (("postings", "check_posting"), ("entries", "check_entry")):
        op.execute(
            f"create constraint trigger balanced after insert on {table} deferrable initially deferred "
            f"for each row execute function {function}()"
        )
    for table in LEDGER:
        op.execute(
            f"create trigger append_only before update or delete or truncate on {table} "
            "for each statement execute function refuse_change()"
        )
    # "always" holds even where a session switches ordinary triggers off to load data.
    op.execute("alter table postings enable always trigger stamp")
    for table in LEDGER:
        op.execute(f"alter table {table} enable always trigger balanced")
        op.execute(f"alter table {table} enable always trigger append_only")
    op.execute("revoke all on function draw_control_numbers from public")
    op.execute(f"grant execute on function draw_control_numbers to {APP}")
    op.execute(f"grant usage on schema public to {APP}")
    protect("organisations", column="id", grants="select, update")
    for table in OWNED:
        protect(table)
    for table in APPEND_ONLY:
        protect(table, grants="select, insert")
    for table in ("payer_policies", "business_clock"):
        publish(table)
    op.execute(f"grant usage on all sequences in schema public to {APP}")


def downgrade() -> None:
    raise RuntimeError("the guards of the books are not taken down: restore a backup instead")
