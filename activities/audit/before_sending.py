"""The audit before a claim is prepared: it warns, and holds a claim only where its own codes contradict each other.

Why so: a question about a chart may take a provider days, and a claim that waits for it may miss its filing limit;
what the chart says can be billed by a replacement. But a left-sided service with a right-sided diagnosis on the same
claim is wrong whatever the chart says, and a payer would deny it.
"""

from __future__ import annotations

from datetime import timedelta

from activities.audit.auditing import audit_claim
from activities.claim.step import Step
from domain.scrubbing.finding import Finding as ScrubFinding
from domain.scrubbing.finding import error
from storage.models import AuditFinding

CODER = "coder"
ASK_WITHIN = timedelta(days=14)


def contradictions(step: Step) -> list[ScrubFinding]:
    """Errors for the scrubber: codes of this claim that contradict each other, until a coder has decided.

    Whatever else the audit finds becomes one work item for the coder, and the claim goes on.
    """
    found = audit_claim(step.session, step.ref.organisation_id, step.claim, step.today)
    own = [finding for finding in found if finding.own_codes]
    others = [finding for finding in found if not finding.own_codes]
    if others:
        _warn(step, others)
    return [
        error(
            f"audit-{finding.kind.replace('_', '-')}",
            "2300/HI",
            f"codes of this claim contradict each other ({', '.join(finding.codes)}): finding {finding.number}",
            f"correct the claim, or `claimflow audit show {finding.number}`, then query or dismiss it with the reason",
        )
        for finding in own
    ]


def _warn(step: Step, findings: list[AuditFinding]) -> None:
    numbers = ", ".join(str(finding.number) for finding in findings)
    step.ask_person(
        f"v{step.claim.version}:audit",
        "diagnosis_audit",
        f"The diagnosis audit found {len(findings)} point{'s' if len(findings) > 1 else ''} about this claim "
        f"({numbers}); the claim goes on",
        "`claimflow audit show NUMBER`; put the question to the treating provider, or dismiss it with the reason",
        within=ASK_WITHIN,
        owner=CODER,
        details={"findings": [finding.number for finding in findings]},
    )
