"""The audit before a claim goes: it warns and lets it go, unless the claim's own codes contradict each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from activities.audit import desk as coder
from activities.claim import prepare
from contracts.claim import ClaimSnapshot
from domain.claim.stages import Owes, Stage
from domain.people.parties import Person
from edi.fhir.facts import ClinicalFact, FactKind
from storage import audit_findings, claims, clinical
from storage.models import AuditFinding, Claim, Patient, WorkItem
from storage.organisations import LOCAL_PRACTICE
from storage.serialise import from_json
from tests.integration.activities.conftest import BEGIN, Desk

NewDesk = Callable[..., Desk]


class Coding:
    """A claim that is being coded."""

    def __init__(self, desk: Desk, *codes: str) -> None:
        self.desk = desk
        self.run(lambda session: self._code(session, codes))

    def run(self, work: Callable[[Session], Any]) -> Any:
        return self.desk.books.run(LOCAL_PRACTICE, work)

    def _code(self, session: Session, codes: tuple[str, ...]) -> None:
        content = replace(claims.content(session, self.desk.claim), diagnoses=codes)
        session.execute(text("update submissions set state = 'withdrawn'"))
        claims.add_version(
            session, self.desk.claim, content=content, by="ann", reason="coded", changes={}, business_date=BEGIN.date()
        )
        claims.get(session, self.desk.claim).stage = Stage.FINDINGS.value
        session.flush()
        self._to_coding(session)

    def _to_coding(self, session: Session) -> None:
        claims.set_stage(
            session,
            self.desk.claim,
            stage=Stage.CODING,
            owes=Owes.PAYER,
            next_at=BEGIN,
            next_what="coding",
            owner="system",
        )

    def take_chart(self, fact: ClinicalFact) -> None:
        def work(session: Session) -> None:
            patient = session.get_one(Patient, session.get_one(Claim, self.desk.claim).patient_id)
            clinical.keep(session, LOCAL_PRACTICE, from_json(Person, patient.person), [fact])

        self.run(work)

    def scrub(self) -> ClaimSnapshot:
        found: ClaimSnapshot = self.run(lambda session: prepare.scrub(session, self.desk.ref))
        return found

    def rules(self) -> list[str]:
        """Rules of the scrubber that speak of the audit."""

        def read(session: Session) -> list[str]:
            items = session.scalars(select(WorkItem).where(WorkItem.kind == "findings", WorkItem.closed_on.is_(None)))
            return [
                one["rule"] for item in items for one in item.details["findings"] if one["rule"].startswith("audit-")
            ]

        found: list[str] = self.run(read)
        return found

    def findings(self) -> list[AuditFinding]:
        found: list[AuditFinding] = self.run(lambda session: list(session.scalars(select(AuditFinding))))
        return found


@pytest.fixture
def thyroid_hormone() -> ClinicalFact:
    return ClinicalFact(
        kind=FactKind.MEDICATION,
        source_id="MedicationRequest/1",
        began_on=date(2026, 1, 5),
        system="rxnorm",
        code="10582",
    )


def test_what_the_chart_says_is_a_warning_that_outlives_the_sending(
    new_desk: NewDesk, thyroid_hormone: ClinicalFact
) -> None:
    coding = Coding(new_desk(), "J069")
    coding.take_chart(thyroid_hormone)
    coding.scrub()
    assert coding.rules() == [], "it does not hold the claim"
    (finding,) = coding.findings()
    assert "diagnosis_audit" in coding.desk.work()
    coding.scrub()
    assert len(coding.findings()) == 1
    coding.desk.send()
    assert "diagnosis_audit" in coding.desk.work(), "the question is still open when the claim has gone"

    today = BEGIN.date()
    coding.run(lambda s: coder.dismiss(s, finding.number, by="carl", reason="known elsewhere", today=today))
    assert "diagnosis_audit" not in coding.desk.work()


def test_codes_of_a_claim_that_exclude_each_other_hold_it_until_a_coder_has_decided(new_desk: NewDesk) -> None:
    coding = Coding(new_desk(), "E109", "E119")
    assert coding.scrub().stage is Stage.FINDINGS
    assert coding.rules() == ["audit-opposed-codes"]
    (finding,) = coding.findings()
    assert finding.own_codes

    coding.run(lambda s: coder.dismiss(s, finding.number, by="carl", reason="both, as noted", today=BEGIN.date()))
    coding.run(coding._to_coding)
    with coding.desk.books.transaction(LOCAL_PRACTICE) as session:
        session.execute(text("delete from work_items"))
    coding.scrub()
    assert coding.rules() == []
    assert coding.run(lambda s: audit_findings.undecided(s, [finding.key])) == []
