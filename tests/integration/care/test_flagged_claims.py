"""A flag is a block for the claim too: nobody makes self-pay what the patient may not be asked for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sqlalchemy.orm import Session

from activities.care.flagging import NewFlag, set_flag
from activities.cases.desk import Desk as CareDesk
from domain.care.flags import Flag
from storage import claims
from storage.organisations import LOCAL_PRACTICE
from tests.integration.activities.conftest import Desk, new_desk

__all__ = ["new_desk"]


def test_a_claim_of_a_patient_in_custody_is_not_made_self_pay(
    new_desk: Callable[..., Desk],
) -> None:
    desk = new_desk()
    desk.deny("CO-27")

    def flag(session: Session) -> None:
        account = claims.get(session, desk.claim).account_number
        new = NewFlag(
            flag=Flag.PRISONER, account_number=account, began_on=date(2026, 1, 1), evidence="letter of the jail"
        )
        set_flag(CareDesk.at(session, LOCAL_PRACTICE, desk.today), new, key="one", by="ann")

    desk.books.run(LOCAL_PRACTICE, flag)
    said = desk.order("self_pay", id="no")
    assert not said.accepted
    assert "the authority that holds the patient in custody" in said.refusal
    assert "patient_receivable" not in desk.balances()
