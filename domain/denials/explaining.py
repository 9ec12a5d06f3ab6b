"""What a payer's codes mean and what is done about them: one answer for the product and for a person who asks."""

from __future__ import annotations

from dataclasses import dataclass

from domain.coverage.coverage import PayerKind
from domain.denials.classification import (
    UNKNOWN_CODE,
    decided_by_status,
    frequency_of,
    remedy_at,
    remedy_of,
    was_forwarded,
)
from domain.denials.context import Context
from domain.denials.deadlines import Deadline, Deadlines
from domain.denials.rules import DenialGroup, DenialRules, Remedy
from domain.denials.statuses import ACCEPTED_ACTION, CLAIM, REJECTED_ACTION, StatusRules, contradicts

NO_WORK = frozenset({Remedy.WAIT, Remedy.NONE})


@dataclass(frozen=True, slots=True, kw_only=True)
class KnowledgeBase:
    """The three tables that answer."""

    rules: DenialRules
    statuses: StatusRules
    deadlines: Deadlines


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """The answer."""

    group: DenialGroup
    remedy: Remedy
    frequency: str
    """CLM05-3 of the attempt that the remedy means; empty when it means none."""
    appealable: bool
    """Whether appeal rights exist."""
    deadline: Deadline
    why: str
    root_cause: str = ""
    worked_by: str = "biller"
    source: str = ""

    @property
    def bill_patient(self) -> bool:
        """Whether the patient may be billed for it now."""
        return self.remedy is Remedy.BILL_PATIENT


@dataclass(frozen=True, slots=True, kw_only=True)
class RemittedCodes:
    """One adjustment of an 835 with what stands beside it."""

    group: str
    carc: str
    remarks: tuple[str, ...] = ()
    modifiers: tuple[str, ...] = ()
    claim_status: str = ""
    """CLP02; empty where it is not known: only reversal, forwarding and predetermination decide by it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusCodes:
    """STC01 and STC03 of a 277CA or 277."""

    category: str
    status_code: str = ""
    entity: str = ""
    action: str = ""


def explain_remitted(
    codes: RemittedCodes, payer_kind: PayerKind, context: Context, known: KnowledgeBase
) -> Explanation:
    """What an adjustment means at a payer."""
    by_status = decided_by_status(codes.claim_status)
    if by_status is not None:
        deadline = known.deadlines.find(by_status.remedy, payer_kind, context, appealable=False)
        return Explanation(
            group=by_status.group, remedy=by_status.remedy, frequency="", appealable=False, deadline=deadline,
            why=by_status.why, root_cause="status", worked_by="system", source="X12 005010X221A1 CLP02",
        )  # fmt: skip
    remarks = frozenset(codes.remarks)
    rule = known.rules.find(codes.group, codes.carc, remarks, payer_kind, frozenset(codes.modifiers), context)
    if rule is None:
        return _unknown(UNKNOWN_CODE, payer_kind, context, known)
    appealable = rule.appealable and not known.rules.appeal_excluded(remarks)
    remedy = remedy_of(rule, payer_kind, context.claim_type, appealable=appealable)
    why = rule.why
    if remedy is Remedy.BILL_PATIENT and was_forwarded(codes.claim_status, remarks):
        remedy = Remedy.WAIT
        why = f"{why}; the payer sent the claim on: the patient is asked after the last payer has answered"
    deadline = known.deadlines.find(remedy, payer_kind, context, appealable=appealable)
    if rule.deadline_rule:
        deadline = Deadline(days=rule.deadline_days, rule=rule.deadline_rule)
    words = known.rules.in_words(codes.remarks)
    return Explanation(
        group=rule.denial_group, remedy=remedy, frequency=frequency_of(remedy), appealable=appealable,
        deadline=deadline, why=f"{why}; {words}" if words else why, root_cause=rule.root_cause,
        worked_by=rule.worked_by, source=rule.source,
    )  # fmt: skip


def explain_status(
    codes: StatusCodes, frequency: str, payer_kind: PayerKind, context: Context, known: KnowledgeBase
) -> Explanation:
    """What a 277CA or 277 means; ``frequency`` is CLM05-3 of the attempt it speaks of."""
    rule = known.statuses.find(CLAIM, codes.category, codes.status_code, codes.entity, context.on)
    if rule is None:
        why = f"status category {codes.category} is not in the table: it is never taken as accepted, a person reads it"
        return _unknown(why, payer_kind, context, known)
    if contradicts(rule, codes.action):
        why = (
            f"category {codes.category} {'rejects' if rule.rejects else 'accepts'} and action {codes.action} "
            f"{'accepts' if rule.rejects else 'rejects'}: it counts as rejected, and a person asks which one holds"
        )
        return Explanation(
            group=DenialGroup.ERROR if rule.denial_group is DenialGroup.NONE else rule.denial_group,
            remedy=Remedy.REVIEW, frequency="", appealable=False,
            deadline=known.deadlines.find(Remedy.REVIEW, payer_kind, context, appealable=False),
            why=why, root_cause="contradiction", worked_by=rule.worked_by, source=rule.source,
        )  # fmt: skip
    return _rejected(rule.denial_group, rule.remedy, rule.why, rule.root_cause, rule.worked_by, rule.source,
                     frequency, payer_kind, context, known)  # fmt: skip


def explain_acknowledgement(
    answer: str, code: str, note: str, frequency: str, payer_kind: PayerKind, context: Context, known: KnowledgeBase
) -> Explanation:
    """What a 999 (IK501, AK901) or TA1 (TA104 with note TA105) means."""
    rule = known.statuses.find(answer, code, note, on=context.on)
    if rule is None:
        why = f"the code {code} of a {answer} is not in the table: a person reads it"
        return _unknown(why, payer_kind, context, known)
    return _rejected(rule.denial_group, rule.remedy, rule.why, rule.root_cause, rule.worked_by, rule.source,
                     frequency, payer_kind, context, known)  # fmt: skip


def _rejected(
    group: DenialGroup, remedy: Remedy, why: str, cause: str, by: str, source: str,
    frequency: str, payer_kind: PayerKind, context: Context, known: KnowledgeBase,
) -> Explanation:  # fmt: skip
    """A rejected attempt goes again with its own frequency, where this payer takes that frequency at all."""
    sent_again = ""
    if remedy is Remedy.CORRECT_AND_RESEND:
        sent_again = frequency
        stands_for = {"7": Remedy.REPLACE, "8": Remedy.VOID}.get(frequency, remedy)
        if remedy_at(stands_for, payer_kind, context.claim_type) is Remedy.REOPEN:
            remedy, sent_again = Remedy.REOPEN, ""
            why = f"{why}; this payer takes no frequency {frequency}: ask on paper for a clerical error reopening"
    resent = remedy is Remedy.CORRECT_AND_RESEND and frequency != "1"
    return Explanation(
        group=group, remedy=remedy, frequency=sent_again, appealable=False,
        deadline=known.deadlines.find(remedy, payer_kind, context, appealable=False, resent=resent),
        why=why, root_cause=cause, worked_by=by, source=source,
    )  # fmt: skip


def _unknown(why: str, payer_kind: PayerKind, context: Context, known: KnowledgeBase) -> Explanation:
    return Explanation(
        group=DenialGroup.NONE, remedy=Remedy.REVIEW, frequency="", appealable=False,
        deadline=known.deadlines.find(Remedy.REVIEW, payer_kind, context, appealable=False),
        why=why, root_cause="unknown",
    )  # fmt: skip


__all__ = [
    "ACCEPTED_ACTION",
    "NO_WORK",
    "REJECTED_ACTION",
    "Explanation",
    "KnowledgeBase",
    "RemittedCodes",
    "StatusCodes",
    "explain_acknowledgement",
    "explain_remitted",
    "explain_status",
]
