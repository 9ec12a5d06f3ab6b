"""One inbound transaction set on its way into the books."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from domain.doorbell import Doorbell, MessageKind, Recipient
from storage import doorbells, timeline, work_items

LOOKED_AT_WITHIN = timedelta(days=3)
"""How soon a person looks at what did not fit."""


@dataclass(kw_only=True)
class Inbound:
    """The session and what every handler needs to write rows and ring workflows."""

    session: Session
    organisation_id: int
    file_id: int
    ordinal: int
    business_at: datetime
    today: date
    """The practice's calendar day."""
    matched: int = 0
    queued: int = 0
    held: bool = False
    summary: dict[str, Any] = field(default_factory=dict)
    _bells: list[Doorbell] = field(default_factory=list)

    def ring_claim(self, claim_number: int, kind: MessageKind, reference: str = "", outcome: str = "") -> None:
        """Wake a claim when this transaction commits."""
        self._ring(Recipient.CLAIM, str(claim_number), kind, reference, outcome)

    def ring_account(self, account_number: int, kind: MessageKind, reference: str = "") -> None:
        """Wake an account when this transaction commits."""
        self._ring(Recipient.ACCOUNT, str(account_number), kind, reference, "")

    def _ring(self, to: Recipient, number: str, kind: MessageKind, reference: str, outcome: str) -> None:
        self._bells.append(
            Doorbell(
                recipient=to,
                number=number,
                kind=kind,
                reference=reference,
                outcome=outcome,
                business_at=self.business_at,
            )
        )

    def deliver_bells(self) -> None:
        """Write the messages: last, so that they leave in one statement."""
        doorbells.ring_all(self.session, self.organisation_id, self._bells)
        self._bells.clear()

    def note(self, claim_number: int, key: str, what: str, why: str = "", by: str = "payer") -> None:
        """Write what happened to a claim."""
        timeline.note(
            self.session,
            self.organisation_id,
            key=key,
            at=self.business_at,
            by=by,
            what=what,
            why=why,
            claim_number=claim_number,
        )

    def ask_person(
        self,
        key: str,
        kind: str,
        reason: str,
        remedy: str,
        *,
        owner: str = "biller",
        claim_number: int | None = None,
        details: dict[str, Any] | None = None,
    ) -> None:
        """Queue something that a person must decide."""
        self.queued += 1
        work_items.open_item(
            self.session,
            self.organisation_id,
            key=key,
            kind=kind,
            reason=reason.replace("\0", "?"),  # a damaged file is quoted, and PostgreSQL keeps no NUL
            remedy=remedy,
            owner=owner,
            due_on=self.today + LOOKED_AT_WITHIN,
            opened_on=self.today,
            claim_number=claim_number,
            details={"file": self.file_id, "transaction": self.ordinal, **(details or {})},
        )
