"""The model's own tables: which stage may follow which, and what each event may do to a stage."""

from __future__ import annotations

_ANSWERS = {"denied", "needs_review", "patient_balance", "closed"}
_SENT = {"with_payer", "findings"}
EDGES: dict[str, set[str]] = {
    "": {"checked_in", "coverage_issue", *_SENT},
    "checked_in": {"coverage_issue", "closed", *_SENT},
    "coverage_issue": {"checked_in", "closed", *_SENT},
    "findings": {"with_payer", "under_review", *_ANSWERS},
    "with_payer": {"rejected", "payer_silent", *_ANSWERS},
    "rejected": {"under_review", *_SENT, *_ANSWERS},
    "denied": {"under_review", *_SENT, *_ANSWERS},
    "under_review": {*_ANSWERS},
    "payer_silent": {"rejected", *_SENT, *_ANSWERS},
    "needs_review": {"under_review", *_SENT, *_ANSWERS},
    "patient_balance": {"under_review", *_SENT, *_ANSWERS},
    "closed": {"under_review", *_SENT, *_ANSWERS},
}
"""From one look to the next: a stage that a workflow only passes through is not seen."""

AFTER_DECISION = {
    "allowed": {"patient_balance", "closed", "needs_review"},
    "denied": {"denied"},
    "partly": {"denied"},
    "unclear": {"needs_review"},
    "taken_back": {"needs_review"},
}
AFTER_COMMAND = {
    "correct": {"checked_in", "coverage_issue", "under_review", *_SENT},
    "resubmit": {"under_review", *_SENT},
    "appeal": {"under_review"},
    "send_records": {"under_review"},
    "write_off": {"patient_balance", "closed", "needs_review"},
    "self_pay": {"patient_balance", "closed", "needs_review"},
    "void": {"closed"},
    "release": {"coverage_issue", *_SENT},
    "hold": set[str](),
}
AFTER_TIME = {
    "with_payer": {"payer_silent"},
    "checked_in": {"coverage_issue", *_SENT},
    "patient_balance": {"closed"},
    "under_review": {"denied"},  # an appeal that nobody filed in time
}
ON_PAPER = {"appeal": "appeal", "send_records": "records"}
"""What is ordered on paper, and what its manifest calls it."""
PAYER_HAS_IT = {"ready", "batched", "sent", "accepted"}
REFUSALS = {"denied", "partly", "unclear"}
"""Answers that leave work, unless another answer settled the claim or a newer attempt is under way."""
