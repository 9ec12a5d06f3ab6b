"""Insurance cards at the desk: held beside the coverage and the payer's answer; what differs is asked of the desk."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from activities.cases.desk import Desk
from domain.checkin.insurance_card import Difference, InsuranceCard, differences, in_words
from domain.coverage.coverage import Coverage
from domain.coverage.eligibility import EligibilityAnswer
from storage import frontdesk, timeline, work_items
from storage.models import Appointment, CheckInRow, Patient, WorkItem
from storage.serialise import from_json, to_json

FRONT_DESK = "front_desk"


class NoCard(ValueError):
    """Why a card's numbers are not taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardShown:
    """A card beside what is kept and what the payer said last."""

    card: InsuranceCard
    coverage: Coverage | None
    answer: EligibilityAnswer | None
    differences: tuple[Difference, ...]


def cards_of(session: Session, row: Appointment) -> list[CardShown]:
    """The cards of a visit, each beside its coverage and the last answer of its payer."""
    kept = session.scalar(select(CheckInRow.cards).where(CheckInRow.appointment_number == row.number))
    cards = [from_json(InsuranceCard, one) for one in kept or () if isinstance(one, dict)]
    return [_beside(session, row, card) for card in cards]


def compare_cards(desk: Desk, row: Appointment) -> None:
    """Ask the front desk about each card that says something else, once for what differs; what agrees again is done."""
    for shown in cards_of(desk.session, row):
        prefix = f"appointment:{row.number}:card:{shown.card.payer_code}:"
        key = prefix + ",".join(sorted(f"{one.source.value}.{one.field}" for one in shown.differences))
        open_keys = desk.session.scalars(
            select(WorkItem.key).where(WorkItem.key.startswith(prefix, autoescape=True), WorkItem.closed_on.is_(None))
        ).all()
        gone = [one for one in open_keys if one != key]
        work_items.close_by_key(desk.session, gone, by="system", on=desk.today)
        if shown.differences:
            _ask(desk, row, shown, key)


def take_card(desk: Desk, appointment_number: int, payer_code: str, by: str) -> Appointment:
    """Let the card's member id and group number stand for the coverage of a visit that has no claim yet; the payer is
    asked again with them.

    Raises:
        UnknownAppointment: no such appointment.
        NoCard: no card of that payer was shown, the visit has no such coverage, or its claim is there.
    """
    row = frontdesk.get(desk.session, appointment_number, for_update=True)
    shown = next((one for one in cards_of(desk.session, row) if one.card.payer_code == payer_code), None)
    if shown is None:
        raise NoCard(f"no card of {payer_code} was shown for appointment {appointment_number}")
    if shown.coverage is None:
        raise NoCard(f"appointment {appointment_number} has no coverage of {payer_code}: schedule it with one")
    if row.claim_number is not None:
        raise NoCard(
            f"claim {row.claim_number} is there: "
            f"`claimflow claim correct {row.claim_number} --set member_id=...` corrects it"
        )
    card = shown.card
    row.coverages = [
        to_json(
            replace(
                one,
                coverage=replace(
                    one.coverage,
                    member_id=card.member_id or one.coverage.member_id,
                    group_number=card.group_number or one.coverage.group_number,
                ),
            )
            if one.coverage.payer.code == payer_code
            else one
        )
        for one in frontdesk.coverages_of(row)
    ]
    row.next_question_at = desk.now
    timeline.note(
        desk.session,
        desk.organisation_id,
        key=f"appointment:{row.number}:card:{payer_code}:{desk.now.isoformat()}",
        at=desk.now,
        by=by,
        what=f"The numbers of the {payer_code} card stand for the visit of {row.on_day}",
        why="the payer is asked again",
        account_number=desk.session.get_one(Patient, row.patient_id).account_number,
    )
    desk.session.flush()
    compare_cards(desk, row)
    return row


def _beside(session: Session, row: Appointment, card: InsuranceCard) -> CardShown:
    coverage = next(
        (one.coverage for one in frontdesk.coverages_of(row) if one.coverage.payer.code == card.payer_code), None
    )
    answer = frontdesk.latest_answer(session, row.number, card.payer_code)
    return CardShown(
        card=card, coverage=coverage, answer=answer, differences=differences(card, coverage, answer, row.on_day)
    )


def _ask(desk: Desk, row: Appointment, shown: CardShown, key: str) -> None:
    payer = shown.card.payer_code
    work_items.open_item(
        desk.session,
        desk.organisation_id,
        key=key,
        kind="card_differs",
        reason=f"The {payer} card of the visit of {row.on_day}: {in_words(shown.differences)}",
        remedy=f"`claimflow checkin card {row.number}` shows both; ask the patient for the present card, and where it "
        f"is right: `claimflow checkin take-card {row.number} {payer} --by NAME`",
        owner=FRONT_DESK,
        due_on=max(desk.today, row.on_day),
        opened_on=desk.today,
        account_number=desk.session.get_one(Patient, row.patient_id).account_number,
    )
