"""A pattern becomes a referral: its claims are held in the same transaction, and compliance alone learns why."""

from __future__ import annotations

from datetime import timedelta

from activities.cases.desk import Desk
from activities.compliance.holding import hold
from domain.cases.kinds import COMPLIANCE, CaseState, kind_of
from domain.compliance.patterns import Suspected
from domain.doorbell import Doorbell, MessageKind, Recipient
from storage import cases, compliance, doorbells
from storage.locks import lock_claims
from storage.models import Claim, ComplianceReferral

DECIDE_WITHIN = timedelta(days=30)
"""House rule: half of the 60 days in which an overpayment must be returned once identified (42 CFR 401.305)."""
REMIND_BEFORE = timedelta(days=7)


def refer(desk: Desk, suspected: Suspected, *, by: str, ring_claims: bool = True) -> bool:
    """Open a referral about the claims that were not referred for such a pattern before; False when none is left.

    The claims are locked before the case is, as every transaction does.
    """
    session, organisation = desk.session, desk.organisation_id
    locked = lock_claims(session, suspected.claims)
    compliance.as_compliance(session)
    try:
        fresh = [claim for claim in locked if not _referred(desk, claim, suspected)]
        if not fresh:
            return False
        row = cases.add(
            session,
            {
                "organisation_id": organisation,
                "key": f"{COMPLIANCE}:{suspected.key}",
                "kind": COMPLIANCE,
                "state": CaseState.OPEN.value,
                "opened_on": desk.today,
                "due_on": desk.today + DECIDE_WITHIN,
                "owner": kind_of(COMPLIANCE).owner,
                "next_at": desk.morning_of(desk.today + DECIDE_WITHIN - REMIND_BEFORE),
                "next_what": kind_of(COMPLIANCE).waits_for[CaseState.OPEN],
                "details": {"suspicion": suspected.suspicion.value, "provider": suspected.provider},
            },
        )
        if row is None:
            return False
        evidence = [
            {"what": one.what, "on": one.on.isoformat() if one.on else None, "claim": one.claim}
            for one in suspected.evidence
        ]
        for claim in fresh:
            session.add(
                ComplianceReferral(
                    organisation_id=organisation,
                    key=f"{suspected.key}:{claim.number}",
                    case_number=row.number,
                    claim_number=claim.number,
                    suspicion=suspected.suspicion.value,
                    evidence=evidence,
                    before=hold(desk, claim, row.number, row.due_on),
                    opened_by=by,
                    opened_on=desk.today,
                )
            )
        number = row.number
    finally:
        compliance.not_as_compliance(session)
    _ring(desk, Recipient.CASE, number, MessageKind.OPEN)
    if ring_claims:
        for claim in fresh:
            _ring(desk, Recipient.CLAIM, claim.number, MessageKind.DECISION)
    return True


def _referred(desk: Desk, claim: Claim, suspected: Suspected) -> bool:
    """What compliance has seen once it is not shown again: the same pattern, or the same denial."""
    return any(
        one.key == f"{suspected.key}:{claim.number}"
        or (one.suspicion == suspected.suspicion.value and one.suspicion not in ("denial", "reported"))
        for one in compliance.of_claim(desk.session, claim.number)
    )


def _ring(desk: Desk, recipient: Recipient, number: int, kind: MessageKind) -> None:
    doorbells.ring(
        desk.session,
        desk.organisation_id,
        Doorbell(recipient=recipient, number=str(number), kind=kind, business_at=desk.now),
    )
