"""Claims the payers have, as rows."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from sqlite3 import Row

from simulator.adjudication.front_door import Refusal
from simulator.claim import SubmittedClaim
from simulator.clearinghouse.desk import Desk
from simulator.codec import decode, encode


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownClaim:
    """One claim that came through the door, or was refused at it."""

    id: int
    claim: SubmittedClaim
    icn: str
    received_on: date
    state: str
    """refused, accepted, unprocessable, replaced or void."""
    refusal: Refusal | None
    records_on_file: bool


def _known(row: Row) -> KnownClaim:
    refusal = str(row["refusal"])
    category, status, entity = refusal.split(":") if refusal else ("", "", "")
    return KnownClaim(
        id=int(row["id"]),
        claim=decode(SubmittedClaim, row["content"]),
        icn=str(row["icn"]),
        received_on=date.fromisoformat(row["received_on"]),
        state=str(row["state"]),
        refusal=Refusal(category=category, status=status, entity=entity) if refusal else None,
        records_on_file=bool(row["records_on_file"]),
    )


def add_claim(desk: Desk, claim: SubmittedClaim, received_on: date, refusal: Refusal | None) -> KnownClaim:
    """Enter a claim; a payer's control number is given only to one that is taken."""
    icn = "" if refusal is not None else _new_icn(desk, claim)
    number = desk.database.insert(
        "claims",
        payer=claim.payer,
        control_number=claim.control_number,
        icn=icn,
        likeness=claim.likeness,
        received_on=received_on.isoformat(),
        state="accepted" if refusal is None else "refused",
        refusal=f"{refusal.category}:{refusal.status}:{refusal.entity}" if refusal else "",
        content=encode(claim),
    )
    return KnownClaim(
        id=number,
        claim=claim,
        icn=icn,
        received_on=received_on,
        state="accepted" if refusal is None else "refused",
        refusal=refusal,
        records_on_file=False,
    )


def _new_icn(desk: Desk, claim: SubmittedClaim) -> str:
    """Derived from the claim, so that a run repeats; told apart when the same CLM01 came more than once."""
    same = desk.database.rows(
        "SELECT 1 FROM claims WHERE payer = ? AND control_number = ? AND icn != ''",
        claim.payer,
        claim.control_number,
    )
    return icn_of(claim, f"{len(same)}")


def icn_of(claim: SubmittedClaim, revision: str) -> str:
    """A payer claim control number of fifteen characters."""
    text = f"{claim.payer}/{claim.control_number}/{claim.likeness}/{revision}"
    return f"{claim.payer[0]}{claim.first_service:%y}{hashlib.sha256(text.encode()).hexdigest()[:12]}".upper()


def claim_by_icn(desk: Desk, payer: str, icn: str) -> KnownClaim | None:
    """The claim a payer's control number stands for now: of a replaced claim, its latest replacement."""
    row = desk.database.row(
        "SELECT c.* FROM claims c LEFT JOIN decisions d ON d.claim_id = c.id "
        "WHERE c.payer = ? AND (c.icn = ? OR d.icn = ?) AND c.state IN ('accepted', 'replaced') LIMIT 1",
        payer,
        icn,
        icn,
    )
    while row is not None and row["replaced_by"] is not None:
        row = desk.database.row("SELECT * FROM claims WHERE id = ?", row["replaced_by"])
    return _known(row) if row is not None and row["state"] == "accepted" else None


def claim_by_control_number(desk: Desk, control_number: str, payer: str = "") -> KnownClaim | None:
    """The latest claim with this CLM01, taken before refused."""
    row = desk.database.row(
        "SELECT * FROM claims WHERE control_number = ? AND ? IN ('', payer) "
        "ORDER BY state = 'refused', id DESC LIMIT 1",
        control_number,
        payer,
    )
    return _known(row) if row is not None else None


def repeats_earlier_claim(desk: Desk, known: KnownClaim, content: SubmittedClaim) -> bool:
    """Whether an earlier claim billed the same services and was decided, or waits to be."""
    row = desk.database.row(
        "SELECT 1 FROM claims WHERE likeness = ? AND id < ? AND state IN ('accepted', 'replaced')",
        content.likeness,
        known.id,
    )
    return row is not None


def set_state(desk: Desk, known: KnownClaim, state: str, replaced_by: int | None = None) -> None:
    """Remember what became of a claim."""
    desk.database.execute("UPDATE claims SET state = ?, replaced_by = ? WHERE id = ?", state, replaced_by, known.id)


def put_records_on_file(desk: Desk, known: KnownClaim) -> None:
    """Medical records for this claim have come."""
    desk.database.execute("UPDATE claims SET records_on_file = 1 WHERE id = ?", known.id)
