"""Every edge from an ended attempt to the next, through the steps that carry out a biller's order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from sqlalchemy.orm import Session

from activities.claim import prepare
from activities.scrubbing import last_day_to_file
from contracts.claim import CommandAnswer
from domain.claim.stages import Owes, Stage
from domain.claim.submission import OPEN_STATES
from domain.coverage.coverage import PayerKind
from storage import claims
from storage.organisations import LOCAL_PRACTICE
from tests.integration.activities.attempts import (
    NewDesk,
    appeal_lost,
    appealed,
    correct,
    denied,
    denied_twice,
    lost,
    numbered,
    order,
    rejected,
    replaced_then_rejected,
    resend,
    reversed_,
    unprocessable,
)
from tests.integration.activities.conftest import Desk

COMMERCIAL, MEDICARE, MEDICAID, ADVANTAGE = (
    PayerKind.COMMERCIAL, PayerKind.MEDICARE, PayerKind.MEDICAID, PayerKind.MEDICARE_ADVANTAGE,
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Edge:
    """What ended the attempt, who orders what, and which attempt or refusal follows."""

    payer: PayerKind
    after: Callable[[Desk], None]
    order: Callable[..., CommandAnswer] = correct
    days: int = 0
    reason: str = "the note documents it"
    frequency: str = ""
    reference: str = ""
    refused: str = ""
    paper: str = ""


LATE = "late because: the administration erred; it was sent in time"
FOUR_YEARS = 4 * 365 + 1
EDGES = {
    "rejected, an original": Edge(payer=COMMERCIAL, after=rejected, frequency="1"),
    "rejected, as it was": Edge(payer=COMMERCIAL, after=rejected, order=resend, frequency="1"),
    "rejected, Medicare": Edge(payer=MEDICARE, after=rejected, frequency="1"),
    "rejected, a replacement": Edge(
        payer=COMMERCIAL, after=replaced_then_rejected, order=resend, frequency="7", reference="ICN1"
    ),
    "unprocessable": Edge(payer=COMMERCIAL, after=unprocessable, frequency="1"),
    "unprocessable, Medicare": Edge(payer=MEDICARE, after=unprocessable, frequency="1"),
    "unprocessable and unchanged": Edge(payer=MEDICARE, after=unprocessable, order=resend, refused="unchanged"),
    "denied": Edge(payer=COMMERCIAL, after=denied, frequency="7", reference="ICN1"),
    "denied, Medicaid": Edge(payer=MEDICAID, after=denied, frequency="7", reference="ICN1"),
    "denied, Medicare Advantage": Edge(payer=ADVANTAGE, after=denied, frequency="7", reference="ICN1"),
    "denied twice": Edge(payer=COMMERCIAL, after=denied_twice, frequency="7", reference="ICN2"),
    "denied, Medicare": Edge(payer=MEDICARE, after=denied, paper="reopening_request"),
    "denied and unchanged": Edge(payer=COMMERCIAL, after=denied, order=resend, refused="unchanged"),
    "denied and unchanged, Medicare": Edge(payer=MEDICARE, after=denied, order=resend, refused="unchanged"),
    "taken back": Edge(payer=COMMERCIAL, after=reversed_, frequency="7", reference="ICN1"),
    "numbered by the payer, corrected": Edge(payer=COMMERCIAL, after=numbered, frequency="7", reference="ICN1"),
    "numbered by the payer, unchanged": Edge(
        payer=COMMERCIAL, after=numbered, order=resend, refused="do not send it twice"
    ),
    "numbered by Medicare": Edge(payer=MEDICARE, after=numbered, refused="wait for its decision"),
    "never heard of": Edge(payer=COMMERCIAL, after=lost, order=resend, frequency="1"),
    "an appeal waits": Edge(payer=COMMERCIAL, after=appealed, refused="an appeal of this decision is open"),
    "an appeal waits, Medicare": Edge(payer=MEDICARE, after=appealed, refused="an appeal of this decision is open"),
    "an appeal was lost": Edge(payer=COMMERCIAL, after=appeal_lost, frequency="7", reference="ICN1"),
    "rejected and late": Edge(payer=COMMERCIAL, after=rejected, days=91, refused="filing limit"),
    "rejected and late, with an exception": Edge(
        payer=COMMERCIAL, after=rejected, days=91, reason=LATE, frequency="1"
    ),
    "unprocessable and late": Edge(payer=MEDICARE, after=unprocessable, days=367, refused="filing limit"),
    "denied and late": Edge(payer=COMMERCIAL, after=denied, days=181, refused="time for corrections"),
    "denied, on the last day": Edge(payer=COMMERCIAL, after=denied, days=180, frequency="7", reference="ICN1"),
    "denied and late, with an exception": Edge(
        payer=COMMERCIAL, after=denied, days=181, reason=LATE, frequency="7", reference="ICN1"
    ),
    "a reopening after a year": Edge(payer=MEDICARE, after=denied, days=366, refused="time for corrections"),
    "a reopening with good cause": Edge(payer=MEDICARE, after=denied, days=366, reason=LATE, paper="reopening_request"),
    "good cause, the last day": Edge(
        payer=MEDICARE, after=denied, days=FOUR_YEARS, reason=LATE, paper="reopening_request"
    ),
    "good cause, one day late": Edge(payer=MEDICARE, after=denied, days=FOUR_YEARS + 1, reason=LATE, refused="4 years"),
    "a clerical error after that": Edge(
        payer=MEDICARE, after=denied, days=FOUR_YEARS + 1, reason="late because: clerical error: mistyped",
        paper="reopening_request",
    ),
}  # fmt: skip


@pytest.mark.parametrize("edge", EDGES.values(), ids=EDGES.keys())
def test_each_edge_leads_to_the_attempt_that_the_payer_takes(new_desk: NewDesk, edge: Edge) -> None:
    desk = new_desk(edge.payer)
    edge.after(desk)
    before = len(desk.attempts())
    desk.pass_days(edge.days)

    said = edge.order(desk, edge.reason)

    attempts = desk.attempts()
    assert sum(attempt.state in OPEN_STATES for attempt in attempts) <= 1
    if edge.refused:
        assert not said.accepted
        assert edge.refused in said.refusal
        assert len(attempts) == before
    elif edge.paper:
        assert said.accepted, said.refusal
        assert [paper["paper"] for paper in desk.papers()] == [edge.paper]
        assert len(attempts) == before, "nothing goes by 837P"
    else:
        assert said.accepted, said.refusal
        newest = attempts[-1]
        assert len(attempts) == before + 1
        assert (newest.frequency, newest.original_reference) == (edge.frequency, edge.reference)
        sent = desk.for_submission(newest.attempt)
        assert (sent.frequency, sent.original_reference) == (edge.frequency, edge.reference)


def never_sent(new_desk: NewDesk, payer: PayerKind, days: int) -> Desk:
    """A claim found in the house so many days after its visit was entered."""
    desk = new_desk(payer)

    def work(session: Session) -> None:
        for attempt in claims.attempts(session, desk.claim):
            session.delete(attempt)
        claims.set_stage(
            session, desk.claim, stage=Stage.CODING, owes=Owes.PAYER, next_at=desk.today, next_what="coding",
            owner="system",
        )  # fmt: skip

    desk._run(work)
    desk.pass_days(days)
    desk._run(lambda session: prepare.commit_ready(session, desk.ref))
    return desk


@pytest.mark.parametrize(
    ("payer", "named"), [(MEDICARE, "42 CFR 424.44(b)(4)"), (COMMERCIAL, "what the contract says")]
)
def test_a_first_attempt_past_its_limit_waits_for_a_named_exception_and_goes_under_it(
    new_desk: NewDesk, payer: PayerKind, named: str
) -> None:
    desk = never_sent(new_desk, payer, days=400)

    assert (desk.attempts(), desk.snapshot().stage, desk.work()) == ([], Stage.FINDINGS, ["filing_limit_passed"])
    (told,) = desk.reasons()
    for words in ("had to receive it by", "the earliest service was on", named, "late because: WHY;"):
        assert words in told
    refused = resend(desk)
    assert not refused.accepted
    assert named in refused.refusal

    assert resend(desk, LATE).accepted, desk.told
    assert [(one.frequency, one.state) for one in desk.attempts()] == [("1", "accepted")]
    assert desk.work() == []


def test_a_first_attempt_past_its_limit_is_written_off_by_a_named_person(new_desk: NewDesk) -> None:
    desk = never_sent(new_desk, MEDICARE, days=400)
    assert order(desk, "write_off").accepted, desk.told
    assert (desk.snapshot().stage, desk.attempts()) == (Stage.CLOSED, [])


def test_a_first_attempt_on_the_last_day_of_its_limit_goes(new_desk: NewDesk) -> None:
    desk = new_desk(COMMERCIAL)
    with desk.books.transaction(LOCAL_PRACTICE) as session:
        limit = last_day_to_file(
            session, claims.get(session, desk.claim), claims.content(session, desk.claim), desk.today.date()
        )
    left = (limit - desk.today.date()).days
    assert [one.state for one in never_sent(new_desk, COMMERCIAL, days=left).attempts()] == ["ready"]
    assert never_sent(new_desk, COMMERCIAL, days=left + 1).attempts() == []
