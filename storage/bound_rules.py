"""Who is bound by which rule about patients' money: read from the tables that the work itself reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy.orm import Session

from domain.care.flags import RULES
from storage.billing_rules import HOUSE, contact_rows, plan_rows
from storage.care_rules import care_rows, contact_pack_of, pack_of
from storage.reference import statement_policy

CHOICE = "house policy"
"""How the source of a row begins that no law asks for."""
LAW, OWN = "law", "own choice"


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundRule:
    """One rule with its value of a day."""

    rule: str
    value: str
    binds: str
    """``law``, or ``own choice``: the house keeps it without being bound."""
    who: str
    """Pack of the organisation's kind, or the payers whose claims it is about."""
    source: str
    file: str


def bound_rules(session: Session, organisation_id: int, on: date) -> list[BoundRule]:
    """Every rule that holds for an organisation on a day.

    Raises:
        LookupError: the data name no pack for it.
    """
    own, contact = pack_of(organisation_id, on), contact_pack_of(organisation_id, on)
    packs = dict.fromkeys((HOUSE, contact))
    steps = asdict(statement_policy(session, on))
    return [
        *(_of_row(row, pack, "patient_contact.csv") for pack in packs for row in contact_rows(on, pack)),
        *(
            BoundRule(rule=name, value=str(value), binds=OWN, who=HOUSE, source=CHOICE, file="payer_policies.csv")
            for name, value in steps.items()
        ),
        *(_of_row(row, HOUSE, "payment_plans.csv") for row in plan_rows(on)),
        *(_of_row(row, own, "care_policies.csv") for row in care_rows(organisation_id, on)),
        *(
            BoundRule(
                rule=flag.value,
                value=f"billed: {rule.billed}",
                binds=LAW,
                who=", ".join(sorted(rule.payer_kinds)) or "every payer",
                source=rule.source,
                file="domain/care/flags.py",
            )
            for flag, rule in RULES.items()
        ),
    ]


def _of_row(row: Mapping[str, str], who: str, file: str) -> BoundRule:
    return BoundRule(
        rule=row["name"],
        value=row["value"],
        binds=OWN if row["source"].startswith(CHOICE) else LAW,
        who=who,
        source=row["source"],
        file=file,
    )
