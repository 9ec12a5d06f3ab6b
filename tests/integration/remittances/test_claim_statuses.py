"""Every CLP02 of 5010: what it does to the ledger, the attempt and the claim's own story."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from tests.support.remittance_office import RemittanceOffice
from tests.support.remittance_text import claim, head, interchange, line

OPEN = {"payer_receivable": 12500, "revenue": -12500}
FIRST = ("1", "80", ("CO*45*25", "PR*2*20"))
SECOND = ("2", "12", ("OA*23*105", "PR*2*8"))
THIRD = ("3", "5", ("OA*23*117", "PR*2*3"))
Told = tuple[str, str, tuple[str, ...]]
"""CLP02, CLP04 and the CAS of the one line of 125.00."""


class Case(NamedTuple):
    """What came before, what comes, and what must stand then."""

    before: tuple[Told, ...]
    told: Told
    balances: dict[str, int]
    verdict: str
    attempt: str = "answered"
    rings: int = 1


def settled(paid: int, patient: int, waits: int = 0) -> dict[str, int]:
    """125.00 less 25.00 by contract: what was paid, what is the patient's, what waits with the payers."""
    found = {"unapplied_cash": paid, "contractual": 2500, "patient_receivable": patient, "payer_receivable": waits}
    return {name: cents for name, cents in (found | {"revenue": -12500}).items() if cents}


CASES = {
    "1": Case((), FIRST, settled(8000, 2000), "paid"),
    "2": Case((FIRST,), SECOND, settled(9200, 800), "paid"),
    "3": Case((FIRST, SECOND), THIRD, settled(9700, 300), "paid"),
    "4": Case((), ("4", "0", ("CO*31*125",)), OPEN, "denied"),
    "19": Case((), ("19", *FIRST[1:]), settled(8000, 0, 2000), "paid"),
    "20": Case((FIRST,), ("20", *SECOND[1:]), settled(9200, 0, 800), "paid"),
    "21": Case((FIRST, SECOND), ("21", *THIRD[1:]), settled(9700, 0, 300), "paid"),
    "22": Case((FIRST,), ("22", "-80", ("CO*45*-25", "PR*2*-20")), OPEN, "reversal"),
    "23": Case((), ("23", "0", ("OA*109*125",)), OPEN, "forwarded"),
    "25": Case((), ("25", "0", ("CO*45*25", "PR*3*20", "OA*101*80")), OPEN, "predetermination", "sent", 0),
}


@pytest.mark.parametrize("status", CASES)
def test_a_status_does_what_it_says(office: RemittanceOffice, status: str) -> None:
    case = CASES[status]
    number = office.send_claim(("99213", 12500))
    for place, (clp02, paid, adjustments) in enumerate((*case.before, case.told), start=1):
        sign = "-" if clp02 == "22" else ""
        money = ("0", "H", "NON") if paid == "0" or sign else (paid, "I", "ACH")
        body = [
            *head(f"EFT{place}", money[0], handling=money[1], method=money[2]),
            *claim(f"{number}-1", clp02, f"{sign}125", paid, "", f"ICN{place if clp02 != '22' else place - 1}"),
            *line("99213", f"{sign}125", paid, *adjustments, control="1"),
        ]  # fmt: skip
        if sign:
            body.append("PLB*1234567893*20261231*FB:NEXT*-80")
        assert office.receive(interchange(body, number=place), f"{place}.835") == ["processed"]
    assert office.balances(number) == case.balances
    assert (office.loops()[-1].status, office.loops()[-1].verdict) == (status, case.verdict)
    assert [row.state for row in office.attempts(number)] == [case.attempt]
    assert office.rung()[str(number)] == len(case.before) + case.rings
    assert office.open_items() == []
