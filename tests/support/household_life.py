"""A household's months: what is due is done at its hour, every letter is carried out, and an onlooker keeps watch."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Self, TypeVar

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from activities.account.balance import OpenAccount
from activities.care import steps
from activities.care.gating import gates_of
from activities.cases import orders
from activities.cases.desk import Desk as CaseDesk
from activities.cases.finding import look_for_credits
from activities.deliveries import DeliveriesByOutbox
from activities.frontdesk.estimates import look_at_estimates
from activities.statement_post import StatementPostByMail
from contracts.account import AccountPlan, StatementToSend
from contracts.case import CaseAnswer, CaseOrderBody, CaseRef, OrderedCase
from contracts.claim import CommandAnswer
from contracts.wire import OutboxRef
from domain.care.collection_gates import Gate
from domain.cases.kinds import ASSISTANCE, COMPLAINT
from domain.claim.claim import Encounter
from domain.claim.stages import Owes, Stage
from domain.remittance.remittance import Adjustment
from storage import account_holds, claims, ledger
from storage.models import AgencyPlacement, CaseRow, Claim, Outbox, Posting, Statement, WorkflowMessage, WorkItem
from storage.organisations import LOCAL_PRACTICE
from storage.timeline import of_account
from tests.integration.activities.conftest import Desk
from tests.integration.activities.household import Household, MailServer
from tests.integration.gateways.test_papers import words
from tests.integration.storage.samples import check_in, encounter

T = TypeVar("T")
GUARANTOR, AGENCY = "guarantor", "agency"
_ASKS = frozenset({"statement", "reminder", "final_notice"})
_LOOK = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class Received:
    """A word that left the house: on which day of the story, what, by which way and to whom."""

    day: int
    what: str
    channel: str = "mail"
    to: str = GUARANTOR
    cents: int = 0
    """What it asks for."""
    text: str = ""


@dataclass(kw_only=True)
class Life(Household):
    """A guarantor's account from the first open share on; day 0 is the day on which the payer left it to them."""

    begin: datetime
    mailbag: list[Received] = field(default_factory=list)

    @classmethod
    def owing(cls, desk: Desk) -> Self:
        """One visit of which the payer left 150 dollars to the patient."""
        desk.remit(desk.decision("PR-1"))
        with desk.books.transaction(LOCAL_PRACTICE) as session:
            account = session.get_one(Claim, desk.claim).account_number
        return cls(desk=desk, account=account, now=desk.today, begin=desk.today)

    @property
    def day(self) -> int:
        """How many days the story is old."""
        return (self.now.date() - self.begin.date()).days

    def another_visit(self) -> Desk:
        """The same patient comes again, and the payer leaves another 150 dollars; the visit's own desk."""
        desk = self._comes(encounter(2, reference="a later visit"))
        desk.remit(desk.decision("PR-1"))
        return desk

    def pays_alone_for(self, cents: int) -> Desk:
        """The same patient comes today for a dear service; the payer knows no coverage (CO-27), and a biller makes
        it the patient's."""
        asked = encounter(3, reference="a visit without coverage")
        (line, *_) = asked.content.lines
        desk = self._comes(replace(asked, content=replace(asked.content, lines=(replace(line, charge_cents=cents),))))
        decision = desk.decision("CO-27")
        (refused, *_) = decision.lines
        none = Adjustment(group="CO", reason="27", amount_cents=cents)
        refused = replace(refused, charge_cents=cents, adjustments=(none,))
        desk.remit(replace(decision, charge_cents=cents, paid_cents=0, lines=(refused,)))
        said = desk.order("self_pay")
        assert said.accepted, said.refusal
        return desk

    def _comes(self, asked: Encounter) -> Desk:
        """A visit today, with its payer."""
        lines = tuple(replace(line, service_from=self.today) for line in asked.content.lines)
        asked = replace(asked, content=replace(asked.content, lines=lines))
        desk = Desk(books=self.books, claim=check_in(self.books, LOCAL_PRACTICE, asked).claim_number, today=self.now)

        def coding(session: Session) -> None:
            claims.set_stage(
                session, desk.claim, stage=Stage.CODING, owes=Owes.PAYER, next_at=self.now, next_what="coding",
                owner="system",
            )  # fmt: skip

        self.run(coding)
        desk.send()
        return desk

    def until_day(self, day: int) -> None:
        """Live until that day of the story, from one moment at which anything is due to the next."""
        end = self.begin + timedelta(days=day)
        while True:
            self.do_what_is_due()
            if self.now >= end:
                return
            ahead = [moment for moment in (self.plan().due_at, *self._case_dates()) if moment and moment > self.now]
            self.now = min([end, self.now + _LOOK, *ahead])

    def step(self) -> AccountPlan:
        due = super().step()
        self.carry_letters()
        return due

    def do_what_is_due(self) -> AccountPlan:
        """Everything that is due at this moment: the account's, its cases', the front desk's look, the letters."""
        for number in self._cases_due():
            ref = CaseRef(organisation_id=LOCAL_PRACTICE, case_number=number, today=self.now)
            self.run(lambda session, ref=ref: steps.remind(session, ref))
        self.at_desk(look_at_estimates)
        due = self.step()
        self._claims_listen()
        self.at_desk(look_for_credits)
        return due

    def order(self, desk: Desk, verb: str, id: str) -> CommandAnswer:  # noqa: A002 - the body's own word
        """A biller orders something of a claim."""
        desk.today = self.now
        return desk.order(verb, id=id)

    def order_case(self, case: int, body: CaseOrderBody) -> CaseAnswer:
        """A named person orders something of a case."""
        ref = CaseRef(organisation_id=LOCAL_PRACTICE, case_number=case, today=self.now)
        return self.run(lambda session: orders.apply_order(session, OrderedCase(case=ref, order=body)))

    def at_desk(self, work: Callable[[CaseDesk], T]) -> T:
        """Work of a person, who then sees to it that its letters leave."""
        done = self.run(lambda session: work(CaseDesk.at(session, LOCAL_PRACTICE, self.now)))
        self.carry_letters()
        return done

    def send(self, statement: int, outbox_id: int) -> bool:
        if self.before_hand_over is not None:
            self.before_hand_over()
            self.before_hand_over = None
        post = StatementPostByMail(self.books, Carrier(self), MailServer(self))  # type: ignore[arg-type]
        order = StatementToSend(account=self.ref, statement_number=statement, outbox_id=outbox_id)
        return asyncio.run(post.send(order)).sent

    def carry_letters(self) -> None:
        """Letters of care leave as the outbox sends them."""
        written = select(Outbox.id).where(Outbox.state == "intended", Outbox.key.like("care:%")).order_by(Outbox.id)
        for one in self.run(lambda session: list(session.scalars(written))):
            deliveries = DeliveriesByOutbox(self.books, None, Carrier(self))  # type: ignore[arg-type]
            asyncio.run(
                deliveries.deliver(OutboxRef(organisation_id=LOCAL_PRACTICE, outbox_id=one, business_at=self.now))
            )

    def received(self, to: str = GUARANTOR) -> list[tuple[int, str]]:
        """Day and kind of every word, in order."""
        return [(one.day, one.what) for one in self.mailbag if one.to == to]

    def latest(self, what: str) -> Received:
        return [one for one in self.mailbag if one.what == what][-1]

    def gates(self) -> dict[str, Gate]:
        found = self.run(lambda session: gates_of(OpenAccount.lock(session, self.ref)))
        return {gate.id: gate for gate in found}

    def shut(self) -> list[str]:
        """The conditions before an agency that are not met today."""
        return [gate.id for gate in self.gates().values() if not gate.met]

    def placements(self) -> list[AgencyPlacement]:
        return self.run(lambda session: list(session.scalars(select(AgencyPlacement).order_by(AgencyPlacement.number))))

    def timeline(self) -> list[str]:
        return [entry["what"] for entry in self.run(lambda session: of_account(session, self.account))]

    def told(self, *in_order: str) -> bool:
        """Whether the timeline tells these things in this order, with others between them."""
        lines = iter(self.timeline())
        return all(any(wanted in line for line in lines) for wanted in in_order)

    def sheet(self) -> dict[str, int]:
        """The whole ledger by account, what is zero left out; every posting balances."""
        found = self.run(lambda session: (ledger.trial_balance(session), ledger.is_balanced(session)))
        assert found[1], "the ledger balances"
        return {account: cents for account, cents in found[0].items() if cents}

    def postings(self, kind: str) -> list[str]:
        """What the postings of a kind cite, in order."""
        wanted = select(Posting.cites).where(Posting.kind == kind).order_by(Posting.id)
        return self.run(lambda session: list(session.scalars(wanted)))

    def work(self) -> list[str]:
        """Kinds of open work items."""
        return self.run(
            lambda s: list(s.scalars(select(WorkItem.kind).where(WorkItem.closed_on.is_(None)).order_by(WorkItem.id)))
        )

    def stage(self, claim: int | None = None) -> Stage:
        """Where the visit's claim stands."""
        return self.run(lambda session: Stage(claims.get(session, claim or self.desk.claim).stage))

    def carried(self, name: str, content: bytes, manifest: Mapping[str, Any]) -> None:
        """The mail room has it: the onlooker looks at the books as they stand in this moment."""
        what = str(manifest.get("kind", ""))
        if "statement" in manifest:
            what = self._look_at(int(manifest["statement"]))
        self.mailbag.append(
            Received(
                day=self.day,
                what=what,
                channel="text" if "text" in manifest else "mail",
                to=AGENCY if what == "placement" else str(manifest.get("to", GUARANTOR)),
                cents=int(manifest.get("balance_cents", 0)),
                text=words(content) if content.startswith(b"%PDF") else content.decode(),
            )
        )

    def _look_at(self, number: int) -> str:
        """Nothing is asked for that is not owed, nothing while a hold stands, nothing back-dated."""
        with self.books.transaction(LOCAL_PRACTICE) as session:
            row = session.get_one(Statement, number)
            if row.kind in _ASKS:
                owed = ledger.open_by_claim(session, self.account)
                asked = {entry["claim"]: entry["cents"] for entry in row.claims}
                assert all(owed.get(claim) == cents for claim, cents in asked.items()), "each visit's open amount"
                holds = account_holds.open_holds(session, LOCAL_PRACTICE, self.account, self.today)
                stop = [one for one in holds if "statement" in one.stops and one.claim_number in {None, *asked}]
                assert not stop, f"a {row.kind} left the house while {stop[0].reason}"
            assert row.business_date == self.today
            return row.kind

    def _claims_listen(self) -> None:
        """Claims that were rung look at their rows, as their workflows do."""

        def rung(session: Session) -> list[int]:
            bells = session.scalars(
                update(WorkflowMessage)
                .where(WorkflowMessage.recipient == "claim", WorkflowMessage.delivered_at.is_(None))
                .values(delivered_at=self.now)
                .returning(WorkflowMessage.number)
            )
            return sorted({int(number) for number in bells})

        for number in self.run(rung):
            Desk(books=self.books, claim=number, today=self.now).act()

    def _cases_due(self) -> list[int]:
        return [number for number, at in self._open_cases() if at is not None and at <= self.now]

    def _case_dates(self) -> list[datetime | None]:
        return [at for _, at in self._open_cases()]

    def _open_cases(self) -> list[tuple[int, datetime | None]]:
        mine = select(CaseRow.number, CaseRow.next_at).where(
            CaseRow.account_number == self.account,
            CaseRow.kind.in_((ASSISTANCE, COMPLAINT)),
            CaseRow.state != "closed",
        )
        return self.run(lambda session: [(row.number, row.next_at) for row in session.execute(mine)])


class Carrier:
    """Takes letters and texts for one household."""

    def __init__(self, life: Life) -> None:
        self._life = life

    async def send(self, name: str, pdf: bytes, manifest: Mapping[str, Any]) -> None:
        self._life.carried(name, pdf, manifest)

    async def send_text(self, name: str, manifest: Mapping[str, Any]) -> None:
        self._life.carried(name, str(manifest["text"]).encode(), manifest)
