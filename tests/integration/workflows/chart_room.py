"""The charts of two organisations, in memory: pages that the nightly audit asks for."""

from __future__ import annotations

from temporalio import activity

from contracts.audit import AuditBooks, AuditPage, PageAudited, PracticeAudited

PAGE = 3


class ChartRoom(AuditBooks):
    """Organisation by number, with how many patients it has; patients are numbered from 1."""

    def __init__(self) -> None:
        self.patients = {1: 7, 2: 0, 5: 3}
        self.pages: list[tuple[int, int]] = []
        self.whole: list[int] = []

    @activity.defn(name="audit_next_organisation")
    def next_organisation(self, after: int) -> int:
        return min((number for number in self.patients if number > after), default=0)

    @activity.defn(name="audit_page")
    def audit_page(self, page: AuditPage) -> PageAudited:
        self.pages.append((page.organisation, page.after_patient))
        here = min(PAGE, self.patients[page.organisation] - page.after_patient)
        last = page.after_patient + here if here == PAGE else 0
        return PageAudited(patients=here, new_findings=here, last_patient=last)

    @activity.defn(name="audit_practice")
    def audit_practice(self, organisation: int) -> PracticeAudited:
        self.whole.append(organisation)
        return PracticeAudited(new_findings=1)
