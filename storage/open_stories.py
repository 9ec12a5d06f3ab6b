"""What PostgreSQL says is open: every workflow that ought to run."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Select, literal, select
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import Session
from sqlalchemy.types import String

from domain.cases.kinds import CaseState
from domain.claim.stages import Stage
from domain.doorbell import Recipient
from storage.models import Account, Appeal, Batch, CaseRow, Claim, File


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenStory:
    """A claim, a case, an appeal or an account that is open, or a batch or a file that is under way."""

    organisation_id: int
    recipient: Recipient
    number: str
    reference: str = ""
    """Id of the row, where the workflow is named by something else (a file's hash)."""


def open_stories(session: Session) -> list[OpenStory]:
    """Return every open story of every organisation, claims first, in order of number.

    Needs a transaction of the system.
    """
    return [
        OpenStory(organisation_id=row.organisation_id, recipient=recipient, number=row.number, reference=row.reference)
        for recipient, statement in _STATEMENTS.items()
        for row in session.execute(statement)
    ]


_NONE = literal("").label("reference")

_STATEMENTS: dict[Recipient, Select[int, str, str]] = {
    Recipient.CLAIM: select(Claim.organisation_id, sql_cast(Claim.number, String).label("number"), _NONE)
    .where(Claim.stage != Stage.CLOSED.value)
    .order_by(Claim.number),
    Recipient.ACCOUNT: select(Account.organisation_id, sql_cast(Account.number, String).label("number"), _NONE)
    .where(Account.stage != "settled")
    .order_by(Account.number),
    Recipient.CASE: select(CaseRow.organisation_id, sql_cast(CaseRow.number, String).label("number"), _NONE)
    .where(CaseRow.state != CaseState.CLOSED.value)
    .order_by(CaseRow.number),
    Recipient.APPEAL: select(Appeal.organisation_id, sql_cast(Appeal.number, String).label("number"), _NONE)
    .where(Appeal.state != "closed")
    .order_by(Appeal.number),
    Recipient.BATCH: select(Batch.organisation_id, sql_cast(Batch.number, String).label("number"), _NONE)
    .where(Batch.state.in_(("open", "built")))
    .order_by(Batch.number),
    Recipient.FILE: select(
        File.organisation_id, File.sha256.label("number"), sql_cast(File.id, String).label("reference")
    )
    .where(File.direction == "in", File.state == "received")
    .order_by(File.id),
}
