"""Entries are checked statement by statement: row by row the check was a sixth of what posting costs the database."""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

# Every statement brings balanced postings, and a posting's entries are only ever added to: so the posting balances
# after any number of statements, and "set constraints" has nothing to switch off. That a posting has entries at
# all is still checked at commit (check_posting).
CHECK_ENTRIES = """
create function check_entries() returns trigger language plpgsql as $$
declare
    refused record;
begin
    select written.posting_id, posting.key, posting.organisation_id as owner, sum(written.amount_cents) as total,
        posting.transaction_id is not distinct from pg_current_xact_id()::text::bigint as of_now,
        bool_and(posting.organisation_id = written.organisation_id) as of_one
    into refused
    from written left join postings posting on posting.id = written.posting_id
    group by written.posting_id, posting.key, posting.organisation_id, posting.transaction_id
    having posting.transaction_id is distinct from pg_current_xact_id()::text::bigint
        or not bool_and(posting.organisation_id = written.organisation_id) or sum(written.amount_cents) <> 0
    limit 1;
    if not found then
        return null;
    end if;
    if not refused.of_now then
        raise exception 'entry refused: posting % was written by an earlier transaction; make a new posting',
            refused.posting_id using errcode = 'check_violation';
    end if;
    if not refused.of_one then
        raise exception 'entry refused: posting % belongs to another organisation', refused.posting_id
            using errcode = 'check_violation';
    end if;
    raise exception 'posting % does not balance: its entries sum to % cents instead of 0',
        refused.key, refused.total using errcode = 'check_violation';
end $$
"""


def upgrade() -> None:
    op.execute("drop trigger balanced on entries")
    op.execute("drop function check_entry()")
    op.execute(CHECK_ENTRIES)
    op.execute(
        "create trigger balanced after insert on entries referencing new table as written "
        "for each statement execute function check_entries()"
    )
    # "always" holds even where a session switches ordinary triggers off to load data.
    op.execute("alter table entries enable always trigger balanced")


def downgrade() -> None:
    raise RuntimeError("the guards of the books are not taken down: restore a backup instead")
