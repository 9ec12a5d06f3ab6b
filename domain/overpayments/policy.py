"""When an overpayment must be back with whom it belongs to: dated data of the payer, or of the house for patients."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundPolicy:
    """The clock of one creditor on one day."""

    refund_rests_days: int
    """Days that a credit may rest before it counts as identified: a patient's may still be used for a new share."""
    refund_due_days: int
    """Calendar days from identification until it is returned."""
    refund_due_rule: str
    """Where that is written, in words."""
    refund_suspension_days: int
    """Days from identification for which a named person may suspend the clock to investigate; 0: not at all."""
    refund_reminder_days: int
    """Days before the due date on which the owner is reminded."""
    refund_second_person_cents: int = 0
    """From this amount on nobody sends what they approved themselves; 0: one person may do both."""
