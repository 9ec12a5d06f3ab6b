"""Notes and questions for people, collected and written in one statement for each kind of row."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from activities.cases.desk import Desk
from activities.compliance.denials import SuspectedDenial, refer_posted
from activities.inbound.context import LOOKED_AT_WITHIN, Inbound
from storage import timeline, work_items
from storage.timeline import NewNote


@dataclass(kw_only=True)
class Work:
    """What a remittance leaves for people to read and to do."""

    inbound: Inbound
    notes: list[NewNote] = field(default_factory=list)
    items: list[dict[str, Any]] = field(default_factory=list)
    suspected: list[SuspectedDenial] = field(default_factory=list)

    def note(self, claim_number: int, key: str, what: str, why: str, by: str) -> None:
        """Say what happened to a claim."""
        self.notes.append(NewNote(key=key, claim_number=claim_number, by=by, what=what, why=why))

    def ask(
        self,
        key: str,
        kind: str,
        reason: str,
        remedy: str,
        *,
        claim_number: int | None = None,
        details: dict[str, Any] | None = None,
    ) -> None:
        """Queue something that a biller must decide."""
        inbound = self.inbound
        inbound.queued += 1
        self.items.append(
            {
                "key": key,
                "kind": kind,
                "claim_number": claim_number,
                "reason": reason,
                "remedy": remedy,
                "details": {"file": inbound.file_id, "transaction": inbound.ordinal, **(details or {})},
                "owner": "biller",
                "due_on": inbound.today + LOOKED_AT_WITHIN,
                "opened_on": inbound.today,
            }
        )

    def write(self) -> None:
        """Write everything; then hold what is to be reviewed, with all that people would have been asked about it."""
        inbound = self.inbound
        timeline.note_all(inbound.session, inbound.organisation_id, inbound.business_at, self.notes)
        work_items.open_all(inbound.session, inbound.organisation_id, self.items)
        self.notes.clear()
        self.items.clear()
        if self.suspected:
            refer_posted(Desk.at(inbound.session, inbound.organisation_id, inbound.business_at), self.suspected)
            self.suspected.clear()
