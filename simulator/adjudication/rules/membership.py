"""Is the person on the claim insured here?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from simulator.adjudication.case import Case
from simulator.adjudication.rules.common import whole_claim
from simulator.adjudication.verdict import Denial


def member_is_known(case: Case) -> Iterator[Denial]:
    """CO-31 with CLP02 4: the one denial that status 4 is meant for (X12 RFI 1423)."""
    if re.fullmatch(case.persona.members.unknown, case.claim.member_id):
        yield whole_claim(case, "unknown_member", claim_status="4")


def coverage_was_in_force(case: Case) -> Iterator[Denial]:
    """CO-27: service after the coverage ended."""
    if re.fullmatch(case.persona.members.terminated, case.claim.member_id):
        yield whole_claim(case, "terminated")
