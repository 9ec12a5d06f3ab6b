"""The audit in our own books: patients page by page, the whole practice once a night, one claim before it goes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy.orm import Session

from activities.audit.rules import audit_rules
from activities.cases.desk import Desk
from activities.compliance.referring import refer
from domain.coding.audit.chart import Chart
from domain.coding.audit.context import AuditContext
from domain.coding.audit.finding import Finding
from domain.coding.audit.registry import audit_chart, audit_practice
from domain.compliance.patterns import suspected
from edi.code_sides import CodeSides
from storage import audit_findings, clinical
from storage.models import AuditFinding, Claim

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


def audit_whole_practice(session: Session, desk: Desk) -> tuple[int, int]:
    """What only many charts show: new findings, and how many new referrals to compliance."""
    charts = list(_all_charts(session))
    new = audit_findings.keep(session, desk.organisation_id, audit_practice(charts, context(desk.today)), desk.today)
    patterns = list(suspected(charts, audit_rules(), desk.today - SUSPICIONS_OF, desk.today))
    return new, sum(refer(desk, pattern, by="audit") for pattern in patterns)


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


def _all_charts(session: Session) -> Iterator[Chart]:
    after = 0
    while patients := clinical.patients_after(session, after, PAGE):
        yield from clinical.charts(session, patients)
        after = patients[-1]
