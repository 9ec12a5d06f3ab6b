"""An in-memory practice: the claim's activities with tiny rules of their own, and no database."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

from temporalio import activity
from temporalio.exceptions import ApplicationError

from contracts.claim import (
    ClaimBooks,
    ClaimRef,
    ClaimSnapshot,
    CommandAnswer,
    CommandBody,
    EligibilityVerified,
    MisfitCommand,
    OrderedCommand,
    PayerConversations,
    PayerSilent,
)
from domain.claim.stages import Owes, Stage
from domain.coverage.eligibility import CoverageStatus
from tests.integration.workflows.rows import Answer, ClaimRow

Result = TypeVar("Result")
FOLLOW_UP = timedelta(days=30)
WORK_WITHIN = timedelta(days=7)
RETRY_AFTER = timedelta(hours=4)
HELD_FOR = timedelta(days=14)
SILENT_TIMES = 3


class Practice(ClaimBooks):
    """Every step works on one row under one lock, as a transaction would."""

    def __init__(self) -> None:
        self.rows: dict[int, ClaimRow] = {}
        self._numbers = itertools.count(1001)
        self._lock = threading.Lock()

    def new_row(self, **facts: object) -> ClaimRow:
        row = ClaimRow(number=next(self._numbers), **facts)  # type: ignore[arg-type]
        self.rows[row.number] = row
        return row

    def step(self, claim: ClaimRef, work: Callable[[ClaimRow], Result]) -> Result:
        """Count the try, fail when the test arranged it, do the work, and note that it was done."""
        name, local = activity.info().activity_type, activity.info().is_local
        row = self.rows[claim.claim_number]
        with self._lock:
            row.tries[name] += 1
            if row.faults[name] > 0:
                row.faults[name] -= 1
                raise ConnectionError("the database is away")
        gate = row.gates.get(name)
        if gate is not None:
            gate.pass_through()
        with self._lock:
            result = work(row)
            row.steps.append(name)
            row.local.append(local)
            row.days.append(claim.today)
            return result

    @activity.defn(name="take_up_claim")
    def take_up(self, claim: ClaimRef) -> ClaimSnapshot:
        return self.step(claim, ClaimRow.snapshot)

    @activity.defn(name="payer_silent")
    def payer_silent(self, claim: PayerSilent) -> ClaimSnapshot:
        today = claim.claim.today

        def note(row: ClaimRow) -> ClaimSnapshot:
            if row.stage is Stage.CHECKED_IN and claim.times >= SILENT_TIMES:
                row.move(Stage.CODING, Owes.PAYER, today, "coding and scrubbing")
            else:
                row.move(row.stage, row.owes, today + RETRY_AFTER, "the payer's line, which did not answer")
            return row.snapshot()

        return self.step(claim.claim, note)

    @activity.defn(name="scrub_claim")
    def scrub(self, claim: ClaimRef) -> ClaimSnapshot:
        def look(row: ClaimRow) -> ClaimSnapshot:
            if row.has_findings:
                row.move(Stage.FINDINGS, Owes.PAYER, claim.today + WORK_WITHIN, "a biller to correct it", "biller")
            return row.snapshot()

        return self.step(claim, look)

    @activity.defn(name="commit_ready_attempt")
    def commit_ready(self, claim: ClaimRef) -> ClaimSnapshot:
        def commit(row: ClaimRow) -> ClaimSnapshot:
            if row.stage is Stage.CODING:
                row.attempt += 1
                row.denial_group = ""
                row.move(Stage.WITH_PAYER, Owes.PAYER, claim.today + FOLLOW_UP, f"PPO1 to answer attempt {row.attempt}")
            return row.snapshot()

        return self.step(claim, commit)

    @activity.defn(name="act_on_answer")
    def act_on_answer(self, claim: ClaimRef) -> ClaimSnapshot:
        def act(row: ClaimRow) -> ClaimSnapshot:
            if row.answers_seen < len(row.answers):
                row.answers_seen = len(row.answers)
                _decide(row, row.answers[-1], claim)
            elif row.stage is Stage.PATIENT_BALANCE and row.patient_settled:
                close(row, "paid_by_payer_and_patient")
            return row.snapshot()

        return self.step(claim, act)

    @activity.defn(name="remind_owner")
    def remind(self, claim: ClaimRef) -> ClaimSnapshot:
        def remind(row: ClaimRow) -> ClaimSnapshot:
            if row.next_at is None or row.next_at <= claim.today:
                row.move(row.stage, row.owes, claim.today + WORK_WITHIN, row.next_what, "billing_manager")
            return row.snapshot()

        return self.step(claim, remind)

    @activity.defn(name="apply_command")
    def apply_command(self, ordered: OrderedCommand) -> CommandAnswer:
        body = ordered.command

        def apply(row: ClaimRow) -> CommandAnswer:
            if body.id not in row.commands:
                row.commands[body.id] = _obey(row, body, ordered.claim)
            return replace(row.commands[body.id], snapshot=row.snapshot())

        return self.step(ordered.claim, apply)

    @activity.defn(name="record_misfit_command")
    def record_misfit(self, misfit: MisfitCommand) -> ClaimSnapshot:
        def keep(row: ClaimRow) -> ClaimSnapshot:
            row.work_items.setdefault(misfit.key, "; ".join(misfit.problems))
            return row.snapshot()

        return self.step(misfit.claim, keep)


class Payers(PayerConversations):
    """Payers that answer what the test arranged."""

    def __init__(self, practice: Practice) -> None:
        self._practice = practice

    @activity.defn(name="verify_eligibility")
    async def verify_eligibility(self, claim: ClaimRef) -> EligibilityVerified:
        def ask(row: ClaimRow) -> EligibilityVerified | None:
            status = row.eligibility.pop(0) if row.eligibility else CoverageStatus.ACTIVE
            if status is None:
                return None
            if status is CoverageStatus.INACTIVE:
                row.move(Stage.COVERAGE_ISSUE, Owes.PAYER, claim.today + WORK_WITHIN, "the front desk", "front_desk")
            else:
                row.move(Stage.CODING, Owes.PAYER, claim.today, "coding and scrubbing")
            return EligibilityVerified(status=status, snapshot=row.snapshot())

        verified = self._practice.step(claim, ask)
        if verified is None:
            # Without further tries: their back-off is the server's business, not the story's.
            raise ApplicationError("nobody answers", type="PayerSilent", non_retryable=True)
        return verified

    @activity.defn(name="ask_claim_status")
    async def ask_status(self, claim: ClaimRef) -> ClaimSnapshot:
        def ask(row: ClaimRow) -> ClaimSnapshot:
            if row.answers_seen == len(row.answers):
                row.move(row.stage, row.owes, claim.today + WORK_WITHIN, "PPO1, which is still working on it")
            return row.snapshot()

        return self._practice.step(claim, ask)


def close(row: ClaimRow, outcome: str) -> None:
    row.outcome = outcome
    row.move(Stage.CLOSED, Owes.NOBODY, None, "")


def _decide(row: ClaimRow, answer: Answer, claim: ClaimRef) -> None:
    due = claim.today + WORK_WITHIN
    match answer:
        case Answer.PAID:
            close(row, "paid")
        case Answer.PATIENT_SHARE:
            row.move(Stage.PATIENT_BALANCE, Owes.PATIENT, claim.today + timedelta(days=200), "the patient's share")
        case Answer.DENIED:
            row.denial_group = "incomplete"
            row.move(Stage.DENIED, Owes.PAYER, due, "a biller to work the denial (CO-16)", "biller")
        case Answer.REJECTED:
            row.move(Stage.REJECTED, Owes.PAYER, due, "a biller to correct the rejected claim", "biller")
        case Answer.REVERSED:
            row.move(Stage.NEEDS_REVIEW, Owes.PAYER, due, "the payer's correction", "biller")


def _obey(row: ClaimRow, body: CommandBody, claim: ClaimRef) -> CommandAnswer:
    if body.expected_version != row.version:
        return CommandAnswer(accepted=False, refusal=f"the claim was changed meanwhile: version {row.version}")
    match body.command:
        case "correct" | "resubmit":
            row.version += len(body.changes) > 0
            row.has_findings = False
            if row.stage is not Stage.CHECKED_IN:
                row.move(Stage.CODING, Owes.PAYER, claim.today, "coding and scrubbing")
        case "hold":
            row.held = True
            row.next_at = claim.today + HELD_FOR
        case "release":
            row.held = False
        case "write_off" | "void":
            close(row, "written_off" if body.command == "write_off" else "voided")
        case "self_pay":
            row.move(Stage.PATIENT_BALANCE, Owes.PATIENT, claim.today + FOLLOW_UP, "the patient's payment")
        case "appeal" | "send_records" if row.appealable:
            row.move(Stage.UNDER_REVIEW, Owes.PAYER, claim.today + FOLLOW_UP, "PPO1 to decide on the paper")
        case _:
            return CommandAnswer(accepted=False, refusal="this decision gives no right of appeal")
    return CommandAnswer(accepted=True)
