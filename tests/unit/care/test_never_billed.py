"""Whatever a payer says, a patient is billed its PR alone, and nothing where a block stands beside it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from activities.protected_patients import protecting_rule
from domain.ledger.chart import LedgerAccount
from domain.ledger.posting import plan_remittance_claim
from domain.remittance.remittance import Adjustment, RemittedClaim

_CONTRACTUAL = frozenset({("CO", "45"), ("CO", "253")})
_ADJUSTMENTS = st.lists(
    st.builds(
        Adjustment,
        group=st.sampled_from(("CO", "PI", "OA", "PR")),
        reason=st.sampled_from(("1", "2", "3", "23", "45", "50", "97", "204", "253")),
        amount_cents=st.integers(1, 40_000),
    ),
    max_size=6,
)


def _billed(adjustments: list[Adjustment], paid: int, *, open_cents: int | None, may_owe: bool) -> int:
    claim = RemittedClaim(
        control_number="1-1",
        status="1",
        charge_cents=paid + sum(one.amount_cents for one in adjustments),
        paid_cents=paid,
        patient_responsibility_cents=0,
        payer_control_number="ICN1",
        adjustments=tuple(adjustments),
        lines=(),
    )
    legs = plan_remittance_claim(
        claim,
        claim_number=1,
        account_number=2,
        contractual=_CONTRACTUAL,
        open_cents=open_cents,
        patient_may_owe=may_owe,
    )
    assert sum(leg.amount_cents for leg in legs) == 0
    return sum(leg.amount_cents for leg in legs if leg.ledger_account is LedgerAccount.PATIENT_RECEIVABLE)


@given(adjustments=_ADJUSTMENTS, paid=st.integers(0, 40_000), open_cents=st.none() | st.integers(0, 90_000))
def test_a_patient_is_billed_no_co_pi_or_oa_and_nothing_beyond_what_is_open(
    adjustments: list[Adjustment], paid: int, open_cents: int | None
) -> None:
    left = sum(one.amount_cents for one in adjustments if one.group == "PR")
    billed = _billed(adjustments, paid, open_cents=open_cents, may_owe=True)
    if open_cents is None:
        assert billed == left
    else:
        assert billed == min(left, max(0, open_cents - paid))
    assert _billed([one for one in adjustments if one.group != "PR"], paid, open_cents=open_cents, may_owe=True) == 0


@given(adjustments=_ADJUSTMENTS, paid=st.integers(0, 40_000))
def test_a_blocked_patient_is_billed_nothing_at_all(adjustments: list[Adjustment], paid: int) -> None:
    assert _billed(adjustments, paid, open_cents=None, may_owe=False) == 0


def test_qmb_and_no_surprises_remarks_are_blocks() -> None:
    for remark in ("N781", "N782", "N783", "N830", "N862", "N864", "N870"):
        assert protecting_rule((remark,)), remark
    assert not protecting_rule(("N115",))
