"""Questions to a payer over the real-time line: eligibility (270/271) and claim status (276/277)."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import NoReturn

from sqlalchemy.orm import Session
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities import parties
from activities.claim.follow_up import note_status
from activities.claim.view import snapshot_of
from activities.frontdesk.coverage_notes import (
    FRONT_DESK,
    Asked,
    ask_about_other_payers,
    ask_about_rejection,
    in_words,
    rejection_of,
)
from contracts.claim import ClaimRef, ClaimSnapshot, EligibilityVerified, PayerConversations
from domain.claim.stages import Owes, Stage
from domain.coverage.benefits import Network, network_of_visit
from domain.coverage.eligibility import RETRYABLE_REJECTIONS, CoverageStatus, EligibilityAnswer
from domain.people.parties import Person
from edi import claim_status, eligibility
from gateways.clearinghouse import RealTimeLine
from gateways.errors import GatewayError, PayerBusy
from storage import claims, frontdesk, timeline, work_items
from storage.models import Claim, Patient
from storage.practice_day import day_at
from storage.serialise import from_json
from storage.unit_of_work import Books

FIX_COVERAGE_WITHIN = timedelta(days=3)


class PayerConversationsInRealTime(PayerConversations):
    """Asks, then writes the answer in one transaction."""

    def __init__(self, books: Books, line: RealTimeLine) -> None:
        """Ask over this line, note in these books."""
        self._books = books
        self._line = line

    @activity.defn(name="verify_eligibility")
    async def verify_eligibility(self, claim: ClaimRef) -> EligibilityVerified:
        """Ask 270; a payer that cannot answer now raises, so that the story asks again."""
        question = await asyncio.to_thread(self._eligibility_question, claim)
        answer = eligibility.answer(await self._ask(question))
        if answer.status is CoverageStatus.UNKNOWN and RETRYABLE_REJECTIONS & set(answer.rejections):
            raise ApplicationError(f"the payer cannot answer now (AAA {answer.rejections[0]})", type="PayerSilent")
        snapshot = await asyncio.to_thread(self._note_eligibility, claim, answer)
        return EligibilityVerified(status=answer.status, snapshot=snapshot)

    @activity.defn(name="ask_claim_status")
    async def ask_status(self, claim: ClaimRef) -> ClaimSnapshot:
        """Ask 276 unless the row already knows the answer."""
        question = await asyncio.to_thread(self._status_question, claim)
        if isinstance(question, ClaimSnapshot):
            return question
        answer = claim_status.answer(await self._ask(question))
        return await asyncio.to_thread(
            self._books.run, claim.organisation_id, lambda session: note_status(session, claim, answer)
        )

    async def _ask(self, question: bytes) -> bytes:
        try:
            return await self._line.ask(question)
        except GatewayError as error:
            _raise_as_policy_reads(error)

    def _eligibility_question(self, claim: ClaimRef) -> bytes:
        with self._books.transaction(claim.organisation_id) as session:
            row = claims.get(session, claim.claim_number)
            content = claims.content(session, claim.claim_number)
            us = parties.submitter(session, claim.organisation_id)
            patient = session.get_one(Patient, row.patient_id)
            return eligibility.question(
                provider=us,
                patient=from_json(Person, patient.person),
                coverage=content.coverage,
                service_date=content.first_service,
                reference=f"{claim.claim_number}-E",
                control_numbers=parties.draw_control_numbers(session, claim.organisation_id, us.submitter_id),
                at=claim.today.astimezone(parties.time_zone(session, claim.organisation_id)),
                usage=parties.usage(),
            )

    def _note_eligibility(self, claim: ClaimRef, answer: EligibilityAnswer) -> ClaimSnapshot:
        return self._books.run(claim.organisation_id, lambda session: note_eligibility(session, claim, answer))

    def _status_question(self, claim: ClaimRef) -> bytes | ClaimSnapshot:
        with self._books.transaction(claim.organisation_id) as session:
            row = claims.get(session, claim.claim_number)
            attempts = claims.attempts(session, claim.claim_number)
            snapshot = snapshot_of(session, row)
            if snapshot.unread_answers or not attempts or snapshot.stage is not Stage.WITH_PAYER:
                return snapshot
            last = attempts[-1]
            us = parties.submitter(session, claim.organisation_id)
            asked_about = claims.for_submission(session, last.id)
            sent_on = last.sequence != row.sequence
            return claim_status.question(
                # Of a claim that another payer sent on, its successor knows our number but none of its own yet.
                replace(asked_about, sequence=row.sequence, content=claims.content(session, claim.claim_number))
                if sent_on
                else asked_about,
                payer_control_number="" if sent_on else last.payer_control_number,
                reference=f"{last.control_number}-S",
                control_numbers=parties.draw_control_numbers(session, claim.organisation_id, us.submitter_id),
                at=claim.today.astimezone(parties.time_zone(session, claim.organisation_id)),
                usage=parties.usage(),
            )


def note_eligibility(session: Session, claim: ClaimRef, answer: EligibilityAnswer) -> ClaimSnapshot:
    """Write the answer; coverage that is not active stops at the front desk, anything else goes on."""
    row = claims.get(session, claim.claim_number, for_update=True)
    if Stage(row.stage) is not Stage.CHECKED_IN:
        return snapshot_of(session, row)
    timeline.note(
        session,
        claim.organisation_id,
        key=f"claim:{claim.claim_number}:v{row.version}:eligibility:{claim.today.date()}",
        at=claim.today,
        by="system",
        what=f"Coverage verified: {answer.status.value.replace('_', ' ')}",
        why=in_words(answer),
        claim_number=claim.claim_number,
    )
    _keep_in_full(session, claim, row, answer)
    if answer.status in (CoverageStatus.INACTIVE, CoverageStatus.NOT_FOUND):
        rejection = rejection_of(answer)
        codes = ", ".join(answer.rejections) or "without a code"
        reason = (
            "The payer says the coverage is not active on the date of service"
            if answer.status is CoverageStatus.INACTIVE
            else f"The payer does not find the patient (AAA {codes}){f': {rejection.what}' if rejection else ''}"
        )
        remedy = "Check the insurance card, correct the coverage, or agree self-pay with the patient"
        due = claim.today + FIX_COVERAGE_WITHIN
        work_items.open_item(
            session,
            claim.organisation_id,
            key=f"claim:{claim.claim_number}:v{row.version}:coverage",
            kind="coverage",
            reason=reason,
            remedy=f"{rejection.remedy}; else: {remedy[0].lower()}{remedy[1:]}" if rejection else remedy,
            owner=FRONT_DESK,
            due_on=day_at(session, claim.organisation_id, due),
            opened_on=day_at(session, claim.organisation_id, claim.today),
            claim_number=claim.claim_number,
        )
        row = claims.set_stage(
            session,
            claim.claim_number,
            stage=Stage.COVERAGE_ISSUE,
            owes=Owes.PAYER,
            next_at=due,
            next_what="the front desk to correct the coverage",
            owner=FRONT_DESK,
        )
    else:
        row = claims.set_stage(
            session,
            claim.claim_number,
            stage=Stage.CODING,
            owes=Owes.PAYER,
            next_at=claim.today,
            next_what="coding and scrubbing",
            owner="system",
        )
    return snapshot_of(session, row)


def _keep_in_full(session: Session, claim: ClaimRef, row: Claim, answer: EligibilityAnswer) -> None:
    """Keep every benefit that the payer told, and ask about what only the full answer says."""
    content = claims.content(session, claim.claim_number)
    today = day_at(session, claim.organisation_id, claim.today)
    frontdesk.keep_answer(
        session,
        claim.organisation_id,
        key=f"claim:{claim.claim_number}:v{row.version}:{today}",
        patient_id=row.patient_id,
        payer_code=content.coverage.payer.code,
        service_date=content.first_service,
        asked_at=claim.today,
        answer=answer,
        claim_number=claim.claim_number,
    )
    _keep_network(row, content.coverage.payer.code, answer)
    asked = Asked(
        session=session,
        organisation_id=claim.organisation_id,
        about=f"claim:{claim.claim_number}",
        today=today,
        due_on=today + FIX_COVERAGE_WITHIN,
        payer_code=content.coverage.payer.code,
        account_number=row.account_number,
        claim_number=claim.claim_number,
    )
    ask_about_rejection(asked, answer)
    ask_about_other_payers(asked, answer, content.coverages, content.first_service)


def _keep_network(row: Claim, payer_code: str, answer: EligibilityAnswer) -> None:
    """With the claim, for posting reads it with the attempt; what the payer's newest answer does not say is gone."""
    network = network_of_visit(answer.benefits)
    others = {code: told for code, told in row.networks.items() if code != payer_code}
    told = others if network is Network.UNKNOWN else others | {payer_code: network.value}
    if told != row.networks:
        row.networks = told


def _raise_as_policy_reads(error: GatewayError) -> NoReturn:
    if isinstance(error, PayerBusy):
        raise ApplicationError(
            str(error), type="PayerBusy", next_retry_delay=timedelta(seconds=error.retry_after_seconds)
        ) from error
    raise ApplicationError(
        str(error), type="PayerUnreachable" if error.retryable else "Refused", non_retryable=not error.retryable
    ) from error
