"""What crosses Temporal for a case."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from temporalio import activity

CASE_WORKFLOW = "CaseWorkflow"
ORDER_SIGNAL = "case_command"
"""The signal by which people order from the Temporal UI; its body is that of the updates."""


@dataclass(frozen=True, kw_only=True)
class CaseRef:
    """Which case, and the business date the step is done at."""

    organisation_id: int
    case_number: int
    today: datetime


@dataclass(frozen=True, kw_only=True)
class CaseSnapshot:
    """Where a case stands, as its row says: codes and dates, no amount and nobody's name."""

    kind: str
    state: str
    owner: str
    next_at: datetime | None
    next_what: str
    due_on: str
    """ISO date by which it must be done."""
    decision: str = ""


@dataclass(kw_only=True)
class CaseStory:
    """All a case workflow remembers."""

    organisation_id: int
    case_number: int
    told_at: datetime
    snapshot: CaseSnapshot | None = None
    message_ids: list[str] = field(default_factory=list)
    order_ids: list[str] = field(default_factory=list)
    """Business ids of orders that were carried out."""


@dataclass(frozen=True, kw_only=True)
class CaseOpened:
    """Start of a case workflow, or its resumption at any state."""

    organisation_id: int
    case_number: int
    business_at: datetime
    state: CaseStory | None = None


@dataclass(frozen=True, kw_only=True)
class CaseClosed:
    """How the run ended."""

    case_number: int
    decision: str


@dataclass(frozen=True, kw_only=True)
class CaseMessage:
    """A doorbell as a signal: the row is the truth."""

    message_id: str
    reference: str
    outcome: str
    business_at: datetime


@dataclass(frozen=True, kw_only=True)
class CaseOrderBody:
    """A person's order, as the updates take it. Protected: encrypted in histories."""

    __protected__ = True

    verb: str
    id: str
    by: str
    reason: str = ""
    check: str = ""


@dataclass(frozen=True, kw_only=True)
class OrderedCase:
    """An order on its way to the books."""

    __protected__ = True

    case: CaseRef
    order: CaseOrderBody


@dataclass(frozen=True, kw_only=True)
class CaseAnswer:
    """What became of an order."""

    accepted: bool
    refusal: str = ""
    snapshot: CaseSnapshot | None = None


@dataclass(frozen=True, kw_only=True)
class MisfitOrder:
    """A ``case_command`` that could not be carried out: it becomes a work item. No values, only what is wrong."""

    case: CaseRef
    key: str
    problems: tuple[str, ...]


class CaseBooks:
    """Steps of a case inside our own database: each one transaction, each repeatable."""

    @activity.defn(name="look_at_case")
    def look(self, case: CaseRef) -> CaseSnapshot:
        """Read the row against the ledger: what was settled meanwhile is closed."""
        raise NotImplementedError

    @activity.defn(name="remind_case")
    def remind(self, case: CaseRef) -> CaseSnapshot:
        """A date passed: remind the owner; from the due date on, escalate."""
        raise NotImplementedError

    @activity.defn(name="apply_case_order")
    def apply_order(self, ordered: OrderedCase) -> CaseAnswer:
        """Carry out a person's order, or refuse it with the reason."""
        raise NotImplementedError

    @activity.defn(name="record_misfit_case_order")
    def record_misfit(self, misfit: MisfitOrder) -> CaseSnapshot:
        """Keep an order that did not fit as a work item with the reason."""
        raise NotImplementedError
