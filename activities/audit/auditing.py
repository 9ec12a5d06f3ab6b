"""The audit in our own books: patients page by page, the whole practice once a night, one claim before it goes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from itertools import islice

from sqlalchemy.orm import Session

from activities.audit.rules import audit_rules
from activities.cases.desk import Desk
from activities.compliance.referring import refer
from domain.coding.audit.chart import Chart
from domain.coding.audit.context import AuditContext
from domain.coding.audit.finding import Finding
from domain.coding.audit.registry import audit_chart, audit_practice
from domain.compliance.patterns import Suspected, suspected
from edi.code_sides import CodeSides
from storage import audit_findings, clinical
from storage.models import AuditFinding, Claim
from storage.unit_of_work import Books

PAGE = 200
"""Patients of one step: about a second of reading and looking."""
SUSPICIONS_OF = timedelta(days=365)
SIDES = CodeSides()


def audit_patients(session: Session, desk: Desk, after: int) -> tuple[int, int, int]:
    """Audit the next page of patients: how many, how many findings are new, and the last one's id (0: no more)."""
    patients = clinical.patients_after(session, after, PAGE)
    audit = context(desk.today)
    new = 0
    for chart in clinical.charts(session, patients):
        new += audit_findings.keep(session, desk.organisation_id, audit_chart(chart, audit), desk.today)
    return len(patients), new, patients[-1] if len(patients) == PAGE else 0


def audit_whole_practice(books: Books, organisation_id: int, now: datetime) -> tuple[int, int]:
    """What only many charts show: new findings, and how many new referrals to compliance.

    Charts are read page by page and findings written a page at a time, each in a short transaction: a night over a
    million claims neither fills the memory nor keeps a snapshot open.
    """
    charts = _ChartsByPage(books, organisation_id)
    today = books.run(organisation_id, lambda session: Desk.at(session, organisation_id, now).today)
    found, new = audit_practice(charts, context(today)), 0
    while findings := tuple(islice(found, PAGE)):
        new += books.run(organisation_id, partial(_keep, organisation_id, findings, today))
    patterns = suspected(charts, audit_rules(), today - SUSPICIONS_OF, today)
    return new, sum(books.run(organisation_id, partial(_refer, organisation_id, one, now)) for one in patterns)


def _keep(organisation_id: int, findings: Sequence[Finding], today: date, session: Session) -> int:
    return audit_findings.keep(session, organisation_id, findings, today)


def _refer(organisation_id: int, pattern: Suspected, now: datetime, session: Session) -> bool:
    return refer(Desk.at(session, organisation_id, now), pattern, by="audit")


def audit_claim(session: Session, organisation_id: int, claim: Claim, today: date) -> list[AuditFinding]:
    """Look at the chart behind one claim; return what is undecided about the claim itself."""
    (chart,) = clinical.charts(session, [claim.patient_id])
    about = [finding for finding in audit_chart(chart, context(today)) if _about(finding, claim.number)]
    audit_findings.keep(session, organisation_id, about, today)
    return audit_findings.undecided(session, [finding.key for finding in about])


def context(today: date) -> AuditContext:
    """Tables and sides, on a day."""
    return AuditContext(rules=audit_rules(), sides=SIDES, today=today)


def _about(finding: Finding, claim_number: int) -> bool:
    return claim_number in finding.claims


class _ChartsByPage:
    """Every chart of an organisation, as often as they are gone through: a page is in memory at a time."""

    def __init__(self, books: Books, organisation_id: int) -> None:
        self._books = books
        self._organisation = organisation_id

    def __iter__(self) -> Iterator[Chart]:
        after = 0
        while True:
            with self._books.transaction(self._organisation) as session:
                patients = clinical.patients_after(session, after, PAGE)
                page = clinical.charts(session, patients) if patients else []
            yield from page
            if len(patients) < PAGE:
                return
            after = patients[-1]
