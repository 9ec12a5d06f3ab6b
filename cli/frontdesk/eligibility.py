"""``claimflow eligibility``: what payers said about a claim or an appointment, in full."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import options, output
from cli.connection import reading
from cli.deciding import Now, decided
from cli.failures import Negative

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from domain.coverage.benefits import PlanBenefit
    from storage.models import EligibilityRow

app = typer.Typer(help="What payers say about coverage: benefits, limits, other payers.", no_args_is_help=True)

FIRST_CLAIM = 10_000_000
"""Claims have greater numbers, appointments smaller ones."""
_PERIODS = {"22": "a service year", "23": "a year", "24": "year to date", "25": "contract", "27": "a visit",
            "29": "remaining", "33": "year to date", "34": "a month", "35": "a week"}  # fmt: skip

Number = Annotated[int, typer.Argument(metavar="CLAIM|APPOINTMENT", min=1, help="Number of either one.")]


@app.command("show")
def show(number: Number, organisation: options.Organisation = 1, as_json: options.AsJson = False) -> None:
    """Show every answer in full, the latest first. Exit 1 when no payer has answered yet."""
    with reading(organisation) as session:
        document = answers_document(session, number)
    if as_json:
        output.print_json(document)
    else:
        for answer in document["answers"]:
            _print(answer)
        if document["next_question_at"]:
            output.say(f"asked next: {document['next_question_at']}")
    if not document["answers"]:
        if not as_json:
            output.say(f"no payer has answered about {document['for']} {number} yet")
        raise typer.Exit(1)


@app.command("ask")
def ask(
    appointment: options.AppointmentNumber,
    by: options.By,
    organisation: options.Organisation = 1,
    as_json: options.AsJson = False,
) -> None:
    """Ask the payers about an appointment again with the next look; the answers so far are kept."""
    from storage import frontdesk

    def work(session: Session, now: Now) -> dict[str, Any]:
        try:
            row = frontdesk.get(session, appointment, for_update=True)
        except frontdesk.UnknownAppointment as unknown:
            raise Negative(str(unknown)) from None
        if not row.coverages:
            raise Negative(f"appointment {appointment} has no coverage: there is no payer to ask")
        row.next_question_at = now.at
        return frontdesk.document(row)

    document = decided(organisation, by, work)
    if as_json:
        output.print_json(document)
        return
    output.stdout().print(f"appointment {appointment}: {', '.join(document['payers'])} are asked with the next look")


def answers_document(session: Session, number: int) -> dict[str, Any]:
    """All that payers said about a claim or an appointment.

    Raises:
        Negative: there is neither.
    """
    from storage import claims, frontdesk

    try:
        if number > FIRST_CLAIM:
            claims.get(session, number)
            rows, next_at = frontdesk.answers(session, claim_number=number), None
        else:
            appointment = frontdesk.get(session, number)
            rows = frontdesk.answers(session, appointment_number=number)
            next_at = appointment.next_question_at
    except (claims.UnknownClaim, frontdesk.UnknownAppointment) as unknown:
        raise Negative(str(unknown)) from None
    return {
        "for": "claim" if number > FIRST_CLAIM else "appointment",
        "number": number,
        "next_question_at": next_at.isoformat() if next_at else None,
        "answers": [_document(row) for row in rows],
    }


def _document(row: EligibilityRow) -> dict[str, Any]:
    from domain.coverage.eligibility import EligibilityAnswer
    from domain.coverage.rejections import rule_of
    from edi.eligibility_rejections import rejection_rules
    from storage.serialise import from_json

    answer = from_json(EligibilityAnswer, row.answer)
    rules = [rule_of(rejection_rules(), code) for code in answer.rejections]
    return {
        "payer": row.payer_code,
        "asked_at": row.asked_at.isoformat(),
        "service_date": row.service_date.isoformat(),
        "status": row.status,
        "plan": answer.plan,
        "plan_begins": answer.plan_begins.isoformat() if answer.plan_begins else None,
        "plan_ends": answer.plan_ends.isoformat() if answer.plan_ends else None,
        "copay_cents": answer.copay_cents,
        "coinsurance_percent": answer.coinsurance_percent,
        "deductible_remaining_cents": answer.deductible_remaining_cents,
        "out_of_pocket_remaining_cents": answer.out_of_pocket_remaining_cents,
        "authorization_required": answer.authorization_required,
        "benefits": [_benefit(benefit) for benefit in answer.benefits],
        "other_payers": [
            {
                "name": other.name,
                "payer": other.identifier,
                "place": other.rank or None,
                "begins": other.begins.isoformat() if other.begins else None,
                "ends": other.ends.isoformat() if other.ends else None,
            }
            for other in answer.other_payers
        ],
        "rejections": [
            {"code": rule.code, "action": rule.action.value, "what": rule.what, "remedy": rule.remedy} for rule in rules
        ],
    }


def _benefit(benefit: PlanBenefit) -> dict[str, Any]:
    return {
        "kind": benefit.kind.value,
        "service_types": list(benefit.service_types),
        "procedure": benefit.procedure or None,
        "network": benefit.network.value,
        "level": benefit.level or None,
        "period": benefit.period or None,
        "amount_cents": benefit.amount_cents,
        "percent": str(benefit.percent) if benefit.percent is not None else None,
        "quantity": str(benefit.quantity) if benefit.quantity is not None else None,
        "quantity_unit": benefit.quantity_unit or None,
        "authorization": benefit.authorization,
        "messages": list(benefit.messages),
    }


def _print(answer: dict[str, Any]) -> None:
    def money(name: str) -> str:
        return output.money(answer[name]) if answer[name] is not None else ""

    percent = answer["coinsurance_percent"]
    output.print_facts(
        f"{answer['payer']}: {output.words(answer['status'])}",
        {
            "plan": answer["plan"],
            "day of service": answer["service_date"],
            "asked": answer["asked_at"],
            "copay": money("copay_cents"),
            "coinsurance": f"{percent}%" if percent is not None else "",
            "deductible left": money("deductible_remaining_cents"),
            "out of pocket left": money("out_of_pocket_remaining_cents"),
            "authorization": output.text(answer["authorization_required"]),
            "other payers": [f"{other['name']} {other['place'] or ''}".strip() for other in answer["other_payers"]],
            "rejected": [f"{one['what']} (AAA {one['code']}): {one['remedy']}" for one in answer["rejections"]],
        },
    )
    output.print_table(
        "",
        ("benefit", "for", "network", "who", "period", "amount", "note"),
        (
            (
                output.words(one["kind"]),
                one["procedure"] or one["service_types"],
                one["network"] if one["network"] != "unknown" else "",
                one["level"],
                _PERIODS.get(one["period"] or "", one["period"]),
                _amount(one),
                "; ".join([*(["authorization needed"] if one["authorization"] else []), *one["messages"]]),
            )
            for one in answer["benefits"]
        ),
        right=("amount",),
        empty="",
    )


def _amount(benefit: dict[str, Any]) -> str:
    if benefit["amount_cents"] is not None:
        return output.money(benefit["amount_cents"])
    if benefit["percent"] is not None:
        return f"{benefit['percent']}%"
    return f"{benefit['quantity']} {benefit['quantity_unit'] or ''}".strip() if benefit["quantity"] else ""
