"""What crosses Temporal for a guarantor's account."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from temporalio import activity

ACCOUNT_WORKFLOW = "PatientAccountWorkflow"


@dataclass(frozen=True, kw_only=True)
class AccountRef:
    """Which account, and the business date the step is done at."""

    organisation_id: int
    account_number: int
    today: datetime


@dataclass(frozen=True, kw_only=True)
class AccountPlan:
    """What is due next on an account; it carries no balance."""

    settled: bool
    kind: str = ""
    due_at: datetime | None = None
    what: str = ""
    waits_for_person: bool = False


@dataclass(kw_only=True)
class AccountState:
    """All an account workflow remembers."""

    organisation_id: int
    account_number: int
    told_at: datetime
    message_ids: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class AccountOpened:
    """Start of an account workflow."""

    organisation_id: int
    account_number: int
    business_at: datetime
    state: AccountState | None = None


@dataclass(frozen=True, kw_only=True)
class AccountSettled:
    """How the run ended."""

    account_number: int


@dataclass(frozen=True, kw_only=True)
class AccountMessage:
    """A doorbell as a signal."""

    message_id: str
    reference: str
    outcome: str
    business_at: datetime


@dataclass(frozen=True, kw_only=True)
class StatementIssued:
    """A statement and the send it waits for; no outbox row when nothing was due any more."""

    statement_number: int | None
    outbox_id: int | None


@dataclass(frozen=True, kw_only=True)
class StatementToSend:
    """One hand-over of a statement."""

    account: AccountRef
    statement_number: int
    outbox_id: int


@dataclass(frozen=True, kw_only=True)
class StatementSent:
    """Whether the paper left; a balance paid meanwhile keeps it in the house."""

    sent: bool


class AccountBooks:
    """Steps of an account inside our own database."""

    @activity.defn(name="plan_account")
    def plan(self, account: AccountRef) -> AccountPlan:
        """Lock the account, read its balance, and say what is due when."""
        raise NotImplementedError

    @activity.defn(name="issue_statement")
    def issue(self, account: AccountRef) -> StatementIssued:
        """Read the balance and write the statement with its outbox row in one transaction."""
        raise NotImplementedError


class StatementPost:
    """The hand-over of statements to the print vendor."""

    @activity.defn(name="send_statement")
    async def send(self, statement: StatementToSend) -> StatementSent:
        """Look once more at the balance under the account's lock, then hand over."""
        raise NotImplementedError
