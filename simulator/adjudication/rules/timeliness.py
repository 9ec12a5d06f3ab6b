"""Did the claim come once, and in time?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from simulator.adjudication.case import Case
from simulator.adjudication.rules.common import denial_of, whole_claim
from simulator.adjudication.verdict import Denial


def services_were_not_billed_before(case: Case) -> Iterator[Denial]:
    """CO-18 (OA-18 by some): an original claim that repeats one already taken."""
    if case.claim.frequency == "1" and case.repeats_earlier_claim:
        yield whole_claim(case, "duplicate")


def claim_came_in_time(case: Case) -> Iterator[Denial]:
    """CO-29, line by line from the first date of service, of an institution from the Through date; replacements have
    their own, longer limit, and a request to reopen has none."""
    if case.claim.frequency == "Q":
        return
    policy = case.persona.policy
    days = policy.filing_limit_days if case.claim.frequency == "1" else policy.corrected_limit_days
    through = case.claim.statement_through
    late = [
        line for line in case.claim.lines if (through or line.service_from) + timedelta(days=days) < case.received_on
    ]
    if late:
        yield denial_of(case, "late", late)
