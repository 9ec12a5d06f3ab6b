"""The onlooker: raw rows by SQL, raw 835s, and what the guarantor said; none of the product's own judgement."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, text

from storage.unit_of_work import Books
from tests.accounts import ceiling
from tests.accounts.hand_over import HandedOver

ASKS = frozenset({"statement", "reminder", "final_notice", "plan_missed"})
PAPERS = ("statement", "reminder", "final_notice")
QUIET = (time(8), time(21))
WAIT, NOTICE, LETTERS = timedelta(days=120), timedelta(days=30), 3
STOPS_ALL = frozenset({"paid_already", "billing_error", "not_my_bill", "collections"})
STOPS_REMINDERS = STOPS_ALL | {"privacy", "staff_conduct"}
STOPS_COLLECTION = STOPS_REMINDERS
WHOLE_ACCOUNT = frozenset({"deceased", "minor"})
OF_MEDICARE = frozenset({"hospice", "qmb"})
EAST = ZoneInfo("America/New_York")


@dataclass(kw_only=True)
class Visit:
    """A claim as the test made it."""

    claim: int
    served: date
    payers: tuple[str, ...]
    kinds: tuple[str, ...]


@dataclass(kw_only=True)
class Said:
    """What the guarantor told the practice, kept by the test."""

    consents: set[str] = field(default_factory=set)
    address_good: bool = True
    zones: list[tuple[datetime, ZoneInfo]] = field(default_factory=list)
    """Where they lived from when on; in the East before that."""
    talks: list[datetime] = field(default_factory=list)

    def zone_at(self, at: datetime) -> ZoneInfo:
        """Where they lived then: a call before a move is judged by the old place."""
        return next((zone for since, zone in reversed(self.zones) if since <= at), EAST)


@dataclass(kw_only=True)
class Watch:
    """Looks at every word that leaves and at every placement of one account."""

    books: Books
    account: int = 0
    said: Said = field(default_factory=Said)
    visits: dict[int, Visit] = field(default_factory=dict)
    letters: dict[int, int] = field(default_factory=dict)
    """What left, by statement, and the cents it asked for."""
    reminded: list[datetime] = field(default_factory=list)
    checked_cents: int = 0
    placements: int = 0

    def at_the_hand_over(self, handed: HandedOver) -> None:
        """The moment in which a word begins to leave."""
        with self.books.engine.connect() as sql:
            row = sql.execute(
                text("select kind, balance_cents, claims, business_date from statements where number = :n"),
                {"n": handed.statement},
            ).one()
            if row.kind in ASKS:
                today = handed.at.astimezone(EAST).date()
                self._owed(sql, row)
                self._allowed(sql, handed, row.kind, row.claims, today)
                self.letters[handed.statement] = row.balance_cents

    def _owed(self, sql: Connection, row: Any) -> None:
        most = 0
        for entry in row.claims:
            left, why = self._most(sql, entry["claim"])
            assert entry["cents"] <= left, f"a {row.kind} asks {entry['cents']}, may ask {left}: {why}"
            most += max(0, entry["cents"])
        assert 0 < row.balance_cents <= most, f"a {row.kind} asks {row.balance_cents}, its visits are {most}"
        self.checked_cents += row.balance_cents

    def _most(self, sql: Connection, claim: int) -> tuple[int, str]:
        visit = self.visits[claim]
        files = sql.execute(
            text("select content from files where direction = 'in' and kind = 'x12' and name like :mine order by id"),
            {"mine": f"{claim}-%"},
        )
        told = [one for (content,) in files for one in ceiling.read(bytes(content)) if one.claim == claim]
        medicaid = frozenset(p for p, kind in zip(visit.payers, visit.kinds, strict=True) if kind == "medicaid")
        moved = sql.execute(
            text(
                "select p.kind, sum(e.amount_cents)::bigint from entries e join postings p on p.id = e.posting_id "
                "where e.claim_number = :claim and e.ledger_account = 'patient_receivable' "
                "and p.kind in ('patient_payment', 'write_off', 'refund') group by p.kind"
            ),
            {"claim": claim},
        ).all()
        since = {kind: int(cents) for kind, cents in moved}
        most = ceiling.ceiling(told, visit.payers, medicaid)
        return ceiling.after_patient(most, since), f"{visit}, {told}, then {since}"

    def _allowed(self, sql: Connection, handed: HandedOver, kind: str, claims: Any, today: date) -> None:
        channel, said = handed.channel, self.said
        if channel in {"text", "email"}:
            assert channel in said.consents, f"a {kind} left by {channel} without a consent"
            here = handed.at.astimezone(said.zone_at(handed.at)).time()
            assert QUIET[0] <= here < QUIET[1], f"a {kind} left by {channel} at {here}"
        else:
            assert said.address_good, f"a {kind} was mailed to an address from which mail came back"
        if kind == "reminder":
            self._not_too_often(handed.at)
        for case in self._cases(sql):
            stops = STOPS_REMINDERS if kind == "reminder" else STOPS_ALL
            if case.state != "closed" and (case.kind == "assistance" or case.category in stops):
                about = [entry["claim"] for entry in claims] if case.claim_number is None else [case.claim_number]
                asked = {entry["claim"] for entry in claims}
                assert not asked & set(about), f"a {kind} left while case {case.number} ({case.kind}) is open"
        for entry in claims:
            assert not self._flagged(sql, self.visits[entry["claim"]], today), f"a {kind} left beside a flag"

    def _not_too_often(self, at: datetime) -> None:
        week = timedelta(days=7)
        near = [one for one in (*self.reminded, *self.said.talks) if one <= at < one + week]
        assert not near, f"a reminder on {at}, and there was a word on {near[0]}"
        self.reminded.append(at)

    def _cases(self, sql: Connection) -> Any:
        return sql.execute(
            text(
                "select number, kind, state, claim_number, opened_on, closed_on, details->>'category' as category "
                "from cases where account_number = :account and kind in ('assistance', 'complaint')"
            ),
            {"account": self.account},
        ).all()

    def _flagged(self, sql: Connection, visit: Visit, today: date) -> bool:
        flags = sql.execute(
            text("select kind, began_on, ends_on from patient_flags where account_number = :account"),
            {"account": self.account},
        ).all()
        return any(_protects(flag, visit, today) for flag in flags)

    def calls(self) -> None:
        """Tasks to call: at most seven in seven days, none within a week of a conversation."""
        with self.books.engine.connect() as sql:
            rows = sql.execute(
                text("select at, what from contacts where account_number = :a and channel = 'call' order by at"),
                {"a": self.account},
            ).all()
        ours = [row.at for row in rows if row.what == "reminder"]
        for at in ours:
            here = at.astimezone(self.said.zone_at(at)).time()
            assert QUIET[0] <= here < QUIET[1], f"a call was asked for at {here}"
            recent = [row.at for row in rows if at - timedelta(days=7) < row.at <= at]
            assert len(recent) <= 8, "seven calls in seven days, and one more"
            assert not [t for t in self.said.talks if t <= at < t + timedelta(days=7)], "called again within a week"

    def agency(self) -> None:
        """Every placement, by the rows alone."""
        with self.books.engine.connect() as sql:
            placed = sql.execute(
                text("select * from agency_placements where account_number = :a order by number"), {"a": self.account}
            ).all()
            for one in placed[self.placements :]:
                self._may_be_placed(sql, one)
            self.placements = len(placed)

    def _may_be_placed(self, sql: Connection, one: Any) -> None:
        on, mine = one.placed_on, {"a": self.account, "on": one.placed_on}
        papers = sql.execute(
            text(
                "select s.kind, s.claims, s.business_date, s.cycle_started_on from statements s "
                "left join outbox o on o.id = s.outbox_id where s.account_number = :a and s.business_date <= :on "
                "and s.kind in ('statement', 'reminder', 'final_notice') and s.step > 0 "
                "and (o.id is null or o.state = 'sent') order by s.number"
            ),
            mine,
        ).all()
        firsts = []
        for entry in one.claims:
            shown = [p.business_date for p in papers if entry["claim"] in {c["claim"] for c in p.claims}]
            assert shown, f"claim {entry['claim']} was placed and on no statement"
            firsts.append(min(shown))
            assert entry["cents"] > 0
        assert max(firsts) + WAIT <= on, "120 days since each visit's first statement"
        cycle = [p for p in papers if p.cycle_started_on == papers[-1].cycle_started_on]
        notices = [p.business_date for p in cycle if p.kind == "final_notice"]
        assert len(cycle) >= LETTERS, "three statements"
        assert notices, "a final notice"
        assert notices[-1] + NOTICE <= on, "30 days since the notice"
        assert max(firsts) <= notices[-1], "every visit was asked for when the notice came"
        assert self.said.address_good, "the address is good"
        offered = text(
            "select count(*) from care_notices where account_number = :a and kind = 'assistance_offer' "
            "and provided_on <= :on"
        )
        assert sql.scalar(offered, mine), "help was offered"
        approved = text(
            "select count(*) from commands where account_number = :a and verb = 'approve_placement' and accepted"
        )
        assert sql.scalar(approved, mine), "a named person approved"
        plans = text("select count(*) from payment_plans where account_number = :a and state = 'agreed'")
        assert not sql.scalar(plans, mine), "no plan stands"
        for case in self._cases(sql):
            stops = case.kind == "assistance" or case.category in STOPS_COLLECTION
            during = case.opened_on < on and (case.closed_on is None or case.closed_on > on)
            assert not (stops and during), f"case {case.number} ({case.kind}) was open"
        open_with_payer = text(
            "select count(*) from (select claim_number from entries where account_number is not null or true "
            "group by claim_number, ledger_account having claim_number = any(:claims) "
            "and ledger_account = 'payer_receivable' and sum(amount_cents) > 0) as still_open"
        )
        claims = [entry["claim"] for entry in one.claims]
        assert not sql.scalar(open_with_payer, {"claims": claims}), "no payer has money of it to decide about"
        for claim in claims:
            assert not self._flagged(sql, self.visits[claim], on), f"claim {claim} was placed beside a flag"
        assert sum(entry["cents"] for entry in one.claims) == one.placed_cents


def _protects(flag: Any, visit: Visit, today: date) -> bool:
    """Whether a flag, entered before today, keeps this visit from the patient."""
    if flag.kind in WHOLE_ACCOUNT:
        return bool(flag.began_on < today and (flag.ends_on is None or today <= flag.ends_on))
    if flag.kind == "bankrupt":
        return bool(visit.served < flag.began_on)
    if flag.kind in OF_MEDICARE and not {"medicare", "medicare_advantage"} & set(visit.kinds):
        return False
    return bool(flag.began_on <= visit.served and (flag.ends_on is None or visit.served <= flag.ends_on))
