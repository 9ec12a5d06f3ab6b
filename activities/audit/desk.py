"""What a coder does with a finding: ask the treating provider, enter the answer, or dismiss it."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy.orm import Session

from domain.coding.audit.query import Query, leading_in
from domain.coding.audit.standing import FindingState, FindingVerb, NotNow, after, check_answer
from storage import audit_findings, work_items
from storage.models import AuditFinding

ANSWER_WITHIN = timedelta(days=7)
PROVIDER = "provider"


def query(session: Session, number: int, *, by: str, today: date) -> AuditFinding:
    """Put the question to the treating provider: a work item carries it, with its options and nothing of money.

    Raises:
        UnknownFinding: there is none.
        NotNow: it was asked or decided before, or its question would lead.
    """
    row = audit_findings.get(session, number, for_update=True)
    row.state = after(FindingVerb.QUERY, FindingState(row.state)).value
    if reasons := list(leading_in(Query(question=row.question, options=tuple(row.options)))):
        raise NotNow(f"the question may not be put like this: {'; '.join(reasons)}")
    row.queried_by, row.queried_on = by, today
    work_items.open_item(
        session,
        row.organisation_id,
        key=_item(row),
        kind="diagnosis_query",
        reason=row.question,
        remedy="; ".join(f"{place}. {option}" for place, option in enumerate(row.options, start=1)),
        owner=PROVIDER,
        due_on=today + ANSWER_WITHIN,
        opened_on=today,
        claim_number=None,
        details={"finding": row.number, "provider": row.provider, "evidence": row.evidence},
    )
    return row


def answer(
    session: Session, number: int, *, by: str, option: int, words: str, documentation: str, today: date
) -> AuditFinding:
    """Enter what the provider answered, and where it is documented. It changes no claim: a coder's correction does.

    Raises:
        UnknownFinding: there is none.
        NotNow: it was not asked, is decided, or the answer lacks its documentation.
    """
    row = audit_findings.get(session, number, for_update=True)
    state = after(FindingVerb.ANSWER, FindingState(row.state))
    row.answer = check_answer(row.options, option, words, documentation)
    row.state, row.documentation = state.value, documentation.strip()
    _decided(session, row, by, "", today)
    return row


def dismiss(session: Session, number: int, *, by: str, reason: str, today: date) -> AuditFinding:
    """Say why there is nothing to ask.

    Raises:
        UnknownFinding: there is none.
        NotNow: it is decided already.
    """
    row = audit_findings.get(session, number, for_update=True)
    row.state = after(FindingVerb.DISMISS, FindingState(row.state)).value
    _decided(session, row, by, reason, today)
    return row


def _decided(session: Session, row: AuditFinding, by: str, reason: str, today: date) -> None:
    row.decided_by, row.reason, row.decided_on = by, reason, today
    session.flush()
    work_items.close_by_key(session, [_item(row)], by=by, on=today)
    for item in audit_findings.warnings_about(session, row.claims):
        if not audit_findings.any_undecided(session, item.details.get("findings", [])):
            work_items.close_by_key(session, [item.key], by=by, on=today)


def _item(row: AuditFinding) -> str:
    return f"audit:{row.number}:query"
