"""Estimates made from the practice's charges, the contract and the payer's answer, and compared with the bill."""

from __future__ import annotations

import hashlib
import json
from datetime import date

from activities.cases.desk import Desk
from activities.cash.workdays import federal_holidays
from activities.contracts.codes import contract_codes
from activities.frontdesk.excesses import compare, look_at_excesses
from domain.contracts.expected import BilledLine, Contract
from domain.contracts.schedule import FeeSchedule
from domain.contracts.terms import terms_on
from domain.estimates import good_faith
from domain.estimates.patient_share import PricedService, estimate_share
from domain.estimates.planned import PlannedService
from domain.people.parties import BillingProvider
from domain.remittance.balancing import dollars
from storage import contracts, estimate_sendings, frontdesk, frontdesk_estimates, timeline, work_items
from storage.frontdesk_estimates import GOOD_FAITH, SHARE
from storage.models import Appointment, EstimateRow, Patient
from storage.models.base import Json
from storage.serialise import from_json, to_json

FRONT_DESK = "front_desk"


class NotEstimable(ValueError):
    """What is missing for an estimate, and what to do about it."""


def make_share(desk: Desk, appointment_number: int, by: str) -> EstimateRow:
    """The expected share of an insured patient, from the last answer of the first payer.

    Raises:
        UnknownAppointment: no such appointment.
        NotEstimable: no coverage, no answer or nothing planned.
        NotCovered: the plan is not active.
    """
    row = frontdesk.get(desk.session, appointment_number)
    coverages, services = frontdesk.coverages_of(row), frontdesk.services_of(row)
    if not coverages:
        raise NotEstimable("the patient has no coverage: make a good faith estimate instead")
    if not services:
        raise NotEstimable("nothing is planned for the visit: enter the expected services first")
    payer = coverages[0].coverage.payer.code
    answer = frontdesk.latest_answer(desk.session, appointment_number, payer)
    if answer is None:
        raise NotEstimable(f"{payer} has not answered yet: `claimflow eligibility ask {appointment_number}`")
    estimate = estimate_share(payer, priced(desk, payer, services, row.on_day), answer)
    return _keep(desk, row, SHARE, to_json(estimate), estimate.patient_cents, good_faith.Due(on=None, rule=""), by)


def make_good_faith(desk: Desk, appointment_number: int, by: str, *, on_request: bool) -> EstimateRow:
    """The good faith estimate of a patient who pays, with the day by which it must be in their hands.

    Raises:
        UnknownAppointment: no such appointment.
        NotEstimable: nothing is planned.
    """
    row = frontdesk.get(desk.session, appointment_number)
    try:
        estimate = good_faith.good_faith_estimate(
            row.on_day, frontdesk.services_of(row), from_json(BillingProvider, row.provider)
        )
    except ValueError as error:
        raise NotEstimable(str(error)) from None
    holidays = federal_holidays(desk.today.year)
    due = (
        good_faith.due_after_request(desk.today, holidays)
        if on_request
        else good_faith.due_after_scheduling(row.scheduled_on, row.on_day, holidays)
    )
    kept = _keep(desk, row, GOOD_FAITH, to_json(estimate), estimate.total_cents, due, by)
    if kept.due_on is not None and kept.provided_on is None:
        _ask_to_provide(desk, kept)
    return kept


def priced(desk: Desk, payer: str, services: tuple[PlannedService, ...], on: date) -> list[PricedService]:
    """What the contract allows for planned services; where it says nothing the charge stands, and the words say so."""
    procedures = {service.procedure for service in services}
    schedule = contracts.schedules_of(desk.session, {payer}, procedures).get(payer) or FeeSchedule(())
    agreed = tuple(contracts.terms_of(desk.session, {payer}).get(payer, ()))
    lines = [
        BilledLine(
            number=number,
            procedure=service.procedure,
            modifiers=service.modifiers,
            units=service.units,
            charge_cents=service.charge_cents,
            service_date=on,
            place_of_service=service.place_of_service,
        )
        for number, service in enumerate(services, start=1)
    ]
    contract = Contract(schedule=schedule, terms=lambda day: terms_on(agreed, day))
    expected = contract.expected(lines, contract_codes())
    found = []
    for number, service in enumerate(services, start=1):
        said = expected[number]
        if said.cents is None:
            why = f"{said.why}; the charge stands in its place"
            found.append(PricedService(service=service, allowed_cents=service.charge_cents, allowed_why=why))
        else:
            found.append(PricedService(service=service, allowed_cents=said.cents, allowed_why=said.why))
    return found


def provided(desk: Desk, number: int, by: str, how: str) -> EstimateRow:
    """Note that an estimate was handed to the patient: its clock stops. A second time changes nothing.

    Raises:
        UnknownEstimate: no such estimate.
    """
    row = frontdesk_estimates.get(desk.session, number, for_update=True)
    if row.provided_on is not None:
        return row
    row.provided_on = desk.today
    late = row.due_on is not None and desk.today > row.due_on
    orders = [sending_key(number, one.attempt) for one in estimate_sendings.of_estimate(desk.session, number)]
    work_items.close_by_key(desk.session, [*_question_keys(row), *orders], by=by, on=desk.today)
    _tell(
        desk,
        row,
        "provided",
        f"Estimate {row.number} of ${dollars(row.expected_cents)} given to the patient ({how})",
        f"after its day, {row.due_on}" if late else (row.due_rule or "an estimate of the patient's share"),
        by,
    )
    desk.session.flush()
    return row


def look_at_estimates(desk: Desk) -> int:
    """The daily look: estimates owed for scheduled visits, those due and not given, and bills that exceed theirs."""
    found = 0
    for number in frontdesk_estimates.self_pay_without_estimate(desk.session, desk.today):
        row = frontdesk.get(desk.session, number)
        due = good_faith.due_after_scheduling(row.scheduled_on, row.on_day, federal_holidays(desk.today.year))
        if due.on is not None:
            make_good_faith(desk, number, "system", on_request=False)
            found += 1
    for estimate in frontdesk_estimates.not_provided(desk.session, desk.today):
        found += _ask_to_provide(desk, estimate)
    for estimate in frontdesk_estimates.to_compare(desk.session):
        found += compare(desk, estimate)
    return found + look_at_excesses(desk)


def _keep(
    desk: Desk, row: Appointment, kind: str, content: Json, expected_cents: int, due: good_faith.Due, by: str
) -> EstimateRow:
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]
    kept = frontdesk_estimates.add(
        desk.session,
        {
            "organisation_id": desk.organisation_id,
            "key": f"{kind}:{row.number}:{digest}",
            "kind": kind,
            "patient_id": row.patient_id,
            "appointment_number": row.number,
            "service_date": row.on_day,
            "requested_on": desk.today,
            "due_on": due.on,
            "due_rule": due.rule,
            "expected_cents": expected_cents,
            "content": content,
            "by": by,
        },
    )
    what = "Good faith estimate" if kind == GOOD_FAITH else "Estimate"
    why = f"due {due.on}: {due.rule}" if due.on else "expected share of the patient"
    _tell(desk, kept, "made", f"{what} {kept.number} made: ${dollars(expected_cents)}", why, by)
    return kept


def _ask_to_provide(desk: Desk, row: EstimateRow) -> bool:
    late = row.due_on is not None and desk.today > row.due_on
    return work_items.open_item(
        desk.session,
        desk.organisation_id,
        key=_question_keys(row)[1 if late else 0],
        kind="good_faith_late" if late else "good_faith_due",
        reason=f"Good faith estimate {row.number} {'was' if late else 'is'} due on {row.due_on}: {row.due_rule}",
        remedy=(
            f"`claimflow estimate send {row.number}`, or `claimflow estimate provide {row.number}`: print it in the "
            "patient's language and hand it over"
        ),
        owner=FRONT_DESK,
        due_on=row.due_on or desk.today,
        opened_on=desk.today,
        account_number=_account(desk, row),
    )


def _question_keys(row: EstimateRow) -> tuple[str, str]:
    return f"estimate:{row.number}:due", f"estimate:{row.number}:late"


def sending_key(number: int, attempt: int) -> str:
    """The key of the question about an order that did not leave for sure."""
    return f"estimate:{number}:sending:{attempt}"


def _account(desk: Desk, row: EstimateRow) -> int:
    return desk.session.get_one(Patient, row.patient_id).account_number


def _tell(desk: Desk, row: EstimateRow, key: str, what: str, why: str, by: str) -> None:
    timeline.note(
        desk.session,
        desk.organisation_id,
        key=f"estimate:{row.number}:{key}",
        at=desk.now,
        by=by,
        what=what,
        why=why,
        account_number=_account(desk, row),
    )
