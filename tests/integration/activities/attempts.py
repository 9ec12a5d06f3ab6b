"""How attempts end, and what people then order: steps of the stories of claims sent again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from activities.claim import commands, follow_up
from activities.inbound import acknowledgements
from activities.remittances.receive import remittance_received
from contracts.claim import CommandAnswer, CommandBody, OrderedCommand
from domain.claim.acknowledgement import ClaimAcknowledged
from domain.claim.stages import Stage
from domain.claim.status import StatusAnswer, StatusKind
from domain.remittance.remittance import ProviderAdjustment, Remittance
from storage import claims
from storage.models import Submission
from storage.organisations import LOCAL_PRACTICE
from tests.integration.activities.conftest import Desk

NewDesk = Callable[..., Desk]


def order(desk: Desk, verb: str, reason: str = "the note documents it", **changes: str) -> CommandAnswer:
    def work(session: Session) -> CommandAnswer:
        body = CommandBody(
            command=verb,
            id=f"{verb}-{len(desk.told)}",
            by="ann",
            expected_version=claims.get(session, desk.claim).version,
            reason=reason,
            changes={name.replace("__", "."): value for name, value in changes.items()},
        )
        return commands.apply_command(session, OrderedCommand(claim=desk.ref, command=body))

    said = desk.books.run(LOCAL_PRACTICE, work)
    desk.told.append(said.refusal)
    return said


def correct(desk: Desk, reason: str = "the note documents it") -> CommandAnswer:
    """Correct and prepare; the next attempt stays in the house until a test sends it."""
    said = order(desk, "correct", reason, lines__2__units=str(2 + len(desk.told)))
    if said.accepted and desk.snapshot().stage is Stage.CODING:
        desk.send()
    return said


def resend(desk: Desk, reason: str = "it was lost") -> CommandAnswer:
    said = order(desk, "resubmit", reason)
    if said.accepted and desk.snapshot().stage is Stage.CODING:
        desk.send()
    return said


def acknowledge(desk: Desk, category: str, status: str, entity: str = "", action: str = "U", icn: str = "") -> None:
    attempt = desk.attempts()[-1]
    accepted = category in ("A1", "A2")
    told = ClaimAcknowledged(
        control_number=attempt.control_number, accepted=accepted, category=category, status_code=status,
        entity=entity, payer_control_number=icn, text="", action=action, in_adjudication=category == "A2",
    )  # fmt: skip
    desk._run(lambda session: acknowledgements.claim_acknowledged(desk._inbound(session), told))
    desk.act()


def leave(desk: Desk) -> None:
    """The newest attempt is on its way."""

    def work(session: Session) -> None:
        claims.attempts(session, desk.claim)[-1].state = "sent"

    desk._run(work)


def silent(desk: Desk, *, number_known: bool) -> None:
    """The payer does not answer and says on the telephone line that it knows nothing more."""

    def forget(session: Session) -> None:
        session.scalars(select(Submission).where(Submission.claim_number == desk.claim)).one().payer_control_number = ""

    if not number_known:
        desk._run(forget)
    answer = StatusAnswer(kind=StatusKind.NOT_FOUND, category="A4", code="35")
    after = desk._run(lambda session: follow_up.note_status(session, desk.ref, answer))
    assert after.stage is Stage.PAYER_SILENT


def rejected(desk: Desk) -> None:
    acknowledge(desk, "A7", "562", "85")


def denied(desk: Desk) -> None:
    desk.deny("CO-16", "M76")


def unprocessable(desk: Desk) -> None:
    desk.deny("CO-16", "MA130")


def reversed_(desk: Desk) -> None:
    desk.remit(desk.decision())
    take_back(desk)


def take_back(desk: Desk) -> None:
    """The payer reverses its decision on the first attempt, and carries forward what it is short of (PLB FB)."""
    first = desk.attempts()[0]
    reversal = replace(
        desk.decision(status="22", sign=-1), control_number=first.control_number, payer_control_number="ICN1"
    )
    remittance = Remittance(
        handling="H", payment_cents=0, payment_method="NON", payment_date=desk.today.date(), trace_number="BACK",
        payer_identifier="1999999999", payer_name="EVERGREEN", payee_npi="1234567893", claims=(reversal,),
        provider_adjustments=(
            ProviderAdjustment(reason="FB", reference="FORWARD", amount_cents=reversal.paid_cents),
        ),
    )  # fmt: skip
    desk._run(lambda session: remittance_received(desk._inbound(session), remittance))
    desk.act()


def replaced_then_rejected(desk: Desk) -> None:
    denied(desk)
    assert correct(desk).accepted, desk.told
    rejected(desk)


def denied_twice(desk: Desk) -> None:
    denied(desk)
    assert correct(desk).accepted, desk.told
    denied(desk)


def numbered(desk: Desk) -> None:
    silent(desk, number_known=True)


def lost(desk: Desk) -> None:
    silent(desk, number_known=False)


def appealed(desk: Desk) -> None:
    desk.deny("CO-50")
    assert order(desk, "appeal").accepted, desk.told


def appeal_lost(desk: Desk) -> None:
    appealed(desk)
    (paper,) = desk.papers()
    desk.letter("unfavourable", str(paper["reference"]))
