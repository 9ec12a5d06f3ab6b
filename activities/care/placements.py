"""Placements with an agency: kept with the gates that were open, paused, resumed, and recalled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import update

from activities.care.case import ring_account, ring_claim
from activities.care.letters import mail_letter
from activities.cases.desk import Desk
from domain.care.collection_gates import Gate
from domain.ledger.chart import LedgerAccount
from domain.ledger.pair import pair
from domain.remittance.balancing import dollars
from storage import care, ledger, timeline
from storage.locks import lock_accounts, lock_claims
from storage.models import AgencyPlacement, Statement

RECALLED_PLACEMENT = "placement_recalled"


def keep_placement(
    desk: Desk, account_number: int, statement_number: int, asked: Mapping[int, int], gates: Sequence[Gate], by: str
) -> None:
    """Keep what was handed over, with every gate as it stood: called by the hand-over, in its transaction."""
    desk.session.add(
        AgencyPlacement(
            organisation_id=desk.organisation_id,
            key=f"placement:{statement_number}",
            account_number=account_number,
            state=care.PLACED,
            placed_on=desk.today,
            placed_by=by,
            placed_cents=sum(asked.values()),
            claims=[{"claim": number, "cents": cents} for number, cents in asked.items()],
            gates=[{"id": gate.id, "met": gate.met, "why": gate.why, "source": gate.source} for gate in gates],
        )
    )
    desk.session.flush()


def left_by_claim(row: AgencyPlacement) -> dict[int, int]:
    """What is still with the agency, claim by claim, in order."""
    left = {int(entry["claim"]): int(entry["cents"]) for entry in row.claims}
    for entry in row.recovered:
        left[int(entry["claim"])] -= int(entry["cents"])
    return {number: cents for number, cents in sorted(left.items()) if cents > 0}


def recall_all(desk: Desk, account_number: int, by: str, reason: str) -> int:
    """Recall everything of an account that an agency has; returns the cents that came back into our books."""
    return sum(recall(desk, row, by, reason) for row in care.placements_of(desk.session, account_number, care.PLACED))


def recall(desk: Desk, row: AgencyPlacement, by: str, reason: str) -> int:
    """Take a placement back: the agency is told by letter, the debt stands in our receivable again.

    Returns the cents that came back; 0 and nothing written where it is not with the agency.
    """
    if row.state != care.PLACED:
        return 0
    left = left_by_claim(row)
    lock_claims(desk.session, left)
    lock_accounts(desk.session, {row.account_number})
    for number, cents in left.items():
        ledger.post(
            desk.session,
            desk.organisation_id,
            key=f"recall:{row.number}:{number}",
            kind="write_off",
            cites=f"placement {row.number} recalled by {by}",
            by=by,
            business_date=desk.today,
            legs=pair(
                LedgerAccount.PATIENT_RECEIVABLE,
                LedgerAccount.WRITE_OFF,
                cents,
                f"placement {row.number} recalled by {by}",
                number,
                row.account_number,
            ),
        )
        ring_claim(desk, number, str(row.number), "returned")
    row.state, row.ended_on, row.ended_by, row.ended_reason = care.RECALLED, desk.today, by, reason
    statement = int(row.key.rpartition(":")[2])
    desk.session.execute(update(Statement).where(Statement.number == statement).values(kind=RECALLED_PLACEMENT))
    _tell_agency(desk, row, "agency_recall", f"recall:{row.number}", by, {"reason": "recalled"})
    timeline.note(
        desk.session,
        desk.organisation_id,
        key=f"recall:{row.number}",
        at=desk.now,
        by=by,
        what=f"Recalled from the collection agency: ${dollars(sum(left.values()))}",
        why=reason,
        account_number=row.account_number,
    )
    ring_account(desk, row.account_number, str(row.number))
    desk.session.flush()
    return sum(left.values())


def pause_agency(desk: Desk, account_number: int, what: str, by: str) -> bool:
    """Tell the agency the same day to rest, where it has something of this account: an application or a complaint."""
    rows = care.placements_of(desk.session, account_number, care.PLACED)
    for row in rows:
        _tell_agency(desk, row, "agency_pause", f"pause:{row.number}:{what}", by, {"reason": what.partition("-")[0]})
    return bool(rows)


def resume_agency(desk: Desk, account_number: int, what: str, by: str) -> None:
    """Tell the agency that it may go on: what it waited for is settled, and nothing else pauses the account."""
    for row in care.placements_of(desk.session, account_number, care.PLACED):
        left = sum(left_by_claim(row).values())
        _tell_agency(desk, row, "agency_resume", f"resume:{row.number}:{what}", by, {"balance": f"${dollars(left)}"})


def _tell_agency(
    desk: Desk, row: AgencyPlacement, name: str, key: str, by: str, values: Mapping[str, str]
) -> None:
    mail_letter(
        desk,
        name=name,
        key=key,
        account_number=row.account_number,
        values={"account": str(row.account_number), "placement": str(row.number), **values},
        kind=name,
        by=by,
        to_agency=True,
    )
