"""The nightly audit's steps as activities."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session
from temporalio import activity

from activities.audit.auditing import audit_patients, audit_whole_practice
from activities.cases.desk import Desk
from contracts.audit import AuditBooks, AuditPage, PageAudited, PracticeAudited
from storage.clock import PostgresBusinessClock
from storage.models import Organisation
from storage.unit_of_work import Books


class AuditBooksInPostgres(AuditBooks):
    """Each step reads the business clock: the schedule that started the night may lag behind it."""

    def __init__(self, books: Books) -> None:
        """Work on these books."""
        self._books = books
        self._clock = PostgresBusinessClock(books)

    @activity.defn(name="audit_next_organisation")
    def next_organisation(self, after: int) -> int:
        """The next organisation's number; 0 when there is none."""
        with self._books.system() as session:
            wanted = select(Organisation.id).where(Organisation.id > after).order_by(Organisation.id).limit(1)
            return session.scalar(wanted) or 0

    @activity.defn(name="audit_page")
    def audit_page(self, page: AuditPage) -> PageAudited:
        """Audit a page of patients."""
        now = self._clock.now()

        def work(session: Session) -> PageAudited:
            desk = Desk.at(session, page.organisation, now)
            patients, new, last = audit_patients(session, desk, page.after_patient)
            return PageAudited(patients=patients, new_findings=new, last_patient=last)

        return self._books.run(page.organisation, work)

    @activity.defn(name="audit_practice")
    def audit_practice(self, organisation: int) -> PracticeAudited:
        """Look for what only many charts show."""
        new, _ = audit_whole_practice(self._books, organisation, self._clock.now())
        return PracticeAudited(new_findings=new)
