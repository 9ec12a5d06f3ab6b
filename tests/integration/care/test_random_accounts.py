"""Random lives of accounts: nobody reaches an agency with a condition unmet, nobody is asked while it must rest."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from activities.care import applications, complaints
from activities.care.case import CareCase, NotPossible
from activities.care.complaints import NewComplaint
from activities.care.flagging import NewFlag, end_flag, set_flag
from activities.care.placements import recall_all
from domain.care.assistance import Application
from domain.care.complaints import Complainant
from domain.care.flags import Flag
from storage import account_decisions, ledger
from storage.models import AgencyPlacement, CaseRow, PatientFlagRow, Statement
from storage.organisations import LOCAL_PRACTICE
from tests.integration.care.conftest import BEGIN, Household

_names = count(1)
_PAPERS = {"statement", "reminder", "final_notice"}

ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("wait"), st.integers(1, 70)),
        st.tuples(st.just("wait"), st.integers(25, 45)),
        st.tuples(st.just("owe"), st.integers(600, 20_000)),
        st.tuples(st.just("medicare"), st.integers(600, 20_000)),
        st.tuples(st.just("pay"), st.integers(100, 9_000)),
        st.tuples(st.just("complain"), st.integers(0, 3)),
        st.tuples(st.just("answer"), st.just(0)),
        st.tuples(st.just("apply"), st.integers(5_000, 90_000)),
        st.tuples(st.just("decide"), st.just(0)),
        st.tuples(st.just("flag"), st.integers(0, len(Flag) - 1)),
        st.tuples(st.just("unflag"), st.just(0)),
        st.tuples(st.just("approve"), st.just(0)),
        st.tuples(st.just("recall"), st.just(0)),
    ),
    min_size=8,
    max_size=22,
)
_CATEGORIES = ("paid_already", "billing_error", "access", "privacy")


@dataclass(kw_only=True)
class Life:
    """One account, and what happens to it."""

    house: Household

    def do(self, action: str, value: int) -> None:
        house = self.house
        match action:
            case "wait":
                house.advance(value)
            case "owe" | "medicare":
                house.owe(value, kind="medicare" if action == "medicare" else "commercial", service_on=house.today)
            case "pay":
                house.pay(value)
                house.pass_days(1)
            case "complain":
                self._complain(_CATEGORIES[value])
            case "apply":
                self._apply(value)
            case "answer" | "decide":
                self._close("complaint" if action == "answer" else "assistance")
            case "flag":
                self._flag(list(Flag)[value])
            case "unflag":
                self._unflag()
            case "approve":
                self._approve()
            case _:
                house.at_desk(lambda desk: recall_all(desk, house.account, "bea", "on second thought"))
        house.step()

    def _complain(self, category: str) -> None:
        new = NewComplaint(
            category=category, origin=Complainant.PATIENT, words="x", account_number=self.house.account
        )
        self.house.at_desk(lambda desk: complaints.record(desk, new, key=f"c{next(_names)}", by="ana"))

    def _apply(self, income: int) -> None:
        asked = Application(
            household=1, income_cents=income * 100, state="NY", applied_on=self.house.today,
            documents=("tax_return", "household_statement"),
        )  # fmt: skip
        with suppress(NotPossible):  # one is open
            self.house.at_desk(
                lambda desk: applications.apply(desk, self.house.account, asked, key=f"a{next(_names)}", by="ana")
            )

    def _close(self, kind: str) -> None:
        def work(desk: Any) -> None:
            found = desk.session.scalars(
                select(CaseRow.number).where(
                    CaseRow.account_number == self.house.account, CaseRow.kind == kind, CaseRow.state == "open"
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

        self.house.at_desk(work)

    def _flag(self, flag: Flag) -> None:
        new = NewFlag(flag=flag, account_number=self.house.account, began_on=self.house.today, evidence="seen")
        self.house.at_desk(lambda desk: set_flag(desk, new, key=f"f{next(_names)}", by="ana"))

    def _unflag(self) -> None:
        def work(desk: Any) -> None:
            row = desk.session.scalars(
                select(PatientFlagRow).where(
                    PatientFlagRow.account_number == self.house.account,
                    PatientFlagRow.ends_on.is_(None),
                    PatientFlagRow.began_on < desk.today,
                )
            ).first()
            if row is not None:
                end_flag(desk, row.id, desk.today, by="ana", reason="over")

        self.house.at_desk(work)

    def _approve(self) -> None:
        """An approval at any time, also when nobody asked for it: the gates must hold by themselves."""
        house = self.house
        house.run(
            lambda session: account_decisions.approve_placement(
                session, LOCAL_PRACTICE, house.account, business_id=f"ok{next(_names)}", by="bea", reason="x",
                business_at=house.now,
            )
        )  # fmt: skip


def check_placements(house: Household) -> int:
    """Look at every placement with the rows alone, without the gates' own code; returns how many there are."""

    def work(session: Any) -> int:
        placed = session.scalars(select(AgencyPlacement).where(AgencyPlacement.account_number == house.account)).all()
        papers = session.scalars(select(Statement).where(Statement.account_number == house.account)).all()
        cases = session.scalars(select(CaseRow).where(CaseRow.account_number == house.account)).all()
        flags = session.scalars(select(PatientFlagRow).where(PatientFlagRow.account_number == house.account)).all()
        for one in placed:
            on = one.placed_on
            for entry in one.claims:
                shown = [
                    paper.business_date
                    for paper in papers
                    if paper.kind in _PAPERS and any(claim["claim"] == entry["claim"] for claim in paper.claims)
                ]
                assert min(shown) + timedelta(days=120) <= on, "120 days since its first statement"
                assert entry["cents"] > 0
            before = [paper for paper in papers if paper.kind in _PAPERS and paper.business_date <= on]
            finals = [paper.business_date for paper in before if paper.kind == "final_notice"]
            assert finals, "a final notice went out"
            assert max(finals) + timedelta(days=30) <= on, "30 days since the notice"
            for case in cases:
                stops = case.kind == "assistance" or case.details.get("category") != "access"
                during = case.opened_on < on and (case.closed_on is None or case.closed_on > on)
                assert not (case.kind in {"assistance", "complaint"} and stops and during), "a case was open"
            for flag in flags:
                whole = flag.kind in {"deceased", "minor"}
                assert not (whole and flag.began_on < on and (flag.ends_on is None or flag.ends_on >= on))
            assert all(gate["met"] for gate in one.gates)
        return len(placed)

    return house.run(work)


def check_papers(house: Household) -> None:
    """No paper asked for a Medicare share of a QMB, for what was before a petition, or from a dead guarantor."""

    def work(session: Any) -> None:
        papers = session.scalars(select(Statement).where(Statement.account_number == house.account)).all()
        flags = session.scalars(select(PatientFlagRow).where(PatientFlagRow.account_number == house.account)).all()
        for flag in flags:
            if flag.kind not in {"deceased", "minor"}:
                continue
            for paper in papers:
                stands = flag.began_on < paper.business_date and (
                    flag.ends_on is None or paper.business_date <= flag.ends_on
                )
                assert not (paper.kind in _PAPERS and stands), f"a {paper.kind} went out beside {flag.kind}"
        assert ledger.is_balanced(session)

    house.run(work)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=st.integers(2_000, 15_000), quiet=st.sampled_from((0, 60, 119, 121)), actions=ACTIONS)
def test_nobody_reaches_an_agency_with_a_condition_unmet(
    household: Household, first: int, quiet: int, actions: list[tuple[str, int]]
) -> None:
    household.claims, household.now, household.surname = [], BEGIN, f"P{next(_names)}"
    household.owe(first)
    household.advance(quiet)
    life = Life(house=household)
    for action, value in actions:
        life.do(action, value)
        check_placements(household)
    life.do("approve", 0)
    household.advance(40)
    check_papers(household)
    check_placements(household)
