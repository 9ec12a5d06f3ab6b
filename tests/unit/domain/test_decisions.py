"""Decisions on top of decisions: later payers, reversals, payments that come twice; random histories of all of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.ledger.chart import LedgerAccount, Leg, check_balanced
from domain.ledger.decision import ClaimInTheBooks, PlannedDecision, plan_decision, rank_of
from domain.ledger.explaining import rule_of
from domain.ledger.planning import plan_charge, plan_earlier_share, plan_share_back, plan_to_patient, plan_write_off
from domain.ledger.receivable import in_pairs, with_one_receivable
from domain.remittance.remittance import RemittedClaim
from tests.unit.domain.remits import cas, claims, negated, remitted, remitted_line, rules

A = LedgerAccount
CONTRACTUAL = rules().contractual


class Books:
    """One claim's ledger, as the planning sees it and as the legs add up."""

    def __init__(self, charge_cents: int) -> None:
        self.claim = ClaimInTheBooks(claim_number=7, account_number=3, open_cents=charge_cents)
        self.legs: list[Leg] = list(plan_charge(charge_cents, 7, 3))
        self.decided: list[RemittedClaim] = []

    def decide(self, claim: RemittedClaim, *, sequence: str = "P", patient_may_owe: bool = True) -> PlannedDecision:
        plan = plan_decision(
            claim,
            self.claim,
            reference=str(len(self.decided)),
            rank=rank_of(claim.status, sequence),
            contractual=CONTRACTUAL,
            patient_may_owe=patient_may_owe,
        )
        self.decided.append(claim)
        self.legs += plan.legs
        self.claim = plan.after
        return plan

    def person(self, legs: tuple[Leg, ...]) -> None:
        self.legs += legs
        moved = sum(leg.amount_cents for leg in legs if leg.ledger_account is A.PAYER_RECEIVABLE)
        self.claim = replace(self.claim, open_cents=self.claim.open_cents + moved)

    def hand_over(self, legs: tuple[Leg, ...]) -> None:
        """Between the payers' side and the patient, without a decision."""
        self.person(legs)
        moved = sum(leg.amount_cents for leg in legs if leg.ledger_account is A.PATIENT_RECEIVABLE)
        self.claim = replace(self.claim, handed_cents=self.claim.handed_cents + moved)

    def balances(self) -> dict[LedgerAccount, int]:
        sums: Counter[LedgerAccount] = Counter()
        for leg in self.legs:
            sums[leg.ledger_account] += leg.amount_cents
        return {account: cents for account, cents in sums.items() if cents}

    @property
    def open(self) -> int:
        return self.balances().get(A.PAYER_RECEIVABLE, 0)


def primary(*, status: str = "1") -> RemittedClaim:
    """Charge 500.00: 300.00 paid, 75.00 coinsurance, 125.00 by contract."""
    return remitted(remitted_line(50000, cas("CO-45", 12500), cas("PR-2", 7500)), status=status)


def secondary(*adjustments: str) -> RemittedClaim:
    several = [cas(code, int(cents)) for code, cents in (one.split("=") for one in adjustments)]
    return remitted(remitted_line(50000, *several), status="2", payer_control_number="ICN2")


def test_what_the_primary_left_to_the_patient_is_the_later_payers_to_decide() -> None:
    books = Books(50000)
    books.decide(primary())
    assert books.balances()[A.PATIENT_RECEIVABLE] == 7500
    books.decide(secondary("OA-23=42500", "PR-2=1000"))
    assert books.balances() == {
        A.UNAPPLIED_CASH: 36500, A.CONTRACTUAL: 12500, A.PATIENT_RECEIVABLE: 1000, A.REVENUE: -50000,
    }  # fmt: skip


def test_the_later_payer_may_leave_a_rest_that_is_given_up_to_the_cent_that_is_open() -> None:
    books = Books(50000)
    books.decide(primary())
    plan = books.decide(secondary("CO-45=43500"))
    assert books.balances() == {A.UNAPPLIED_CASH: 36500, A.CONTRACTUAL: 13500, A.REVENUE: -50000}
    assert plan.remarks == ("CO 45 line 1: reported 435.00, posted 10.00, all that was open",)


def test_a_later_payer_that_pays_nothing_after_an_earlier_one_still_ends_the_claim() -> None:
    books = Books(50000)
    books.decide(primary())
    books.decide(secondary("OA-23=42500", "CO-45=7500"))
    assert books.balances() == {A.UNAPPLIED_CASH: 30000, A.CONTRACTUAL: 20000, A.REVENUE: -50000}


def test_a_later_decision_that_is_taken_back_gives_the_patient_the_earlier_share_again() -> None:
    books = Books(50000)
    books.decide(primary())
    before = books.balances()
    later = secondary("OA-23=42500", "PR-2=1000")
    books.decide(later)
    assert books.decide(negated(later)).takes_back is not None
    assert books.balances() == before


def test_an_earlier_decision_that_is_taken_back_leaves_the_later_share_alone() -> None:
    books = Books(50000)
    books.decide(primary())
    books.decide(secondary("OA-23=42500", "PR-2=1000"))
    books.decide(negated(primary()))
    assert books.balances()[A.PATIENT_RECEIVABLE] == 1000
    books.decide(negated(secondary("OA-23=42500", "PR-2=1000")))
    assert books.balances() == {A.PAYER_RECEIVABLE: 50000, A.REVENUE: -50000}


def test_a_primarys_correction_after_the_secondary_leaves_its_share_to_a_person() -> None:
    books = Books(50000)
    for claim in (primary(), secondary("OA-23=42500", "PR-2=1000"), negated(primary()), primary()):
        books.decide(claim)
    assert books.balances()[A.PATIENT_RECEIVABLE] == 1000
    assert books.open == 7500 - 7500


def test_a_payer_that_pays_twice_leaves_a_credit_and_one_share() -> None:
    books = Books(50000)
    books.decide(primary())
    plan = books.decide(primary())
    assert books.balances() == {
        A.UNAPPLIED_CASH: 60000, A.CONTRACTUAL: 12500, A.PATIENT_RECEIVABLE: 7500, A.PAYER_RECEIVABLE: -30000,
        A.REVENUE: -50000,
    }  # fmt: skip
    assert len(plan.remarks) == 2


def test_a_split_claim_is_posted_in_full_part_by_part() -> None:
    books = Books(30000)
    for charge in (10000, 20000):
        books.decide(remitted(remitted_line(charge, cas("CO-45", 2000), cas("PR-1", 1000)), payer_control_number="S"))
    assert books.balances() == {
        A.UNAPPLIED_CASH: 24000, A.CONTRACTUAL: 4000, A.PATIENT_RECEIVABLE: 2000, A.REVENUE: -30000,
    }  # fmt: skip


def test_a_reversal_that_comes_before_its_original_ends_where_it_should() -> None:
    books = Books(50000)
    books.decide(negated(primary()))
    books.decide(primary())
    assert books.balances() == {A.PAYER_RECEIVABLE: 50000, A.REVENUE: -50000}


def test_a_forwarded_share_waits_and_its_reversal_takes_back_only_what_was_posted() -> None:
    books = Books(50000)
    books.decide(primary(status="19"), patient_may_owe=False)
    assert books.open == 7500
    books.decide(negated(primary()), patient_may_owe=True)
    assert books.balances() == {A.PAYER_RECEIVABLE: 50000, A.REVENUE: -50000}


def test_what_was_handed_to_the_patient_goes_back_before_a_payer_that_decides_for_the_first_time() -> None:
    books = Books(50_000)
    books.decide(primary())
    books.hand_over(plan_share_back(7_500, 7, 3))
    assert books.balances().get(A.PATIENT_RECEIVABLE) is None
    books.decide(secondary("OA-23=42500", "CO-197=7500"), sequence="S")
    assert (books.open, books.balances().get(A.PATIENT_RECEIVABLE, 0)) == (7_500, 0), "moved once, not twice"
    assert books.claim.handed_cents == 0


def test_another_refusal_leaves_the_patient_what_was_handed_to_them() -> None:
    books = Books(50_000)
    denial = remitted(remitted_line(50_000, cas("CO-27", 50_000)))
    books.decide(denial)
    books.hand_over(plan_to_patient(50_000, "ann", 7, 3, ("CO-27",)))
    books.decide(replace(denial, payer_control_number="ICN3"))
    assert books.balances()[A.PATIENT_RECEIVABLE] == 50_000
    books.decide(primary())
    assert books.balances()[A.PATIENT_RECEIVABLE] == 7_500
    assert books.open == 0


def test_every_leg_has_its_rule() -> None:
    books = Books(50000)
    for claim in (primary(), secondary("CO-45=43500"), negated(secondary("CO-45=43500"))):
        books.decide(claim)
    books.person(plan_to_patient(500, "ann", 7, 3))
    books.person(plan_write_off(100, "ann", 7, 3))
    assert all(rule_of(leg.ledger_account.value, leg.cites) for leg in with_one_receivable(books.legs))


@given(claims)
def test_receivable_halves_that_were_added_up_are_found_again(claim: RemittedClaim) -> None:
    legs = Books(1000).decide(claim).legs
    stored = with_one_receivable(legs)
    assert sum(leg.amount_cents for leg in stored) == 0
    assert Counter(in_pairs(stored)) == Counter(in_pairs(legs)) == Counter(legs)


steps = st.lists(
    st.one_of(
        st.tuples(st.just("decide"), claims, st.sampled_from("PST")),
        st.tuples(st.just("take back"), st.integers(0, 5)),
        st.tuples(st.just("write off"), st.integers(1, 20_000)),
        st.tuples(
            st.sampled_from(["to the patient", "earlier share", "back to the payers"]), st.integers(1, 20_000)
        ),
    ),
    max_size=12,
)


@settings(max_examples=400, deadline=None)
@given(st.integers(0, 500_000), steps)
def test_any_history_balances_after_every_step(charge: int, history: list[tuple[object, ...]]) -> None:
    """Payer + patient + given up + open is the charge, whatever came in whatever order; payments are never lost."""
    books = Books(charge)
    paid = 0
    for step in history:
        match step:
            case ("decide", RemittedClaim() as claim, str(sequence)):
                legs = books.decide(claim, sequence=sequence).legs
                paid += claim.paid_cents
            case ("take back", int(place)) if books.decided:
                claim = negated(books.decided[place % len(books.decided)])
                legs = books.decide(claim).legs
                paid += claim.paid_cents
            case ("write off", int(cents)):
                legs = plan_write_off(cents, "ann", 7, 3)
                books.person(legs)
            case ("to the patient", int(cents)):
                legs = plan_to_patient(cents, "ann", 7, 3, ("CO-27",))
                books.hand_over(legs)
            case ("earlier share", int(cents)):
                legs = plan_earlier_share(cents, 7, 3)
                books.hand_over(legs)
            case ("back to the payers", int(cents)):
                legs = plan_share_back(cents, 7, 3)
                books.hand_over(legs)
            case _:
                continue
        if legs:
            check_balanced(legs)
        balances = books.balances()
        assert balances.get(A.UNAPPLIED_CASH, 0) == paid
        assert books.open == books.claim.open_cents
        settled = sum(cents for account, cents in balances.items() if account is not A.REVENUE)
        assert settled == charge


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.tuples(claims, st.sampled_from("PST"), st.integers(-9_000, 9_000)), min_size=1, max_size=6),
    st.randoms(use_true_random=False),
)
def test_a_history_that_is_taken_back_in_any_order_leaves_the_charge_open(
    decided: list[tuple[RemittedClaim, str, int]], chance: object
) -> None:
    """What was handed to the patient without a decision, between the decisions, goes back with them."""
    books = Books(100_000)
    for claim, sequence, handed in decided:
        books.decide(claim, sequence=sequence)
        books.hand_over(plan_earlier_share(handed, 7, 3))
    back = [negated(claim) for claim, *_ in decided]
    chance.shuffle(back)  # type: ignore[attr-defined]
    for claim in back:
        assert books.decide(claim).takes_back is not None
    assert books.balances() == {A.PAYER_RECEIVABLE: 100_000, A.REVENUE: -100_000}
    assert books.claim.standing == ()
