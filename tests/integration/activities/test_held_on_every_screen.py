"""A claim whose denial suggests fraud, on every screen of the command line and in every log line: held, and not why."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from activities.remittances.receive import remittance_received
from activities.scrubbing_lessons import learn
from contracts.case import CaseOrderBody, CaseRef, OrderedCase
from domain.coverage.coverage import PayerKind
from domain.remittance.remittance import Remittance
from storage import claims, compliance
from storage.models import WorkItem
from storage.organisations import LOCAL_PRACTICE
from tests.integration.activities.conftest import Desk
from tests.unit.cli.commands import Ran, claimflow

NewDesk = Callable[..., Desk]
TELLING = ("fraud", "n35", "co-226", "226", "suspic", "integrity", "referral", "compliance", "cora", "cas co")
"""Words and the payer's codes that only compliance reads."""


class House:
    """The books with one claim, and the command line of anybody."""

    def __init__(self, desk: Desk, database_url: str) -> None:
        self.desk = desk
        self._url = database_url
        desk._run(lambda s: compliance.grant(s, LOCAL_PRACTICE, "cora", "root", desk.today.date()))

    def run(self, *arguments: object) -> Ran:
        return claimflow(*arguments, DATABASE_URL=self._url)

    def post_denial(self, trace: str) -> None:
        """An 835 of which the program integrity unit refused a line is posted; the claim's step has not come yet."""
        denied = replace(self.desk.decision("CO-226"), remarks=("N35",))
        remittance = Remittance(
            handling="I", payment_cents=denied.paid_cents, payment_method="ACH", payment_date=self.desk.today.date(),
            trace_number=trace, payer_identifier="1999999999", payer_name="EVERGREEN", payee_npi="1234567893",
            claims=(denied,),
        )  # fmt: skip
        self.desk._run(lambda session: remittance_received(self.desk._inbound(session), remittance))

    def screens(self) -> dict[str, Ran]:
        """Everything that shows claims, money or work, in words and as JSON."""
        claim = self.desk.claim
        account = self.desk._run(lambda s: claims.get(s, claim).account_number)
        commands: list[tuple[object, ...]] = [
            ("claim", "list"), ("claim", "show", claim), ("claim", "timeline", claim), ("work", "list"),
            ("ledger", "explain", claim), ("ledger", "balance"), ("account", "show", account), ("remit", "queue"),
            ("appeal", "list"), ("records", "list"), ("deadlines",), ("medicare", "register"),
            ("medicare", "register", "--open"), ("report", "denials"), ("rules", "proposed"), ("variance", "list"),
            ("refund", "list"), ("audit", "list"), ("visits", "list"), ("deposit", "list"), ("deposit", "expected"),
            ("compliance", "list", "--by", "ann"), ("compliance", "show", "50001", "--by", "ann"),
        ]  # fmt: skip
        shown = {}
        for command in commands:
            for form in ((), ("--json",)):
                ran = self.run(*command, *form)
                assert ran.exit_code in (0, 1), (command, ran.stderr)
                shown[" ".join(map(str, (*command, *form)))] = ran
        return shown


@pytest.fixture(params=[PayerKind.COMMERCIAL, PayerKind.MEDICARE])
def house(request: pytest.FixtureRequest, new_desk: NewDesk, database_url: str) -> House:
    return House(new_desk(request.param), database_url)


def leaks(screens: dict[str, Ran], found: tuple[str, ...] = TELLING) -> dict[str, list[str]]:
    """By screen, the words that it should not show; its own name is no answer."""
    told = {}
    for name, ran in screens.items():
        said = f"{ran.stdout}\n{ran.stderr}".lower()
        if words := [word for word in found if word in said and not name.startswith(word)]:
            told[name] = words
    return told


def test_no_screen_and_no_log_line_tells_why_from_the_posting_on(
    house: House, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    house.post_denial("T-1")
    capsys.readouterr()
    assert leaks(house.screens()) == {}, "in the transaction that posts it"

    house.desk.act()
    house.desk._run(lambda s: learn(s, LOCAL_PRACTICE, house.desk.today.date()))
    after = house.screens()
    assert leaks(after) == {}, "after the claim's own step"
    assert "held for review" in after[f"claim show {house.desk.claim}"].stdout.lower()
    assert "held for review" in after["work list"].stdout.lower()

    house.post_denial("T-2")
    house.desk.act()
    assert leaks(house.screens()) == {}, "and what comes meanwhile waits unread"
    logged = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("activities"))
    printed = "".join(capsys.readouterr())
    assert [word for word in TELLING if word in (logged + printed).lower()] == []


def test_what_is_asked_about_a_held_claim_comes_to_light_with_its_release(house: House) -> None:
    desk = house.desk
    house.post_denial("T-1")
    desk.act()

    def ask(session: Session) -> None:
        session.add(
            WorkItem(
                organisation_id=LOCAL_PRACTICE, key="later", kind="review", claim_number=desk.claim, reason="N35 again",
                remedy="", details={}, owner="biller", due_on=desk.today.date(), opened_on=desk.today.date(),
            )
        )  # fmt: skip

    desk._run(ask)
    assert "N35" not in house.run("work", "list", "--json").stdout
    release(desk)
    desk.act()
    assert not desk._run(lambda s: claims.get(s, desk.claim).held_for_review)
    assert "N35 again" in house.run("work", "list", "--json").stdout


def test_after_the_release_the_denial_is_worked_by_its_codes_in_their_own_group(house: House) -> None:
    desk = house.desk
    house.post_denial("T-1")
    desk.act()
    release(desk)
    desk.act()
    desk.act()
    shown = house.screens()
    assert "CAS CO 45" in shown[f"ledger explain {desk.claim} --json"].stdout
    assert "N35" in shown[f"claim timeline {desk.claim} --json"].stdout
    assert leaks(shown, ("fraud", "suspic", "cora", "looked into")) == {}
    document = json.loads(shown[f"claim show {desk.claim} --json"].stdout)
    assert document["denial_group"] == "incomplete", "as CO-226 by itself"


def release(desk: Desk) -> None:
    """Compliance decides."""
    from activities.case_books import CaseBooksInPostgres

    def read(session: Session) -> int:
        compliance.require_role(session, "cora")
        return int(compliance.listed(session, only_open=True, limit=1, after=None)[0]["referral"])

    at = datetime.now(UTC)
    ref = CaseRef(organisation_id=LOCAL_PRACTICE, case_number=desk._run(read), today=at)
    order = CaseOrderBody(verb="release", id=f"release-{ref.case_number}", by="cora", reason="looked into it")
    assert CaseBooksInPostgres(desk.books).apply_order(OrderedCase(case=ref, order=order)).accepted
    desk.today = max(desk.today, at)
    assert desk._run(lambda s: s.scalar(select(WorkItem.id).where(WorkItem.kind == "held_for_review"))) is not None
