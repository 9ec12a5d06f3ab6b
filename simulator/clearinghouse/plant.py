"""Hooks by which a test orders an event of its own: a takeback, a late answer, an old file once more."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime

from simulator.clearinghouse.answers import deliver_again, hold_kind, release_kind
from simulator.clearinghouse.decisions import standing_decision, take_back
from simulator.clearinghouse.desk import Desk
from simulator.clearinghouse.known_claims import KnownClaim, claim_by_control_number
from simulator.clearinghouse.patients import make_forgetful
from simulator.store.database import stored


def plant(desk: Desk, order: Mapping[str, object]) -> dict[str, object]:
    """Carry out one order: reverse, hold, release, hold_kind, release_kind, deliver_again or pays_twice.

    Raises:
        ValueError: an unknown order, or nothing that it could apply to.
    """
    now = desk.now()
    if now is None:
        raise ValueError("the clearinghouse has not been told a date yet: advance it first")
    for name, carry_out in _ORDERS.items():
        if name in order:
            carry_out(desk, order, now)
            return {"planted": name}
    raise ValueError(f"unknown order; known are {', '.join(_ORDERS)}")


def _claim(desk: Desk, order: Mapping[str, object], name: str) -> KnownClaim:
    control_number = str(order[name])
    known = claim_by_control_number(desk, control_number)
    if known is None or known.state == "refused":
        raise ValueError(f"no payer has a claim {control_number}")
    return known


def _reverse(desk: Desk, order: Mapping[str, object], now: datetime) -> None:
    known = _claim(desk, order, "reverse")
    found = standing_decision(desk, known)
    if found is None or found.state != "paid":
        raise ValueError(f"claim {order['reverse']} has no remittance that could be reversed")
    with desk.database.transaction():
        take_back(desk, known, date.fromisoformat(str(order.get("on") or now.date())), now)


def _hold(desk: Desk, order: Mapping[str, object], _now: datetime) -> None:
    known = _claim(desk, order, "hold")
    desk.database.execute("UPDATE decisions SET state = 'held' WHERE claim_id = ? AND state = 'waiting'", known.id)


def _release(desk: Desk, order: Mapping[str, object], now: datetime) -> None:
    """What was held past its day is paid today; what was not is paid on its day."""
    known = _claim(desk, order, "release")
    desk.database.execute(
        "UPDATE decisions SET state = 'waiting', pay_on = MAX(pay_on, ?), due = MAX(due, ?) "
        "WHERE claim_id = ? AND state = 'held'",
        now.date().isoformat(),
        stored(now),
        known.id,
    )


def _hold_kind(desk: Desk, order: Mapping[str, object], _now: datetime) -> None:
    hold_kind(desk, str(order["hold_kind"]))


def _release_kind(desk: Desk, order: Mapping[str, object], _now: datetime) -> None:
    release_kind(desk, str(order["release_kind"]))


def _deliver_again(desk: Desk, order: Mapping[str, object], _now: datetime) -> None:
    if not deliver_again(desk, str(order["deliver_again"])):
        raise ValueError(f"no file {order['deliver_again']} was ever delivered")


def _pays_twice(desk: Desk, order: Mapping[str, object], _now: datetime) -> None:
    """The patient of this account pays each statement twice."""
    with desk.database.transaction():
        make_forgetful(desk, int(str(order["pays_twice"])))


_ORDERS: dict[str, Callable[[Desk, Mapping[str, object], datetime], None]] = {
    "reverse": _reverse,
    "hold_kind": _hold_kind,
    "hold": _hold,
    "release_kind": _release_kind,
    "release": _release,
    "deliver_again": _deliver_again,
    "pays_twice": _pays_twice,
}
