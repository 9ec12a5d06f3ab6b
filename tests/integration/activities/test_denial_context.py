"""What stands around a denial and changes its remedy: the status beside it, the network, the modifiers sent."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.claim.stages import Stage
from domain.coverage.benefits import BenefitKind, Network, PlanBenefit
from domain.coverage.coverage import PayerKind
from domain.coverage.eligibility import CoverageStatus, EligibilityAnswer
from storage.models import ContractTermRow, PayerPolicyRow, WorkItem
from storage.organisations import LOCAL_PRACTICE
from tests.integration.activities.attempts import (
    NewDesk,
    acknowledge,
    order,
    rejected,
)
from tests.integration.activities.conftest import Desk


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
    desk = new_desk(PayerKind.MEDICARE)
    rejected(desk)
    assert order(desk, "correct", lines__1__modifiers="GZ", lines__2__modifiers="GZ").accepted, desk.told
    desk.send()
    desk.deny("CO-50")
    told = details(desk, "denied")
    assert told["remedy"] == "write_off", "no notice was given: neither Medicare nor the patient pays"
