"""What a payer calls the patient's share never becomes the patient's where a flag says that somebody else is billed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import count

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from activities.account.balance import OpenAccount
from activities.care.flagging import NewFlag, end_flag, set_flag
from activities.cases.desk import Desk as CareDesk
from contracts.account import AccountRef
from domain.care.flags import RULES, Flag
from domain.claim.stages import Owes, Stage
from storage import claims, ledger
from storage.models import Claim, WorkflowMessage, WorkItem
from storage.organisations import LOCAL_PRACTICE
from tests.integration.activities.conftest import BEGIN, Desk, new_desk
from tests.integration.storage.samples import check_in, encounter, person

__all__ = ["new_desk"]
KEEPING = sorted(flag for flag, rule in RULES.items() if rule.keeps_share)
BEGAN = date(2026, 1, 1)
SHARE = 15_000
_keys = count(10)


def of_medicare(desk: Desk) -> None:
    """The claim's payer is Medicare, which the flags of Medicare patients are about."""
    desk.books.run(
        LOCAL_PRACTICE,
        lambda session: session.execute(
            update(Claim).where(Claim.number == desk.claim).values(payer_kind="medicare")
        ),
    )


def another_household(desk: Desk) -> Desk:
    """A visit of a patient whom the books do not know yet, with its payer."""
    serial = next(_keys)
    visit = encounter(serial, reference=f"household {serial}", patient=person(f"Household{serial}"))
    other = Desk(books=desk.books, claim=check_in(desk.books, LOCAL_PRACTICE, visit).claim_number)
    desk.books.run(
        LOCAL_PRACTICE,
        lambda session: claims.set_stage(
            session, other.claim, stage=Stage.CODING, owes=Owes.PAYER, next_at=BEGIN, next_what="coding", owner="system"
        ),
    )
    other.send()
    return other


def account_of(desk: Desk) -> int:
    return desk.books.run(LOCAL_PRACTICE, lambda session: claims.get(session, desk.claim).account_number)


def flag(desk: Desk, kind: Flag) -> int:
    new = NewFlag(flag=kind, account_number=account_of(desk), began_on=BEGAN, evidence="seen")

    def work(session: Session) -> int:
        return set_flag(CareDesk.at(session, LOCAL_PRACTICE, desk.today), new, key=f"k{next(_keys)}", by="ana").id

    return desk.books.run(LOCAL_PRACTICE, work)


def unflag(desk: Desk, number: int) -> None:
    """It was another person's: the flag never covered this visit."""

    def work(session: Session) -> None:
        at = CareDesk.at(session, LOCAL_PRACTICE, desk.today)
        end_flag(at, number, date(2026, 1, 2), by="ana", reason="mixed up")

    desk.books.run(LOCAL_PRACTICE, work)


def rung(desk: Desk) -> bool:
    """Whether the claim was told to look again; it does."""
    found = select(WorkflowMessage.id).where(
        WorkflowMessage.recipient == "claim",
        WorkflowMessage.number == str(desk.claim),
        WorkflowMessage.reference.like("flag-%"),
    )
    told = desk.books.run(LOCAL_PRACTICE, lambda session: list(session.scalars(found)))
    desk.act()
    return bool(told)


def asked(desk: Desk) -> dict[int, int]:
    """What a statement of today would ask for."""
    ref = AccountRef(organisation_id=LOCAL_PRACTICE, account_number=account_of(desk), today=desk.today)
    return desk.books.run(LOCAL_PRACTICE, lambda session: dict(OpenAccount.lock(session, ref).asked))


def questions(desk: Desk) -> list[str]:
    wanted = select(WorkItem.reason).where(WorkItem.kind == "share_kept", WorkItem.closed_on.is_(None))
    return desk.books.run(LOCAL_PRACTICE, lambda session: list(session.scalars(wanted)))


def test_a_medicare_share_of_a_qmb_patient_stays_on_the_payers_side_and_a_person_is_told_whose_it_is(
    new_desk: Callable[..., Desk],
) -> None:
    desk = new_desk()
    of_medicare(desk)
    flag(desk, Flag.QMB)
    told = desk.remit(desk.decision("PR-1"))
    assert "patient_receivable" not in desk.balances()
    assert desk.balances()["payer_receivable"] == SHARE
    assert told.stage is Stage.NEEDS_REVIEW
    (question,) = questions(desk)
    assert "$150.00 is not the patient's (qmb)" in question
    assert "42 U.S.C. 1396a(n)(3)(B)" in question
    assert asked(desk) == {}

    given_up = desk.order("write_off", id="no-medicaid")
    assert given_up.accepted, given_up.refusal
    assert desk.snapshot().stage is Stage.CLOSED
    assert not {"patient_receivable", "payer_receivable"} & set(desk.balances())


def test_a_flag_that_comes_after_the_statement_takes_the_share_back_and_its_end_leaves_it_to_the_patient_again(
    new_desk: Callable[..., Desk],
) -> None:
    desk = new_desk()
    desk.remit(desk.decision("PR-1"))
    assert asked(desk) == {desk.claim: SHARE}
    number = flag(desk, Flag.PRISONER)
    assert asked(desk) == {}, "from the moment on in which it is known"
    assert rung(desk), "the claim is told"
    assert desk.snapshot().stage is Stage.NEEDS_REVIEW
    assert desk.balances()["payer_receivable"] == SHARE
    assert "patient_receivable" not in desk.balances()

    unflag(desk, number)
    assert rung(desk)
    assert desk.snapshot().stage is Stage.PATIENT_BALANCE
    assert desk.balances()["patient_receivable"] == SHARE
    assert asked(desk) == {desk.claim: SHARE}
    assert questions(desk) == []


@pytest.mark.parametrize("kind", [Flag.DECEASED, Flag.BANKRUPT])
def test_a_debt_that_is_the_patients_own_stands_as_theirs_and_is_only_not_asked_for(
    new_desk: Callable[..., Desk], kind: Flag
) -> None:
    desk = new_desk()
    new = NewFlag(
        flag=kind, account_number=account_of(desk), began_on=desk.today.date(), evidence="letter of the court"
    )
    desk.books.run(
        LOCAL_PRACTICE,
        lambda session: set_flag(CareDesk.at(session, LOCAL_PRACTICE, desk.today), new, key="x", by="ana"),
    )
    desk.remit(desk.decision("PR-1"))
    assert desk.balances()["patient_receivable"] == SHARE


@settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    kind=st.sampled_from(KEEPING),
    codes=st.lists(st.sampled_from(("PR-1", "PR-2", "PR-3", "CO-45", "")), min_size=1, max_size=2),
    before=st.booleans(),
    again=st.booleans(),
)
def test_no_order_of_flag_decision_and_reversal_leaves_a_share_with_the_patient(
    new_desk: Callable[..., Desk], kind: Flag, codes: list[str], before: bool, again: bool
) -> None:
    desk = another_household(new_desk())
    of_medicare(desk)
    if before:
        flag(desk, kind)
    first = desk.decision(*codes)
    desk.remit(first)
    if not before:
        flag(desk, kind)
        rung(desk)
    for _ in range(2 if again else 1):
        assert desk.balances().get("patient_receivable", 0) == 0
        assert asked(desk) == {}
        if again:
            desk.remit(desk.decision(*codes, status="22", sign=-1), desk.decision(*codes, icn="ICN-again"))
    assert desk.books.run(LOCAL_PRACTICE, ledger.is_balanced)
