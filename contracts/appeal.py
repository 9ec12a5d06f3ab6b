"""What crosses Temporal for one level of an appeal."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from temporalio import activity

APPEAL_WORKFLOW = "AppealWorkflow"
ORDER_SIGNAL = "appeal_command"
"""The signal by which people order from the Temporal UI; its body is that of the updates."""


@dataclass(frozen=True, kw_only=True)
class AppealRef:
    """Which level of which appeal, and the business date the step is done at."""

    organisation_id: int
    appeal_number: int
    today: datetime


@dataclass(frozen=True, kw_only=True)
class AppealSnapshot:
    """Where a level stands, as its row says: codes and dates, no amount and nobody's name."""

    claim_number: int
    payer_code: str
    level: int
    level_name: str
    state: str
    owner: str
    next_at: datetime | None
    next_what: str
    deadline: str
    """ISO date of the deadline that runs: to file, to decide, or to go to the next level; empty: none."""
    decision: str = ""


@dataclass(kw_only=True)
class AppealStory:
    """All an appeal workflow remembers."""

    organisation_id: int
    appeal_number: int
    told_at: datetime
    snapshot: AppealSnapshot | None = None
    message_ids: list[str] = field(default_factory=list)
    order_ids: list[str] = field(default_factory=list)
    """Business ids of orders that were carried out."""


@dataclass(frozen=True, kw_only=True)
class AppealOpened:
    """Start of an appeal workflow, or its resumption at any state."""

    organisation_id: int
    appeal_number: int
    business_at: datetime
    state: AppealStory | None = None


@dataclass(frozen=True, kw_only=True)
class AppealClosed:
    """How the level ended."""

    appeal_number: int
    decision: str


@dataclass(frozen=True, kw_only=True)
class AppealMessage:
    """A doorbell as a signal: the row is the truth."""

    message_id: str
    reference: str
    outcome: str
    business_at: datetime


@dataclass(frozen=True, kw_only=True)
class AppealOrderBody:
    """A person's order, as the updates take it. Protected: encrypted in histories."""

    __protected__ = True

    verb: str
    id: str
    by: str
    reason: str
    item: str = ""
    waive: bool = False
    decision: str = ""
    dated: str = ""
    good_cause: str = ""


@dataclass(frozen=True, kw_only=True)
class OrderedAppeal:
    """An order on its way to the books."""

    __protected__ = True

    appeal: AppealRef
    order: AppealOrderBody


@dataclass(frozen=True, kw_only=True)
class AppealAnswer:
    """What became of an order."""

    accepted: bool
    refusal: str = ""
    snapshot: AppealSnapshot | None = None


@dataclass(frozen=True, kw_only=True)
class MisfitAppealOrder:
    """An ``appeal_command`` that could not be carried out: it becomes a work item. No values, only what is wrong."""

    appeal: AppealRef
    key: str
    problems: tuple[str, ...]


class AppealBooks:
    """Steps of one level inside our own database: each one transaction, each repeatable."""

    @activity.defn(name="look_at_appeal")
    def look(self, appeal: AppealRef) -> AppealSnapshot:
        """Read the row against the claim: what a remittance settled meanwhile is closed."""
        raise NotImplementedError

    @activity.defn(name="act_on_appeal_date")
    def act_on_date(self, appeal: AppealRef) -> AppealSnapshot:
        """A date came: warn before a deadline, let what was not filed lapse, ask for what is overdue."""
        raise NotImplementedError

    @activity.defn(name="apply_appeal_order")
    def apply_order(self, ordered: OrderedAppeal) -> AppealAnswer:
        """Carry out a person's order, or refuse it with the reason."""
        raise NotImplementedError

    @activity.defn(name="record_misfit_appeal_order")
    def record_misfit(self, misfit: MisfitAppealOrder) -> AppealSnapshot:
        """Keep an order that did not fit as a work item with the reason."""
        raise NotImplementedError
