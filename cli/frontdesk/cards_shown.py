"""``claimflow checkin card``, ``take-card``: insurance cards beside what is kept and what payers said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import options, output
from cli.connection import reading
from cli.deciding import Now, decided
from cli.failures import Negative

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from activities.frontdesk.cards_shown import CardShown

AppointmentNumber = Annotated[int, typer.Argument(metavar="APPOINTMENT", min=1, help="Its number, such as 20001.")]


def card(
    appointment: AppointmentNumber, organisation: options.Organisation = 1, as_json: options.AsJson = False
) -> None:
    """Show each card of a visit beside its coverage and the payer's last answer; exit 1 where something differs."""
    from activities.frontdesk.cards_shown import cards_of
    from storage import frontdesk

    with reading(organisation) as session:
        try:
            row = frontdesk.get(session, appointment)
        except frontdesk.UnknownAppointment as unknown:
            raise Negative(str(unknown)) from None
        shown = [_document(one) for one in cards_of(session, row)]
    if as_json:
        output.print_json(shown)
    else:
        for one in shown:
            rows = [(field, *one["beside"][field]) for field in one["beside"]]
            output.print_table(
                f"{one['payer']}: seen on {one['seen_on']} by {one['seen_by']}",
                ("", "card", "coverage", "payer says"),
                rows,
                empty="",
            )
            for side in one["not_seen"]:
                output.say(f"the {side} of the card was not seen")
            for differs in one["differences"]:
                output.say(f"{differs['field']} differs from the {differs['source']}")
        if not shown:
            output.say(f"no card was shown for appointment {appointment}")
    if any(one["differences"] for one in shown):
        raise typer.Exit(1)


def take_card(
    appointment: AppointmentNumber,
    payer: Annotated[str, typer.Argument(metavar="PAYER", help="Code of the payer whose card it is.")],
    by: options.By,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Let a card's member id and group number stand for the coverage of a visit; its payer is asked again."""
    from activities.cases.desk import Desk
    from activities.frontdesk import cards_shown
    from storage import frontdesk

    def work(session: Session, now: Now) -> dict[str, Any]:
        try:
            row = cards_shown.take_card(Desk.at(session, organisation, now.at), appointment, payer, by.strip())
        except (frontdesk.UnknownAppointment, cards_shown.NoCard) as refused:
            raise Negative(str(refused)) from None
        return frontdesk.document(row)

    document = decided(organisation, by, work)
    if as_json:
        output.print_json(document)
        return
    output.stdout().print(f"appointment {appointment}: the card's numbers stand, {payer} is asked with the next look")


def _document(shown: CardShown) -> dict[str, Any]:
    from domain.checkin.insurance_card import not_seen

    card, coverage, answer = shown.card, shown.coverage, shown.answer
    begins = answer.plan_begins.isoformat() if answer and answer.plan_begins else ""
    return {
        "payer": card.payer_code,
        "seen_on": card.seen_on.isoformat() if card.seen_on else None,
        "seen_by": card.seen_by,
        "not_seen": list(not_seen(card)),
        "provider_phone": card.provider_phone,
        "beside": {
            "payer": [card.payer_name, coverage.payer.name if coverage else "", ""],
            "member_id": [card.member_id, coverage.member_id if coverage else "", answer.member_id if answer else ""],
            "group_number": [
                card.group_number,
                coverage.group_number if coverage else "",
                answer.group_number if answer else "",
            ],
            "plan": [card.plan_name, "", answer.plan if answer else ""],
            "effective": [card.effective_on.isoformat() if card.effective_on else "", "", begins],
            "status": ["", "", answer.status.value if answer else ""],
        },
        "differences": [
            {"field": one.field, "source": one.source.value, "card": one.card, "told": one.told}
            for one in shown.differences
        ],
    }
