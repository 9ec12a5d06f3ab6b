"""The demo's people decide from the chart, give up with a reason, and leave alone what they do not understand."""

from __future__ import annotations

from datetime import date

import pytest

from cli.demo.decisions import FRONT_DESK, orders_for, still_wrong
from cli.demo.encounters import DemoVisit, chart_of
from domain.claim.commands import Verb, parse_command
from domain.claim.correction import apply_changes

VISITS = [chart_of(7, number, date(2026, 3, 2)) for number in range(1, 61)]


def first_of(story: str) -> DemoVisit:
    return next(visit for visit in VISITS if visit.fault == story)


def test_a_denied_claim_is_corrected_to_what_the_chart_says() -> None:
    for visit in VISITS:
        if visit.answer_key and not visit.slip:
            order, *_ = orders_for("denied", 1, visit.encounter.content, visit)
            assert order.verb is Verb.CORRECT
            assert apply_changes(visit.encounter.content, order.changes) == visit.chart


def test_what_was_corrected_before_is_not_corrected_again_but_given_up() -> None:
    visit = first_of("authorization_missing")
    assert [order.verb for order in orders_for("denied", 2, visit.chart, visit)] == [Verb.WRITE_OFF]


def test_a_denial_that_the_chart_cannot_mend_is_written_off_with_the_reason() -> None:
    visit = first_of("not_covered")
    (order,) = orders_for("denied", 1, visit.encounter.content, visit)
    assert (order.verb, order.reason) == (Verb.WRITE_OFF, visit.note)


def test_records_are_sent_where_the_payer_asks_for_them_and_given_up_only_then() -> None:
    visit = first_of("records_asked")
    asked = orders_for("denied", 1, visit.encounter.content, visit, "send_records")
    assert [order.verb for order in asked] == [Verb.SEND_RECORDS, Verb.WRITE_OFF]
    refused = orders_for("review_refused", 1, visit.encounter.content, visit)
    assert [order.verb for order in refused] == [Verb.WRITE_OFF]
    stranger = orders_for("denied", 1, visit.encounter.content, None, "send_records")
    assert [order.verb for order in stranger] == [Verb.SEND_RECORDS, Verb.WRITE_OFF]


def test_a_denial_is_appealed_only_where_the_chart_argues_against_it() -> None:
    visit = first_of("appealed")
    first, *_ = orders_for("denied", 1, visit.encounter.content, visit, "appeal")
    assert (first.verb, first.reason) == (Verb.APPEAL, visit.argument)
    late = first_of("filed_late")
    assert [order.verb for order in orders_for("denied", 1, late.encounter.content, late, "appeal")] == [Verb.WRITE_OFF]


def test_the_first_correction_of_a_finding_may_carry_a_slip_and_the_next_one_mends_it() -> None:
    visit = first_of("rejected")
    first, *_ = orders_for("findings", 1, visit.encounter.content, visit)
    slipped = apply_changes(visit.encounter.content, first.changes)
    assert slipped.coverage.member_id == visit.slip["member_id"]
    second, *_ = orders_for("rejected", 2, slipped, visit)
    assert apply_changes(slipped, second.changes) == visit.chart


def test_the_front_desk_corrects_the_coverage_from_the_new_card() -> None:
    visit = first_of("coverage_inactive")
    order, *_ = orders_for("coverage", 1, visit.encounter.content, visit)
    assert order.by == FRONT_DESK
    assert order.changes == {"member_id": visit.chart.coverage.member_id}


@pytest.mark.parametrize("kind", ["overdue", "command_refused", "unmatched_remittance", "acknowledgement_missing"])
def test_nothing_is_ordered_for_a_kind_that_nobody_here_decides(kind: str) -> None:
    visit = first_of("authorization_missing")
    assert orders_for(kind, 1, visit.encounter.content, visit) == ()


def test_a_claim_without_a_chart_is_given_up_when_it_is_denied() -> None:
    content = first_of("authorization_missing").encounter.content
    assert [order.verb for order in orders_for("denied", 1, content, None)] == [Verb.WRITE_OFF]


def test_every_order_is_a_command_that_the_grammar_takes() -> None:
    kinds = ("coverage", "findings", "rejected", "denied", "partly_denied", "review", "payer_silent")
    for visit in VISITS:
        for kind in kinds:
            for order in orders_for(kind, 1, visit.encounter.content, visit):
                body = {
                    "command": order.verb.value,
                    "id": "demo/claim:10000001:attempt:1:rejected/0",
                    "by": order.by,
                    "expected_version": 1,
                    "reason": order.reason,
                    "changes": order.changes,
                }
                assert parse_command(body).verb is order.verb


def test_nothing_is_wrong_any_more_once_the_chart_was_entered() -> None:
    assert all(still_wrong(visit.chart, visit.answer_key) == {} for visit in VISITS)
