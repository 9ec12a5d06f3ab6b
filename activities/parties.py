"""Who we are on the wire: the organisation's submitter and a payer, from their rows."""

from __future__ import annotations

import os
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.coverage.coverage import Payer, PayerKind
from domain.people.parties import BillingProvider
from edi.envelope import ControlNumbers
from storage import control_numbers
from storage.models import Organisation, PayerRow
from storage.practice_day import zone_of
from storage.serialise import from_json


def submitter(session: Session, organisation_id: int) -> BillingProvider:
    """The organisation's own billing provider: it submits for every provider of its claims."""
    return from_json(BillingProvider, session.get_one(Organisation, organisation_id).provider)


def time_zone(session: Session, organisation_id: int) -> ZoneInfo:
    """Dates are the practice's: the zone of its calendar day."""
    return zone_of(session, organisation_id)


def payer(session: Session, code: str) -> Payer:
    """A payer as the clearinghouse knows it."""
    row = session.scalars(select(PayerRow).where(PayerRow.code == code)).one()
    return Payer(code=row.code, name=row.name, kind=PayerKind(row.kind), filing_indicator=row.filing_indicator)


def usage() -> Literal["T", "P"]:
    """ISA15: test unless the operator says production; a test configuration never sends P."""
    return "P" if os.environ.get("CLAIMFLOW_USAGE") == "P" else "T"


CLEARINGHOUSE = "clearinghouse"
"""One sequence for everything that goes to the clearinghouse, whichever payer ISA08 names: a TA1 names
only ISA13, which must then say which interchange is meant."""


def draw_control_numbers(
    session: Session, organisation_id: int, sender: str, transactions: int = 1
) -> ControlNumbers:
    """Draw ISA13, GS06 and as many ST02 as there are transaction sets."""
    first = control_numbers.draw(session, organisation_id, sender, CLEARINGHOUSE, "ST02", transactions)
    return ControlNumbers(
        interchange=control_numbers.draw(session, organisation_id, sender, CLEARINGHOUSE, "ISA13"),
        group=control_numbers.draw(session, organisation_id, sender, CLEARINGHOUSE, "GS06"),
        transactions=tuple(range(first, first + transactions)),
    )
