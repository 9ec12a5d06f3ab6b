"""Decisions that are being posted, compared with the contracts: two statements for a whole remittance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from activities.contracts.codes import contract_codes
from activities.contracts.questions import ask_about, variance_key
from activities.inbound.context import Inbound
from activities.remittances.loops import POSTER, Understood
from activities.remittances.work import Work
from domain.contracts.expected import BilledLine, Contract
from domain.contracts.schedule import FeeSchedule
from domain.contracts.terms import Terms, terms_on
from domain.contracts.variance import LineVariance, find_variances
from domain.denials.classification import REVERSAL
from domain.ledger.decision import rank_of
from domain.ledger.posting import is_posted
from storage import contracts, variances, work_items

TAKEN_BACK = "the payer took its decision back"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedLoop:
    """A decision that was posted, with its row."""

    understood: Understood
    row_id: int
    takes_back: str = ""
    """Key of the decision that it reverses."""


def compare_with_contracts(inbound: Inbound, work: Work, posted: Sequence[PostedLoop]) -> None:
    """Write what differs from the contract by more than its threshold, with one question for each decision; end what
    a reversal takes back. The claims are locked. An organisation without contracts pays two empty looks."""
    taken_back = {one.takes_back for one in posted if one.takes_back}
    _settle(inbound, taken_back)
    compared = [one for one in posted if _is_compared(one, taken_back)]
    agreements = _contracts(inbound, compared)
    compared = [one for one in compared if one.understood.payer_code in agreements]
    if not compared:
        return
    by_place = {payer for payer, contract in agreements.items() if contract.schedule.knows_places}
    asked = {_row(one).id for one in compared if one.understood.payer_code in by_place}
    places = contracts.places_of_service(inbound.session, asked)
    rows: list[dict[str, Any]] = []
    for one in compared:
        matched, payer = one.understood.matched, one.understood.payer_code
        billed = billed_lines(_row(one).lines, places.get(_row(one).id, ""))
        found = find_variances(matched.loop.remitted, matched.lines, billed, agreements[payer], contract_codes())
        if found:
            rows += [_variance(inbound, one, line) for line in found]
            ask_about(work, _row(one).claim_number, one.row_id, payer, found)
    variances.add_all(inbound.session, rows)


def billed_lines(lines: Sequence[dict[str, Any]], place_of_service: str) -> tuple[BilledLine, ...]:
    """The lines of an attempt from its version's JSON."""
    return tuple(
        BilledLine(
            number=line["number"],
            procedure=line["procedure"],
            modifiers=tuple(line.get("modifiers", ())),
            units=Decimal(line.get("units", "1")),
            charge_cents=line["charge_cents"],
            service_date=date.fromisoformat(line["service_from"]),
            place_of_service=line.get("place_of_service") or place_of_service,
            unit_basis=line.get("unit_basis", "UN"),
        )
        for line in lines
    )


def _settle(inbound: Inbound, taken_back: set[str]) -> None:
    if taken_back:
        ended = variances.settle(inbound.session, taken_back, by=POSTER, reason=TAKEN_BACK)
        keys = [variance_key(row_id, kind) for row_id in ended for kind in ("contract", "appeal")]
        if keys:
            work_items.close_by_key(inbound.session, keys, by=POSTER, on=inbound.today)


def _is_compared(one: PostedLoop, taken_back: set[str]) -> bool:
    """Whether it decides anew, and by whom is known: a payer to whom a claim crossed over answers the attempt of the
    payer before it."""
    loop = one.understood.matched.loop
    status, row = loop.remitted.status, _row(one)
    if status == REVERSAL or not is_posted(status) or loop.key in taken_back or loop.remitted.charge_cents <= 0:
        return False
    crossed_over = rank_of(status, row.sequence) != rank_of("1", row.sequence)
    return not crossed_over or one.understood.payer_code != row.payer_code


def _contracts(inbound: Inbound, posted: Sequence[PostedLoop]) -> dict[str, Contract]:
    payers = {one.understood.payer_code for one in posted} - {""}
    if not payers:
        return {}
    procedures = {line["procedure"] for one in posted for line in _row(one).lines}
    schedules = contracts.schedules_of(inbound.session, payers, procedures)
    terms = contracts.terms_of(inbound.session, payers)
    found = {}
    for payer in schedules.keys() | terms.keys():
        agreed = tuple(terms.get(payer, ()))

        def on(day: date, agreed: tuple[Any, ...] = agreed) -> Terms:
            return terms_on(agreed, day)

        found[payer] = Contract(schedule=schedules.get(payer) or FeeSchedule(()), terms=lru_cache(maxsize=400)(on))
    return found


def _row(one: PostedLoop) -> Any:
    found = one.understood.matched.found
    assert found is not None, "only a decision that found its claim is posted"
    return found.row


def _variance(inbound: Inbound, one: PostedLoop, line: LineVariance) -> dict[str, Any]:
    return {
        "organisation_id": inbound.organisation_id,
        "claim_number": _row(one).claim_number,
        "remittance_claim_id": one.row_id,
        "line": line.line,
        "payer_code": one.understood.payer_code,
        "procedure": line.procedure,
        "expected_cents": line.expected_cents,
        "allowed_cents": line.allowed_cents,
        "terms": line.why,
        "business_date": inbound.today,
    }
