"""What a payer answered when asked where a claim stands (277 to our 276)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class StatusKind(StrEnum):
    """The answer in one word."""

    PENDING = "pending"
    FINALISED_PAID = "finalised_paid"
    FINALISED_DENIED = "finalised_denied"
    NOT_FOUND = "not_found"
    NEEDS_INFORMATION = "needs_information"
    ERROR = "error"
    """No status: asked wrongly, payer down, or rejected before adjudication. The category says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusAnswer:
    """One claim's status. Money and reasons come by remittance only."""

    kind: StatusKind
    category: str = ""
    """STC01-1: P*, F*, R*, E*, D0, A*; or what came instead of a 277: ``TA1``, ``999``, ``unreadable``."""
    code: str = ""
    """STC01-2."""
    entity: str = ""
    """STC01-3: of whom the status speaks."""
    payer_control_number: str = ""
    """REF*1K."""
