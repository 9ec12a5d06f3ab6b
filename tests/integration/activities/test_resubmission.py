"""Every edge from an ended attempt to the next, through the steps that carry out a biller's order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from activities.claim import commands, follow_up, prepare
from activities.inbound import acknowledgements
from activities.remittances.receive import remittance_received
from activities.scrubbing import last_day_to_file
from contracts.claim import CommandAnswer, CommandBody, OrderedCommand
from domain.claim.acknowledgement import ClaimAcknowledged
from domain.claim.stages import Owes, Stage
from domain.claim.status import StatusAnswer, StatusKind
from domain.claim.submission import OPEN_STATES
from domain.coverage.benefits import BenefitKind, Network, PlanBenefit
from domain.coverage.coverage import PayerKind
from domain.coverage.eligibility import CoverageStatus, EligibilityAnswer
from domain.remittance.remittance import ProviderAdjustment, Remittance
from storage import claims
from storage.models import ContractTermRow, PayerPolicyRow, Submission, WorkItem
from storage.organisations import LOCAL_PRACTICE
from tests.integration.activities.conftest import Desk

NewDesk = Callable[..., Desk]
COMMERCIAL, MEDICARE, MEDICAID, ADVANTAGE = (
    PayerKind.COMMERCIAL, PayerKind.MEDICARE, PayerKind.MEDICAID, PayerKind.MEDICARE_ADVANTAGE,
)  # fmt: skip


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


def test_a_denied_claim_is_voided_at_its_payer_and_closed_by_its_reversal(new_desk: NewDesk) -> None:
    desk = new_desk()
    denied(desk)
    said = order(desk, "void", "the visit never took place")
    assert said.accepted, said.refusal
    newest = desk.attempts()[-1]
    assert (newest.frequency, newest.original_reference, newest.state) == ("8", "ICN1", "ready")
    assert desk.snapshot().stage is Stage.WITH_PAYER

    after = desk.remit(desk.decision("CO-16", "CO-16", status="22", sign=-1))

    assert (after.stage, after.outcome) == (Stage.CLOSED, "voided")
    assert desk.balances() == {}


def test_a_paid_claim_is_voided_and_what_was_paid_is_taken_back(new_desk: NewDesk) -> None:
    desk = new_desk()
    desk.remit(desk.decision())
    assert order(desk, "void", "the visit never took place").accepted, desk.told
    take_back(desk)
    after = desk.snapshot()
    assert (after.stage, after.outcome) == (Stage.CLOSED, "voided")
    assert "revenue" not in desk.balances()


def test_a_rejected_void_goes_again_as_a_void_of_the_same_claim(new_desk: NewDesk) -> None:
    desk = new_desk()
    denied(desk)
    assert order(desk, "void").accepted, desk.told
    leave(desk)
    rejected(desk)
    assert resend(desk).accepted, desk.told
    newest = desk.attempts()[-1]
    assert (newest.attempt, newest.frequency, newest.original_reference) == (3, "8", "ICN1")


def test_a_void_that_the_payer_accepted_closes_the_claim_when_it_is_ordered_again(new_desk: NewDesk) -> None:
    desk = new_desk()
    denied(desk)
    assert order(desk, "void").accepted, desk.told
    leave(desk)
    acknowledge(desk, "A2", "20", action="WQ")
    assert order(desk, "void").accepted, desk.told
    assert (desk.snapshot().stage, desk.balances()) == (Stage.CLOSED, {})


@pytest.mark.parametrize(
    ("payer", "after", "why"),
    [(MEDICARE, denied, "takes no void"), (COMMERCIAL, appealed, "an appeal of this decision is open")],
)
def test_a_void_is_refused_where_the_payer_takes_none_or_an_appeal_waits(
    new_desk: NewDesk, payer: PayerKind, after: Callable[[Desk], None], why: str
) -> None:
    desk = new_desk(payer)
    after(desk)
    assert why in order(desk, "void").refusal
    assert len(desk.attempts()) == 1


@pytest.mark.parametrize("after", [rejected, unprocessable])
def test_what_no_payer_took_up_is_voided_here(new_desk: NewDesk, after: Callable[[Desk], None]) -> None:
    desk = new_desk()
    after(desk)
    assert order(desk, "void").accepted, desk.told
    assert (desk.snapshot().stage, desk.balances()) == (Stage.CLOSED, {})


def details(desk: Desk, kind: str) -> dict[str, object]:
    def read(session: Session) -> dict[str, object]:
        wanted = select(WorkItem.details).where(WorkItem.kind == kind, WorkItem.closed_on.is_(None))
        return dict(session.scalars(wanted).one())

    return desk._run(read)


def test_a_status_that_rejects_and_accepts_at_once_is_kept_and_asks_a_person(new_desk: NewDesk) -> None:
    desk = new_desk()
    acknowledge(desk, "A7", "562", "85", action="WQ")
    attempt = desk.attempts()[-1]
    assert (attempt.category, attempt.status_code, attempt.status_entity, attempt.status_action) == (
        "A7", "562", "85", "WQ",
    )  # fmt: skip
    assert desk.snapshot().stage is Stage.REJECTED
    found = details(desk, "rejected")
    assert (found["remedy"], found["root_cause"], found["entity"]) == ("review", "contradiction", "85")


def contract(desk: Desk, since: date = date(2020, 1, 1), until: date | None = None) -> None:
    def work(session: Session) -> None:
        session.add(
            ContractTermRow(
                organisation_id=LOCAL_PRACTICE, payer_code="PPO01", name="lesser_of_charge", value="yes",
                effective_from=since, effective_to=until, source="contract of 2020",
            )
        )

    desk._run(work)


def told_by_271(networks: tuple[Network, ...]) -> EligibilityAnswer:
    benefits = tuple(
        PlanBenefit(kind=BenefitKind.COINSURANCE, code="A", service_types=("30",), network=one) for one in networks
    )
    return EligibilityAnswer(status=CoverageStatus.ACTIVE, benefits=benefits)


def network_policy(desk: Desk, value: str) -> None:
    def work(session: Session) -> None:
        session.add(
            PayerPolicyRow(
                payer_kind="commercial", payer_code="PPO01", name="network", value=value,
                effective_from=date(2020, 1, 1), source="letter of the payer",
            )
        )

    with desk.books.system() as session:
        work(session)


@pytest.mark.parametrize(
    ("told", "remedy"),
    [
        ("nothing", "review"),
        ("contract", "appeal"),
        ("ended", "review"),
        ("policy out", "review"),
        ("271 in", "appeal"),
        ("271 both", "review"),
        ("policy out, 271 in", "review"),
    ],
)
def test_a_contract_on_the_day_or_a_271_without_contradiction_makes_a_network_denial_an_appeal(
    new_desk: NewDesk, told: str, remedy: str
) -> None:
    networks = (Network.IN, Network.OUT) if told == "271 both" else (Network.IN,) if "271" in told else ()
    desk = new_desk(eligibility=told_by_271(networks))
    if told in ("contract", "policy out", "policy out, 271 in"):
        contract(desk)
    if told == "ended":
        contract(desk, until=date(2025, 12, 31))
    if told.startswith("policy out"):
        network_policy(desk, "out")
    desk.deny("CO-242")
    assert details(desk, "denied")["remedy"] == remedy


def test_modifiers_that_the_payer_leaves_out_are_those_that_were_sent(new_desk: NewDesk) -> None:
    desk = new_desk(MEDICARE)
    rejected(desk)
    assert order(desk, "correct", lines__1__modifiers="GZ", lines__2__modifiers="GZ").accepted, desk.told
    desk.send()
    desk.deny("CO-50")
    told = details(desk, "denied")
    assert told["remedy"] == "write_off", "no notice was given: neither Medicare nor the patient pays"
