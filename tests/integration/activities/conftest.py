"""Claims of a practice with books of its own, carried by their steps and without a workflow."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import TypeVar

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from activities.claim import answer, commands, follow_up, prepare
from activities.compliance import gate
from activities.inbound import letters
from activities.inbound.context import Inbound
from activities.payer_conversations import note_eligibility
from activities.remittances.receive import remittance_received
from activities.scrubbing import findings_of
from contracts.claim import ClaimRef, ClaimSnapshot, CommandAnswer, CommandBody, OrderedCommand
from domain.claim.claim import ClaimForSubmission
from domain.claim.letter import PayerLetter
from domain.claim.stages import Owes, Stage
from domain.coverage.coverage import OtherCoverage, Payer, PayerKind
from domain.coverage.eligibility import EligibilityAnswer
from domain.remittance.remittance import Adjustment, ProviderAdjustment, Remittance, RemittedClaim, RemittedLine
from storage import claims, files, ledger
from storage.engine import make_engine
from storage.models import Outbox, Submission, WorkItem
from storage.organisations import LOCAL_PRACTICE, ensure_local_practice
from storage.timeline import of_claim
from storage.unit_of_work import Books
from tests.integration.storage.samples import check_in, encounter

T = TypeVar("T")
BEGIN = datetime(2026, 3, 3, 15, tzinfo=UTC)
CHARGES = (15_000, 2_500)
"""Of the two lines of the encounter."""
_traces = count(1)


@dataclass(kw_only=True)
class Desk:
    """One claim with its payer, and the day it is."""

    books: Books
    claim: int
    today: datetime = BEGIN
    told: list[str] = field(default_factory=list)

    def _run(self, work: Callable[[Session], T]) -> T:
        return self.books.run(LOCAL_PRACTICE, work)

    @property
    def ref(self) -> ClaimRef:
        return ClaimRef(organisation_id=LOCAL_PRACTICE, claim_number=self.claim, today=self.today)

    def pass_days(self, days: int) -> None:
        self.today += timedelta(days=days)

    def act(self) -> ClaimSnapshot:
        """The claim looks at what came, unless it is held for review."""
        return self._run(lambda session: gate.through(session, self.ref, answer.act_on_answer))

    def remind(self) -> ClaimSnapshot:
        """The claim's date passed."""
        return self._run(lambda session: follow_up.remind(session, self.ref))

    def snapshot(self) -> ClaimSnapshot:
        return self._run(lambda session: commands.Step.begin(session, self.ref).snapshot())

    def send(self) -> None:
        """The next attempt reaches the payer."""

        def work(session: Session) -> None:
            prepare.commit_ready(session, self.ref)
            attempt = claims.attempts(session, self.claim)[-1]
            if attempt.state == "ready":
                attempt.state, attempt.payer_control_number = "accepted", f"ICN{attempt.attempt}"

        self._run(work)

    def order(self, verb: str, id: str = "", **changes: str) -> CommandAnswer:  # noqa: A002 - the body's own word
        """A person orders something about the version that stands."""

        def work(session: Session) -> CommandAnswer:
            body = CommandBody(
                command=verb,
                id=id or f"{verb}-{len(self.told)}-{self.today:%m%d}",
                by="ann",
                expected_version=claims.get(session, self.claim).version,
                reason="the note documents an effusion",
                changes={name.replace("__", "."): value for name, value in changes.items()},
            )
            return commands.apply_command(session, OrderedCommand(claim=self.ref, command=body))

        said = self._run(work)
        self.told.append(said.refusal)
        return said

    def remit(self, *decisions: RemittedClaim, remitted_on: date | None = None) -> ClaimSnapshot:
        """An 835 comes, and the claim acts on it."""
        net = sum(decision.paid_cents for decision in decisions)
        paid = max(net, 0)
        remittance = Remittance(
            handling="I",
            payment_cents=paid,
            payment_method="ACH" if paid else "NON",
            payment_date=remitted_on or self.today.date(),
            trace_number=f"T{next(_traces)}",
            payer_identifier="1999999999",
            payer_name="EVERGREEN",
            payee_npi="1234567893",
            claims=decisions,
            provider_adjustments=_put_off(net),
        )

        def work(session: Session) -> None:
            inbound = self._inbound(session)
            remittance_received(inbound, remittance)
            assert inbound.matched == len(decisions), "every decision found its claim and balanced"

        self._run(work)
        return self.act()

    def decision(self, *codes: str, status: str = "1", icn: str = "", sign: int = 1) -> RemittedClaim:
        """A decision on the newest attempt: a code takes its whole line; without one, a fifth goes by contract."""
        lines = tuple(
            _line(place, sign * charge, codes[place] if place < len(codes) else "")
            for place, charge in enumerate(CHARGES)
        )
        attempt = self._run(lambda session: _newest(session, self.claim))
        return RemittedClaim(
            control_number=f"{self.claim}-{attempt}",
            status=status,
            charge_cents=sign * sum(CHARGES),
            paid_cents=sum(line.paid_cents for line in lines),
            patient_responsibility_cents=0,
            payer_control_number=icn or f"ICN{attempt}",
            adjustments=(),
            lines=lines,
        )

    def deny(self, code: str, *remarks: str, remitted_on: date | None = None) -> ClaimSnapshot:
        return self.remit(replace(self.decision(code, code), remarks=remarks), remitted_on=remitted_on)

    def letter(self, decision: str, reference: str, kind: str = "appeal_decision") -> ClaimSnapshot:
        """A letter is entered, and the claim acts on it."""
        entered = PayerLetter(
            letter=kind,
            reference=reference,
            payer="PPO01",
            claim_control_number=str(self.claim),
            decision=decision,
            date=self.today.date(),
        )
        self._run(lambda session: letters.letter_received(self._inbound(session), entered))
        return self.act()

    def _inbound(self, session: Session) -> Inbound:
        return Inbound(
            session=session,
            organisation_id=LOCAL_PRACTICE,
            file_id=files.receive(session, LOCAL_PRACTICE, "answer", str(next(_traces)).encode(), self.today).id,
            ordinal=1,
            business_at=self.today,
            today=self.today.date(),
        )

    def papers(self) -> list[dict[str, object]]:
        """Manifests of what was sent by mail."""

        def work(session: Session) -> list[dict[str, object]]:
            rows = session.scalars(select(Outbox).where(Outbox.channel == "mail").order_by(Outbox.id))
            return [row.manifest or {} for row in rows]

        return self._run(work)

    def attempts(self) -> list[Submission]:
        """First to last, as their rows stand."""

        def read(session: Session) -> list[Submission]:
            found = claims.attempts(session, self.claim)
            session.expunge_all()
            return found

        return self._run(read)

    def for_submission(self, attempt: int) -> ClaimForSubmission:
        """What goes into the 837P of an attempt."""
        (row,) = [one for one in self.attempts() if one.attempt == attempt]
        return self._run(lambda session: claims.for_submission(session, row.id))

    def reasons(self) -> list[str]:
        """What open work items say."""

        def read(session: Session) -> list[str]:
            return list(session.scalars(select(WorkItem.reason).where(WorkItem.closed_on.is_(None))))

        return self._run(read)

    def findings(self) -> list[str]:
        """What the scrubber says of the claim as it would go out now."""

        def read(session: Session) -> list[str]:
            claim = claims.get(session, self.claim)
            found = findings_of(session, claim, claims.content(session, self.claim), self.today.date())
            return [finding.message for finding in found]

        return self._run(read)

    def balances(self) -> dict[str, int]:
        """Of the claim, by ledger account; what is zero is left out."""
        found = self._run(lambda session: ledger.claim_balances(session, self.claim))
        return {account: cents for account, cents in found.items() if cents}

    def work(self) -> list[str]:
        """Kinds of open work items."""

        def read(session: Session) -> list[str]:
            return list(session.scalars(select(WorkItem.kind).where(WorkItem.closed_on.is_(None))))

        return self._run(read)

    def timeline(self) -> list[str]:
        return [entry["what"] for entry in self._run(lambda session: of_claim(session, self.claim))]


def _newest(session: Session, claim: int) -> int:
    newest = select(Submission.attempt).where(Submission.claim_number == claim).order_by(Submission.attempt.desc())
    return session.scalars(newest.limit(1)).one()


def _put_off(net: int) -> tuple[ProviderAdjustment, ...]:
    """What a payer takes back beyond what it pays is carried forward (PLB FB): no payment is negative."""
    return (ProviderAdjustment(reason="FB", reference="NEXT", amount_cents=net),) if net < 0 else ()


def _line(place: int, charge: int, code: str) -> RemittedLine:
    group, _, reason = (code or "CO-45").partition("-")
    off = charge if code else charge // 5
    return RemittedLine(
        procedure=("99213", "81002")[place],
        modifiers=(),
        charge_cents=charge,
        paid_cents=charge - off,
        adjustments=(Adjustment(group=group, reason=reason, amount_cents=off),),
    )


@pytest.fixture
def new_desk(database_url: str) -> Iterator[Callable[..., Desk]]:
    """A claim that is with its payer."""
    engine = make_engine(database_url, pool_size=4)
    books = Books(engine)
    with books.system() as session:
        ensure_local_practice(session)

    def new(
        kind: PayerKind = PayerKind.COMMERCIAL,
        others: tuple[OtherCoverage, ...] = (),
        eligibility: EligibilityAnswer | None = None,
    ) -> Desk:
        asked = encounter()
        payer = Payer(code="MCARE" if kind is PayerKind.MEDICARE else "PPO01", name="EVERGREEN", kind=kind,
                      filing_indicator="12")  # fmt: skip
        coverage = replace(asked.content.coverage, payer=payer)
        content = replace(asked.content, coverage=coverage, other_coverages=others)
        number = check_in(books, LOCAL_PRACTICE, replace(asked, content=content)).claim_number
        desk = Desk(books=books, claim=number)
        with books.transaction(LOCAL_PRACTICE) as session:
            if eligibility is not None:
                note_eligibility(session, desk.ref, eligibility)
            claims.set_stage(
                session, number, stage=Stage.CODING, owes=Owes.PAYER, next_at=BEGIN, next_what="coding", owner="system"
            )
        desk.send()
        return desk

    yield new
    engine.dispose()
