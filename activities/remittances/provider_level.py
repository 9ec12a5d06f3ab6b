"""PLB entries: provider-level facts, booked as such and never spread over claims."""

from __future__ import annotations

from collections.abc import Sequence

from activities.cases.desk import Desk
from activities.cases.recoupment import held_back_at_provider_level
from activities.inbound.context import Inbound
from activities.remittances import asking
from activities.remittances.loops import Head
from activities.remittances.rules import money, provider_adjustment_reasons
from activities.remittances.work import Work
from domain.ledger.posting import plan_provider_adjustment
from domain.remittance import keys
from domain.remittance.provider_reference import possible_numbers
from domain.remittance.remittance import ProviderAdjustment, Remittance
from storage import ledger, remittances
from storage.ledger import NewPosting


def post_provider_adjustments(inbound: Inbound, work: Work, head: Head, remittance: Remittance) -> None:
    """Write each entry once, linked to a claim only where its reference names one claim of ours."""
    entries = list(zip(keys.provider_adjustment_keys(remittance), remittance.provider_adjustments, strict=True))
    if not entries:
        return
    links = _links(inbound, [entry for _, entry in entries])
    rows = [
        {
            "organisation_id": inbound.organisation_id,
            "key": key,
            "remittance_id": head.remittance_id,
            "reason": entry.reason,
            "reference": entry.reference,
            "amount_cents": entry.amount_cents,
            "claim_number": links.get(entry.reference),
            "business_date": inbound.today,
        }
        for key, entry in entries
    ]
    new = remittances.add_provider_adjustments(inbound.session, rows)
    ledger.post_all(
        inbound.session,
        inbound.organisation_id,
        [_posting(inbound, head, key, entry) for key, entry in entries if key in new and entry.amount_cents],
    )
    for key, entry in entries:
        if key in new and entry.reason.upper() not in provider_adjustment_reasons():
            asking.about_provider_level(work, new[key], head, entry)
        if key in new and (claim := links.get(entry.reference)) is not None:
            kept = "held back" if entry.amount_cents > 0 else "gave"
            work.note(
                claim,
                f"provider_adjustment:{key}",
                f"The payer {kept} {money(abs(entry.amount_cents))} at provider level and names this claim",
                f"PLB {entry.reason} {entry.reference}; the claim's own balance is not touched",
                head.payer_name,
            )
    if new:
        desk = Desk.at(inbound.session, inbound.organisation_id, inbound.business_at)
        held_back_at_provider_level(desk, list(new), remittance.payer_identifier)


def _posting(inbound: Inbound, head: Head, key: str, entry: ProviderAdjustment) -> NewPosting:
    return NewPosting(
        key=key,
        kind="provider_level",
        cites=f"PLB {entry.reason} {entry.reference}".rstrip() + f", trace {head.trace_number}",
        by="payer",
        business_date=inbound.today,
        legs=plan_provider_adjustment(entry),
    )


def _links(inbound: Inbound, entries: Sequence[ProviderAdjustment]) -> dict[str, int]:
    """Claim by reference, where exactly one is named."""
    named = {entry.reference: possible_numbers(entry.reference) for entry in entries}
    claims = remittances.claims_by_number(inbound.session, {number for several in named.values() for number in several})
    found = {
        reference: set().union(*(claims.get(number, set()) for number in numbers))
        for reference, numbers in named.items()
    }
    return {reference: several.pop() for reference, several in found.items() if len(several) == 1}
