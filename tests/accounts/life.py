"""One guarantor's life, drawn by chance: visits, payers' answers, payments, wishes, complaints, agencies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from activities.account import agreeing
from activities.account.agreeing import PlanRefused
from activities.account.asking import issue
from activities.account.balance import OpenAccount
from activities.account.planning import plan
from activities.care import applications, complaints
from activities.care.case import CareCase, NotPossible
from activities.care.complaints import NewComplaint
from activities.care.flagging import NewFlag, end_flag, set_flag
from activities.care.placements import recall_all
from activities.cases.desk import Desk as CaseDesk
from activities.cash.by_hand import Entering, enter_payments
from activities.inbound_books import InboundBooksInPostgres
from contracts.account import AccountPlan, AccountRef
from contracts.wire import FileReceived, TransactionRef
from domain.billing.contact_policy import Channel
from domain.care.assistance import Application
from domain.care.complaints import Complainant
from domain.care.flags import Flag
from domain.cash.payment import HandPayment, PaymentMethod
from domain.claim.stages import Owes, Stage
from domain.coverage.coverage import Coverage, OtherCoverage, Payer, PayerKind
from storage import account_decisions, claims, files, ledger
from storage.models import CaseRow, Claim, PatientFlagRow, WorkflowMessage
from storage.organisations import LOCAL_PRACTICE
from storage.unit_of_work import Books
from tests.accounts import payer
from tests.accounts.hand_over import HandedOver, MailRoom, Race
from tests.accounts.payer import Decision
from tests.accounts.watch import EAST, Visit, Watch
from tests.integration.activities.conftest import Desk
from tests.integration.storage.samples import check_in, encounter, person

T = TypeVar("T")
BEGIN = datetime(2026, 3, 3, 15, tzinfo=UTC)
_PRIMARY = (
    Payer(code="PPO01", name="EVERGREEN PPO", kind=PayerKind.COMMERCIAL, filing_indicator="12"),
    Payer(code="MCARE", name="MEDICARE PART B", kind=PayerKind.MEDICARE, filing_indicator="MB"),
    Payer(code="MCAID", name="STATE MEDICAID", kind=PayerKind.MEDICAID, filing_indicator="MC"),
)
_SECOND = (
    Payer(code="SUPP1", name="SUPPLEMENT PLAN", kind=PayerKind.COMMERCIAL, filing_indicator="CI"),
    Payer(code="MCAID", name="STATE MEDICAID", kind=PayerKind.MEDICAID, filing_indicator="MC"),
)
_CATEGORIES = ("paid_already", "billing_error", "not_my_bill", "collections", "privacy", "access")
_ZONES = (EAST, ZoneInfo("America/Los_Angeles"), ZoneInfo("Pacific/Honolulu"))
_ACTIONS = {
    "wait": 26, "visit": 6, "take_back": 4, "pay": 9, "prefer": 6, "revoke": 2, "stop": 3, "returned_mail": 2,
    "new_address": 2, "talk": 3, "complain": 4, "answer": 6, "apply": 3, "decide": 5, "flag": 3, "unflag": 3,
    "offer": 2, "agree": 2, "approve": 8, "recall": 1,
}  # fmt: skip
_QUIET = {"wait": 3.0, "approve": 2.0, "pay": 0.3, "complain": 0.3, "apply": 0.3, "flag": 0.3, "offer": 0.3}
"""Of a household that does not answer: every other one, or few would come near an agency."""
_RACES = (
    Race.payment_commits_while_the_sender_waits,
    Race.payment_comes_when_the_hand_over_has_begun,
    Race.both_at_once,
)


@dataclass(kw_only=True)
class Life:
    """One account in real books; every word that leaves and every placement is watched."""

    books: Books
    seed: int
    draw: Random = field(init=False)
    now: datetime = BEGIN
    counts: Counter[str] = field(default_factory=Counter)
    watch: Watch = field(init=False)
    room: MailRoom = field(init=False)
    last: dict[int, Decision] = field(default_factory=dict)
    desks: dict[int, Desk] = field(default_factory=dict)
    serial: int = 0

    def __post_init__(self) -> None:
        self.draw = Random(self.seed)
        self.watch = Watch(books=self.books)
        self.room = MailRoom(books=self.books, now=lambda: self.now, look=self._look)
        self.inbound = InboundBooksInPostgres(self.books)

    @property
    def account(self) -> int:
        return self.watch.account

    @property
    def today(self) -> date:
        return self.now.astimezone(EAST).date()

    @property
    def ref(self) -> AccountRef:
        return AccountRef(organisation_id=LOCAL_PRACTICE, account_number=self.account, today=self.now)

    def live(self, actions: int) -> Counter[str]:
        """A first visit, then so many things that happen, then a year's end of waiting with an approval."""
        quiet = _QUIET if self.seed % 2 else {}
        weights = [weight * quiet.get(action, 1.0) for action, weight in _ACTIONS.items()]
        self.do("visit")
        for _ in range(actions):
            self.do(self.draw.choices(tuple(_ACTIONS), weights)[0])
        self.do("approve")
        self.advance(self.draw.choice((10, 60, 130)))
        self.do("approve")
        self.advance(3)
        self.watch.calls()
        self.counts["accounts"] += 1
        self.counts["placements"] += self.watch.placements
        self.counts["letters"] += len(self.watch.letters)
        return self.counts

    def do(self, action: str) -> None:
        self.counts["actions"] += 1
        with suppress(NotPossible, PlanRefused):  # the product may refuse a person; what it lets pass is watched
            getattr(self, f"_{action}")()
        self._claims_listen()
        self.step()

    # What happens outside.

    def _wait(self) -> None:
        self.advance(self.draw.choice((1, 4, 9, 16, 31, 31, 46, 70)))
        self.now += timedelta(hours=self.draw.randrange(0, 24))

    def _visit(self) -> None:
        primary = self.draw.choices(_PRIMARY, (6, 4, 1))[0]
        has_second = primary.kind is not PayerKind.MEDICAID and self.draw.random() < 0.3
        second = self.draw.choice(_SECOND) if has_second else None
        self.serial += 1
        reference = f"{self.seed}-{self.serial}"
        asked = encounter(self.seed * 100 + self.serial, reference=reference, patient=person(_surname(self.seed)))
        charges = (self.draw.randrange(2_000, 40_000), self.draw.randrange(1_000, 9_000))
        lines = tuple(
            replace(line, service_from=self.today, charge_cents=cents, units=type(line.units)(1), modifiers=())
            for line, cents in zip(asked.content.lines, charges, strict=True)
        )
        member = f"W{self.seed:09}"
        coverage = replace(asked.content.coverage, payer=primary, member_id=member)
        others = tuple(
            OtherCoverage(
                coverage=Coverage(payer=one, member_id=member, relationship="18", subscriber=asked.patient)
            )
            for one in (second,)
            if one is not None
        )
        content = replace(asked.content, lines=lines, coverage=coverage, other_coverages=others)
        checked_in = check_in(self.books, LOCAL_PRACTICE, replace(asked, content=content))
        number = checked_in.claim_number
        assert self.account in (0, checked_in.account_number), "one guarantor, one account"
        self.watch.account = checked_in.account_number
        payers = (primary, second) if second else (primary,)
        self.watch.visits[number] = Visit(
            claim=number, served=self.today, payers=tuple(p.name for p in payers),
            kinds=tuple(p.kind.value for p in payers),
        )  # fmt: skip
        desk = self.desks[number] = Desk(books=self.books, claim=number, today=self.now)

        def coding(session: Session) -> None:
            claims.set_stage(
                session, number, stage=Stage.CODING, owes=Owes.PAYER, next_at=self.now, next_what="coding",
                owner="system",
            )  # fmt: skip

        self.run(coding)
        desk.send()
        for place, one in enumerate(payers):
            if self.draw.random() < 0.12:
                return  # this payer has not answered yet
            if place and self._stage(number) is not Stage.CODING:
                return  # the first payer's answer was none to go on from
            if place:
                desk.today = self.now
                desk.send()
            attempt = desk.attempts()[-1].attempt
            decision = payer.decide(
                self.draw, f"{number}-{attempt}", one.name, f"I{number}{attempt}",
                [(line.procedure, line.charge_cents) for line in lines], str(place + 1),
            )  # fmt: skip
            self._receive(number, decision)
            self.last[number] = decision

    def _take_back(self) -> None:
        """A payer reverses its answer, with another one beside it or none."""
        if not self.last:
            return
        number = self.draw.choice(sorted(self.last))
        old = self.last.pop(number)
        decisions = [old.taken_back()]
        if self.draw.random() < 0.7:
            lines = [(line.procedure, line.charge) for line in old.lines]
            status = old.status
            new = payer.decide(self.draw, old.control_number, old.payer, f"{old.icn}R{self.serial}", lines, status)
            decisions.append(new)
            self.last[number] = new
        self._receive(number, *decisions)
        self.counts["taken_back"] += 1

    def _receive(self, number: int, *decisions: Decision) -> None:
        self.serial += 1
        content = payer.as_835(self.draw, decisions, f"T{self.seed}X{self.serial}", self.today)
        name = f"{number}-{self.serial}.835"
        kept = self.run(lambda session: files.receive(session, LOCAL_PRACTICE, name, content, self.now))
        file = FileReceived(organisation_id=LOCAL_PRACTICE, file_id=kept.id, business_at=self.now)
        for ordinal in self.inbound.classify(file).ordinals:
            self.inbound.process(
                TransactionRef(
                    organisation_id=LOCAL_PRACTICE, file_id=kept.id, ordinal=ordinal, business_at=self.now
                )
            )
        desk = self.desks[number]
        desk.today = self.now
        desk.act()
        self.counts["remittances"] += 1

    def _pay(self) -> None:
        owed = self.run(lambda session: ledger.account_open_cents(session, self.account))
        if owed > 0 or self.draw.random() < 0.2:
            self.run(self._payment(max(100, self._part_of(owed))))

    def _part_of(self, owed: int) -> int:
        return owed if owed < 200 or self.draw.random() < 0.4 else self.draw.randrange(100, owed)

    def _payment(self, cents: int) -> Callable[[Session], object]:
        self.serial += 1
        payment = HandPayment(
            account_number=self.account, amount_cents=cents, method=PaymentMethod.CHECK,
            reference=f"{self.seed}.{self.serial}", received_on=self.today,
        )  # fmt: skip
        self.counts["payments"] += 1
        return lambda session: enter_payments(self._entering(session), [payment])

    # What the guarantor says.

    def _prefer(self) -> None:
        ways = tuple(self.draw.sample([Channel.TEXT, Channel.EMAIL, Channel.CALL], self.draw.randrange(1, 3)))
        consents = tuple(one for one in ways if self.draw.random() < 0.8)
        zone = self.draw.choice(_ZONES)
        self.run(
            lambda session: agreeing.prefer(
                self._entering(session), self.account, channels=ways, consents=consents, how="asked",
                phone="5185550111", email="ann@home.example", time_zone=zone.key,
            )
        )  # fmt: skip
        self.watch.said.consents |= {one.value for one in consents}
        self.watch.said.zones.append((self.now, zone))

    def _revoke(self) -> None:
        self.run(
            lambda session: agreeing.prefer(
                self._entering(session), self.account, revokes=(Channel.TEXT, Channel.EMAIL), how="called"
            )
        )
        self.watch.said.consents -= {"text", "email"}

    def _stop(self) -> None:
        self._hear("answer", Channel.TEXT, self.draw.choice(("STOP", "stop.", " Stop all ", "PARE", "opt-out")))
        self.watch.said.consents -= {"text"}

    def _returned_mail(self) -> None:
        self._hear("returned_mail", Channel.MAIL)
        self.watch.said.address_good = False

    def _new_address(self) -> None:
        self.run(
            lambda session: agreeing.prefer(self._entering(session), self.account, new_address=True, how="called")
        )
        self.watch.said.address_good = True

    def _talk(self) -> None:
        self._hear(self.draw.choice(("call", "conversation")), Channel.CALL)

    def _hear(self, what: str, channel: Channel, words: str = "") -> None:
        self.serial += 1
        key = f"{self.seed}:{self.serial}"
        self.run(
            lambda session: agreeing.heard(
                self._entering(session), self.account, what=what, channel=channel, text=words, key=key
            )
        )
        if what == "conversation":
            self.watch.said.talks.append(self.now)

    def _complain(self) -> None:
        self.serial += 1
        new = NewComplaint(
            category=self.draw.choice(_CATEGORIES), origin=Complainant.PATIENT, words="x", account_number=self.account,
        )  # fmt: skip
        self._at_desk(lambda desk: complaints.record(desk, new, key=f"c{self.seed}:{self.serial}", by="ana"))

    def _apply(self) -> None:
        self.serial += 1
        asked = Application(
            household=1, income_cents=self.draw.randrange(5_000, 90_000) * 100, state="NY", applied_on=self.today,
            documents=("tax_return", "household_statement"),
        )  # fmt: skip
        key = f"a{self.seed}:{self.serial}"
        self._at_desk(lambda desk: applications.apply(desk, self.account, asked, key=key, by="ana"))

    def _flag(self) -> None:
        self.serial += 1
        began = self.today - timedelta(days=self.draw.choice((0, 0, 5, 40)))
        new = NewFlag(
            flag=self.draw.choice(list(Flag)), account_number=self.account, began_on=began, evidence="seen"
        )
        self._at_desk(lambda desk: set_flag(desk, new, key=f"f{self.seed}:{self.serial}", by="ana"))

    def _offer(self) -> None:
        self.run(lambda session: agreeing.offer_plan(self._entering(session), self.account))

    def _agree(self) -> None:
        self.run(lambda session: agreeing.agree_plan(self._entering(session), self.account, "called"))

    # What the house does.

    def _answer(self) -> None:
        self._close("complaint")

    def _decide(self) -> None:
        self._close("assistance")

    def _close(self, kind: str) -> None:
        def work(desk: CaseDesk) -> None:
            found = desk.session.scalars(
                select(CaseRow.number).where(
                    CaseRow.account_number == self.account, CaseRow.kind == kind, CaseRow.state == "open"
                )
            ).first()
            if found is None:
                return
            case = CareCase.lock(desk, found)
            if kind == "complaint":
                complaints.answer(case, "So it was.", cause="other", upheld=True, by="ben")
            elif applications.award_of(case).discount_percent:
                applications.approve(case, "bea", "seen")
            else:
                applications.reject(case, "bea", "above the scale")

        self._at_desk(work)

    def _unflag(self) -> None:
        def work(desk: CaseDesk) -> None:
            row = desk.session.scalars(
                select(PatientFlagRow).where(
                    PatientFlagRow.account_number == self.account, PatientFlagRow.ends_on.is_(None),
                    PatientFlagRow.began_on < desk.today,
                )
            ).first()  # fmt: skip
            if row is not None:
                end_flag(desk, row.id, desk.today, by="ana", reason="over")

        self._at_desk(work)

    def _approve(self) -> None:
        """At any time, also when nobody asked for it: the conditions must hold by themselves."""
        self.serial += 1
        self.run(
            lambda session: account_decisions.approve_placement(
                session, LOCAL_PRACTICE, self.account, business_id=f"ok{self.seed}:{self.serial}", by="bea",
                reason="x", business_at=self.now,
            )
        )  # fmt: skip

    def _recall(self) -> None:
        self._at_desk(lambda desk: recall_all(desk, self.account, "bea", "on second thought"))

    # Time, and the account's own steps.

    def advance(self, days: int) -> None:
        end = self.now + timedelta(days=days)
        while self.now < end:
            due = self.step().due_at
            self.now = end if due is None else min(end, max(due, self.now + timedelta(hours=1)))
        self.step()

    def step(self) -> AccountPlan:
        """What the account's workflow does once, its word sent by the product's own sender, raced at times."""
        due = self.run(lambda session: plan(OpenAccount.lock(session, self.ref)))
        if not due.settled and due.due_at is not None and due.due_at <= self.now:
            issued = self.run(lambda session: issue(OpenAccount.lock(session, self.ref)))
            if issued.outbox_id is not None and issued.statement_number is not None:
                self._send(issued.statement_number, issued.outbox_id)
            self._claims_listen()
            self.watch.agency()
            due = self.run(lambda session: plan(OpenAccount.lock(session, self.ref)))
        return due

    def _send(self, statement: int, outbox_id: int) -> None:
        def send() -> bool:
            return self.room.post(statement, outbox_id, self.ref)

        owed = self.run(lambda session: ledger.account_open_cents(session, self.account))
        if owed <= 0 or self.draw.random() < 0.7:
            self.counts["sent" if send() else "kept_back"] += 1
            return
        race = Race(self.books, self.room, send, self._payment(self._part_of(owed)))
        self.counts["sent" if self.draw.choice(_RACES)(race) else "kept_back"] += 1
        self.counts["raced"] += 1

    def _claims_listen(self) -> None:
        """Claims look at their rows, as their workflows do when they are rung."""

        def rung(session: Session) -> set[int]:
            bells = session.scalars(
                update(WorkflowMessage)
                .where(WorkflowMessage.recipient == "claim", WorkflowMessage.delivered_at.is_(None))
                .values(delivered_at=self.now)
                .returning(WorkflowMessage.number)
            )
            return {int(number) for number in bells}

        for number in sorted(self.run(rung) & self.desks.keys()):
            self.desks[number].today = self.now
            self.desks[number].act()

    def _look(self, handed: HandedOver) -> None:
        self.watch.at_the_hand_over(handed)

    def _stage(self, number: int) -> Stage:
        return self.run(lambda session: Stage(session.get_one(Claim, number).stage))

    def _entering(self, session: Session) -> Entering:
        return Entering(
            session=session, organisation_id=LOCAL_PRACTICE, by="dana", at=self.now, today=self.today
        )

    def _at_desk(self, work: Callable[[CaseDesk], Any]) -> None:
        self.run(lambda session: work(CaseDesk.at(session, LOCAL_PRACTICE, self.now)))

    def run(self, work: Callable[[Session], T]) -> T:
        return self.books.run(LOCAL_PRACTICE, work)


def _surname(seed: int) -> str:
    """Letters only, one for each seed."""
    letters = "".join(chr(ord("a") + int(digit)) for digit in str(seed))
    return f"Guarantor{letters}"
