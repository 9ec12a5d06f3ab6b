"""What crosses Temporal for one claim: input, state, messages, results and activity signatures."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from temporalio import activity

from domain.claim.stages import Owes, Stage
from domain.coverage.eligibility import CoverageStatus

CLAIM_WORKFLOW = "ClaimWorkflow"
COMMAND_SIGNAL = "biller_command"
"""The signal by which operations send people's orders from the Temporal UI."""
REMEMBERED_MESSAGES = 200
"""How many message ids a state carries to recognise a repeated message."""


@dataclass(frozen=True, kw_only=True)
class ClaimRef:
    """Which claim, and the business date the step is done at."""

    organisation_id: int
    claim_number: int
    today: datetime


@dataclass(frozen=True, kw_only=True)
class ClaimSnapshot:
    """What the claim's row says after a step; small, and free of protected data."""

    stage: Stage
    owes: Owes
    version: int
    held: bool
    payer_code: str
    payer_kind: str
    next_at: datetime | None
    next_what: str
    owner: str
    denial_group: str = ""
    attempt: int = 0
    outcome: str = ""
    to_prepare: bool = False
    """A correction or an order to resubmit stands: scrub and send next."""
    unread_answers: int = 0
    """Rejections and remittances that the row holds and no step has acted on."""


@dataclass(kw_only=True)
class ClaimState:
    """All a claim workflow remembers; restored from its input when it continues as new."""

    organisation_id: int
    claim_number: int
    told_at: datetime
    """The latest business date it was told; today is the later of this and the workflow's clock."""
    snapshot: ClaimSnapshot | None = None
    message_ids: list[str] = field(default_factory=list)
    order_ids: list[str] = field(default_factory=list)
    """Business ids of people's orders that were carried out."""
    times_payer_silent: int = 0
    """How often in a row the eligibility question found nobody."""


@dataclass(frozen=True, kw_only=True)
class ClaimOpened:
    """Start of a claim workflow: at check-in, at a message for a closed claim, or resumed."""

    organisation_id: int
    claim_number: int
    business_at: datetime
    state: ClaimState | None = None


@dataclass(frozen=True, kw_only=True)
class ClaimClosed:
    """How the run ended."""

    claim_number: int
    outcome: str


@dataclass(frozen=True, kw_only=True)
class ClaimMessage:
    """A doorbell as a signal: a row reference and a small outcome; the row is the truth."""

    message_id: str
    reference: str
    outcome: str
    business_at: datetime


@dataclass(frozen=True, kw_only=True)
class CommandBody:
    """A person's order, as the updates take it. Protected: encrypted in histories."""

    __protected__ = True

    command: str
    id: str
    by: str
    expected_version: int
    reason: str
    changes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class OrderedCommand:
    """A command on its way to the books."""

    __protected__ = True

    claim: ClaimRef
    command: CommandBody


@dataclass(frozen=True, kw_only=True)
class CommandAnswer:
    """What became of a command. ``refusal`` names fields and rules, never values."""

    accepted: bool
    refusal: str = ""
    snapshot: ClaimSnapshot | None = None


@dataclass(frozen=True, kw_only=True)
class MisfitCommand:
    """A ``biller_command`` signal whose body did not fit: it becomes a work item."""

    claim: ClaimRef
    key: str
    problems: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class EligibilityVerified:
    """Answer of a payer to an eligibility question, in a code, and where the claim stands now."""

    status: CoverageStatus
    snapshot: ClaimSnapshot


@dataclass(frozen=True, kw_only=True)
class PayerSilent:
    """A question that nobody answered."""

    claim: ClaimRef
    times: int
    """How often in a row, this time included."""


class ClaimBooks:
    """Steps of a claim inside our own database: each one transaction, each repeatable."""

    @activity.defn(name="take_up_claim")
    def take_up(self, claim: ClaimRef) -> ClaimSnapshot:
        """Read the claim's row: where it stands now."""
        raise NotImplementedError

    @activity.defn(name="payer_silent")
    def payer_silent(self, claim: PayerSilent) -> ClaimSnapshot:
        """Note that the payer did not answer a question, and when it is asked again."""
        raise NotImplementedError

    @activity.defn(name="scrub_claim")
    def scrub(self, claim: ClaimRef) -> ClaimSnapshot:
        """Check the content; findings become a work item and the stage FINDINGS."""
        raise NotImplementedError

    @activity.defn(name="commit_ready_attempt")
    def commit_ready(self, claim: ClaimRef) -> ClaimSnapshot:
        """Book the charge and commit a ready row (or a paper request); the batch does the rest."""
        raise NotImplementedError

    @activity.defn(name="act_on_answer")
    def act_on_answer(self, claim: ClaimRef) -> ClaimSnapshot:
        """Decide from posted remittances and rejections what comes next."""
        raise NotImplementedError

    @activity.defn(name="remind_owner")
    def remind(self, claim: ClaimRef) -> ClaimSnapshot:
        """A date passed and nobody acted: remind, then escalate."""
        raise NotImplementedError

    @activity.defn(name="apply_command")
    def apply_command(self, ordered: OrderedCommand) -> CommandAnswer:
        """Carry out a person's order, or refuse it with the reason."""
        raise NotImplementedError

    @activity.defn(name="record_misfit_command")
    def record_misfit(self, misfit: MisfitCommand) -> ClaimSnapshot:
        """Keep a command that did not fit as a work item with the reason."""
        raise NotImplementedError


class PayerConversations:
    """Questions to a payer over the real-time line."""

    @activity.defn(name="verify_eligibility")
    async def verify_eligibility(self, claim: ClaimRef) -> EligibilityVerified:
        """Ask 270, note the 271."""
        raise NotImplementedError

    @activity.defn(name="ask_claim_status")
    async def ask_status(self, claim: ClaimRef) -> ClaimSnapshot:
        """Ask 276, note the 277, and set the next date or a work item."""
        raise NotImplementedError
