"""Had the service to be allowed beforehand, and was it?"""

from __future__ import annotations

from collections.abc import Iterator

from simulator.adjudication.case import Case
from simulator.adjudication.rules.common import denial_of, whole_claim
from simulator.adjudication.verdict import Denial


def referral_is_on_the_claim(case: Case) -> Iterator[Denial]:
    """CO-288 by a plan that wants a referring provider (NM1*DN) or a referral number (REF*9F)."""
    claim = case.claim
    if not case.persona.policy.referral_required or claim.has_referring_provider or claim.referral_number:
        return
    if not all(line.has_referring_provider for line in claim.lines):
        yield whole_claim(case, "referral")


def authorization_is_on_the_claim(case: Case) -> Iterator[Denial]:
    """CO-197: no prior authorization number (REF*G1) for a procedure that needs one."""
    if case.claim.authorization_number:
        return
    lines = [line for line in case.claim.lines if line.procedure in case.persona.policy.needs_authorization]
    if lines:
        yield denial_of(case, "authorization", lines)
