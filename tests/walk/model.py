"""What must be true of claims, accounts and books: from the rules of the trade, not from the product's code."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from tests.walk.decision import Decision
from tests.walk.observe import Seen
from tests.walk.owed import Owed
from tests.walk.rules import AFTER_COMMAND, AFTER_DECISION, AFTER_TIME, EDGES, ON_PAPER, PAYER_HAS_IT, REFUSALS


@dataclass
class Model:
    """What was charged, answered and paid, each counted once."""

    claims: dict[int, Owed] = field(default_factory=dict)
    received: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    placed: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    announced: int = 0
    """BPR02 of every remittance."""
    held_back: int = 0
    """PLB of every remittance."""
    papers: set[str] = field(default_factory=set)
    may: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    must: set[int] = field(default_factory=set)
    peak: dict[int, int] = field(default_factory=dict)
    _wrong_orders: list[str] = field(default_factory=list)
    """Orders of this step that should not have been taken."""

    def begin(self) -> None:
        """A new step: nothing may move but what its events allow."""
        self.may.clear()
        self.must.clear()
        self._wrong_orders.clear()
        self.peak = {claim.account: self.asked_at_most(claim.account) for claim in self.claims.values()}

    def in_books(self, account: int) -> int:
        """Receivable and credit of the patient together."""
        own = sum(c.patient_part - c.forgiven for c in self.claims.values() if c.account == account)
        return own - self.received[account] - self.placed[account]

    def asked_at_most(self, account: int) -> int:
        """A share that was given up and then taken back by its payer is no money of the patient's."""
        own = sum(max(c.patient_part - c.forgiven, 0) for c in self.claims.values() if c.account == account)
        return own - self.received[account] - self.placed[account]

    def checked_in(self, number: int, account: int, charge: int) -> None:
        self.claims[number] = Owed(number=number, account=account, charge=charge)
        self.may[number] |= EDGES[""]

    def decided(self, decision: Decision) -> None:
        number, attempt = (int(part) for part in decision.control_number.split("-"))
        claim = self.claims[number]
        claim.decided(decision)
        claim.newest = [*(claim.newest if number in self.must else ()), decision]
        allowed = AFTER_DECISION[decision.means]
        if decision.means != "allowed" and not claim.payer_open:
            allowed = {"patient_balance", "closed"}
        elif decision.means in REFUSALS and attempt < claim.attempts and claim.with_payer:
            allowed = {claim.stage}
        self.may[number] |= allowed
        self.must.add(number)
        self.account_moved(claim.account)

    def paid_out(self, announced: int, held_back: int) -> None:
        self.announced += announced
        self.held_back += held_back

    def rejected(self, number: int) -> None:
        self.may[number] |= {"rejected"}

    def answered_by_letter(self, number: int) -> None:
        if self.claims[number].stage == "under_review":
            self.may[number] |= {"denied"}

    def patient_paid(self, account: int, cents: int) -> None:
        self.received[account] += cents
        self.account_moved(account)

    def account_moved(self, account: int) -> None:
        """Money of the account moved: its claims may be settled by it."""
        self.peak[account] = max(self.peak.get(account, 0), self.asked_at_most(account))
        for claim in self.claims.values():
            if claim.account == account and claim.stage == "patient_balance":
                self.may[claim.number] |= {"closed"}

    def carried_out(self, number: int, verb: str, charges: int | None) -> None:
        claim = self.claims[number]
        self.may[number] |= AFTER_COMMAND[verb]
        if charges is not None:
            claim.charge = charges
        if verb in ON_PAPER:
            self._wrong_orders += [f"claim {number}: {problem}" for problem in claim.ask_on_paper(verb)]
        if verb == "write_off" and claim.stage == "patient_balance":
            claim.forgiven += max(claim.patient_open, 0)
        elif verb == "write_off":
            claim.given_up += max(claim.payer_open, 0)
        elif verb == "self_pay":
            self._wrong_orders += [f"claim {number}: {problem}" for problem in claim.make_self_pay()]
        elif verb == "void":
            claim.booked = 0
        self.account_moved(claim.account)

    def time_passed(self) -> None:
        for claim in self.claims.values():
            self.may[claim.number] |= AFTER_TIME.get(claim.stage, set())

    def check(self, seen: Seen, papers: dict[str, dict[str, object]], passed: datetime | None) -> list[str]:
        """Everything that is wrong; then take what was seen as where the next step begins."""
        wrong = [*self._wrong_orders, *self._papers(papers)]
        for claim in self.claims.values():
            wrong += [f"claim {claim.number}: {problem}" for problem in self._claim(claim, seen, passed)]
        wrong += [*self._accounts(seen, passed), *self._books(seen), *seen.repeated, *seen.faults]
        return wrong

    def _claim(self, claim: Owed, seen: Seen, passed: datetime | None) -> Iterable[str]:
        row = seen.claims.get(claim.number)
        if row is None:
            yield "lost"
            return
        before, claim.stage = claim.stage, row.stage
        if row.stage != before and row.stage not in EDGES[before]:
            yield f"went from {before} to {row.stage}, which is no edge"
        if row.stage != before and row.stage not in self.may[claim.number]:
            yield f"went from {before} to {row.stage}, which nothing in this step asks for"
        if claim.number in self.must and row.stage not in self.may[claim.number]:
            yield f"stays {row.stage} although the payer decided"
        if len(row.attempts) > claim.attempts:
            claim.attempts, claim.booked = len(row.attempts), claim.charge
        open_attempts = sum(state in PAYER_HAS_IT for _, state in row.attempts)
        claim.with_payer = bool(open_attempts)
        if open_attempts > 1:
            yield f"two open attempts: {row.attempts}"
        yield from claim.wrong_money(row)
        if row.stage == "closed":
            if row.running:
                yield "closed, and its workflow runs on"
            return
        if row.next_at is None or not row.owner:
            yield "open without next date or owner"
        elif passed is not None and row.next_at <= passed:
            yield f"in stage {row.stage} nobody acted on its date {row.next_at}"
        if not row.running:
            yield f"open in stage {row.stage}, and no workflow runs"

    def _accounts(self, seen: Seen, passed: datetime | None) -> Iterable[str]:
        for number in {claim.account for claim in self.claims.values()}:
            row, owed = seen.accounts[number], self.in_books(number)
            found = row.balances.get("patient_receivable", 0) + row.balances.get("patient_credit", 0)
            if found != owed:
                yield f"account {number}: the books say {found}, parts less payments are {owed}"
            waits = [c for c in seen.claims.values() if c.account == number and c.stage == "patient_balance"]
            if row.stage != "settled":
                if row.next_at is None or not row.owner or not row.running:
                    yield f"account {number}: unsettled without next date, owner or workflow"
                elif passed is not None and row.next_at <= passed:
                    yield f"account {number}: nobody acted on its date {row.next_at}"
            elif any(not c.held and c.next_at is None for c in waits):
                yield f"account {number}: settled, and claims wait for the patient"

    def _papers(self, papers: dict[str, dict[str, object]]) -> Iterable[str]:
        for name in sorted(papers.keys() - self.papers):
            self.papers.add(name)
            paper = papers[name]
            if paper["paper"] in ON_PAPER.values():
                yield from self._asked(name, paper)
            if "balance_cents" not in paper:
                continue
            account, cents = int(str(paper["account"])), int(str(paper["balance_cents"]))
            if cents > max(self.peak.get(account, 0), self.asked_at_most(account)):
                yield f"{name} asks account {account} for {cents}, its part is {self.asked_at_most(account)}"
            if paper["paper"] == "placement":
                self._place(account, cents)

    def _asked(self, name: str, paper: dict[str, object]) -> Iterable[str]:
        """A paper to a payer leaves once for each order."""
        due = self.claims[int(str(paper["claim_control_number"]).split("-")[0])].papers_due
        due[str(paper["paper"])] -= 1
        if due[str(paper["paper"])] < 0:
            yield f"{name} was ordered by nobody"

    def _place(self, account: int, cents: int) -> None:
        """The agency takes over what the account's claims wait for; the rest stays with the account."""
        for claim in self.claims.values():
            if claim.account == account and claim.stage == "patient_balance" and claim.patient_open <= cents:
                claim.forgiven += claim.patient_open
                cents -= claim.patient_open
        self.placed[account] += cents

    def _books(self, seen: Seen) -> Iterable[str]:
        expected = {
            "bank": sum(self.received.values()),
            "remittance_clearing": self.announced,
            "provider_level": self.held_back,
            "unapplied_cash": 0,
        }
        for account, cents in expected.items():
            if (found := seen.trial_balance.get(account, 0)) != cents:
                yield f"books: {account} is {found}, should be {cents}"
        if total := sum(seen.trial_balance.values()):
            yield f"books: the trial balance is off by {total}"
        if seen.unbalanced_postings:
            yield f"books: {seen.unbalanced_postings} postings do not balance"
