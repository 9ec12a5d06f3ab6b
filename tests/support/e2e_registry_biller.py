"""A biller for other people's claims: looks the providers up, copies the card, and corrects what is made up.

The samples name providers with invented numbers and patients no payer knows. This person sets what the
practice's own data, the registry and the card say; what is still refused goes to the demo's staff.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from temporalio.client import WorkflowUpdateFailedError

from cli.demo.data_files import practice, providers
from cli.demo.persons import member_id
from contracts.claim import CommandBody
from contracts.ids import claim_workflow_id
from domain.claim.claim import ClaimContent
from domain.claim.correction import apply_changes, changed_fields
from domain.people.identifiers import npi_is_valid
from storage import claims
from storage.models import Claim, WorkItem
from storage.organisations import LOCAL_PRACTICE
from tests.support.e2e_practice import Practice

WORKS = frozenset({"findings", "coverage", "rejected"})
TRIES = 3
"""Corrections of one claim before it is left to the others."""
CARDS = {"MCARE": "mbi", "PPO01": "SUM#########", "HMO01": "H########", "MCAID": "9########D"}
UNSPECIFIED_ILLNESS = "R69"


@dataclass(kw_only=True)
class RegistryBiller:
    """Corrects imported claims, then lets the demo's staff act."""

    practice: Practice
    after: int
    """Claims with a higher number are the imported ones."""
    corrected: int = 0
    _done: set[tuple[int, int]] = field(default_factory=set)

    async def act(self, now: datetime) -> int:
        """Correct what can be; otherwise let the staff do what it does."""
        given = 0
        for number, version, kind, content in self._waiting():
            self._done.add((number, version))
            changes = corrections(number, kind, content)
            if changes and await self._order(number, version, changes):
                given += 1
        self.corrected += given
        return given or await self.practice.staff.act(now)

    def _waiting(self) -> list[tuple[int, int, str, ClaimContent]]:
        with self.practice.books.transaction(LOCAL_PRACTICE) as session:
            rows = session.execute(
                select(WorkItem.kind, Claim.number, Claim.version)
                .join(Claim, Claim.number == WorkItem.claim_number)
                .where(WorkItem.closed_on.is_(None), Claim.number > self.after, Claim.version <= TRIES)
                .order_by(WorkItem.id)
            ).all()
            return [
                (row.number, row.version, row.kind, claims.content(session, row.number))
                for row in rows
                if row.kind in WORKS and (row.number, row.version) not in self._done
            ]

    async def _order(self, number: int, version: int, changes: dict[str, str]) -> bool:
        body = CommandBody(
            command="correct",
            id=f"registry/{number}/{version}",
            by="demo.biller",
            expected_version=version,
            reason="as the registry and the card say",
            changes=changes,
        )
        handle = self.practice.client.get_workflow_handle(claim_workflow_id(number))
        try:
            await handle.execute_update(body.command, body, id=body.id)
        except WorkflowUpdateFailedError:
            return False
        return True


def corrections(number: int, kind: str, content: ClaimContent) -> dict[str, str]:
    """What differs from the practice's data, the registry and, where coverage is in question, the card."""
    ours = practice()
    looked_up = {"billing.npi": ours.npi, "billing.tax_id": ours.tax_id, "billing.zip_code": ours.address.zip_code}
    for role in ("rendering", "referring"):
        person = getattr(content, role)
        if person is not None and not npi_is_valid(person.npi):
            looked_up[f"{role}.npi"] = providers(role)[0].npi
    if content.icd_version != 10:
        looked_up |= {"icd_version": "10", "diagnoses": UNSPECIFIED_ILLNESS}
        looked_up |= {f"lines.{line.number}.diagnosis_pointers": "1" for line in content.lines}
    if kind in ("coverage", "rejected") and content.coverage.payer.code in CARDS:
        looked_up["member_id"] = member_id(0, number, CARDS[content.coverage.payer.code])
    wanted = apply_changes(content, looked_up)
    return {name: looked_up[name] for name in changed_fields(content, wanted) if name in looked_up}
