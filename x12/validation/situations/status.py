"""276, 277 and 277CA: is the claim named, and does the answer agree with itself."""

from __future__ import annotations

from typing import Any

from x12.validation.situation import NONE, Hit, Hits, situation

_ACCEPTED = frozenset(("A0", "A1", "A2", "A5"))
_REFUSED = frozenset(("A3", "A4", "A6", "A7", "A8"))


@situation("service-date-unknown", "276", "2200D DTP", severity="warning",
           source="a claim is searched by its dates of service: DTP*472 of claim or line")  # fmt: skip
def service_date(claim: Any) -> Hits:
    if claim.dates or claim.payer_claim_number or any(line.dates for line in claim.lines):
        return NONE
    return (Hit("the claim has neither a date of service (DTP*472) nor the payer's number (REF*1K)"),)


@situation("action-against-category", "277CA", "2200D STC03", severity="warning",
           source="STC03 U goes with a refusing category (A3, A4, A6, A7, A8), WQ with an accepting one")  # fmt: skip
def action_against_category(claim: Any) -> Hits:
    found: list[Hit] | None = None
    for status in claim.statuses:
        category = status.codes[0].category if status.codes else ""
        wrong = (category in _REFUSED and status.action == "WQ") or (category in _ACCEPTED and status.action == "U")
        if wrong:
            found = found or []
            found.append(Hit(f"is {status.action} beside category {category}; expected them to agree, until then the "
                             "claim counts as refused"))  # fmt: skip
    return found or NONE


@situation("paid-without-amount", "277", "2200D STC05", severity="warning",
           source="STC05 says what was paid where the category is F1 (finalised, paid)")  # fmt: skip
def paid_without_amount(claim: Any) -> Hits:
    found: list[Hit] | None = None
    for status in claim.statuses:
        if status.codes and status.codes[0].category == "F1" and status.paid_cents is None:
            found = found or []
            found.append(Hit("the category is F1 (paid), but no amount is given"))
    return found or NONE


@situation("status-category-of-acknowledgement", "277", "2200D STC01", severity="warning",
           source="categories A0 to A8 acknowledge a claim (277CA); a 277 has D, E, F, P or R")  # fmt: skip
def category_of_acknowledgement(claim: Any) -> Hits:
    for status in claim.statuses:
        if status.codes and status.codes[0].category in _ACCEPTED | _REFUSED and status.codes[0].category != "A4":
            return (Hit(f"is {status.codes[0].category}, a category of acknowledgements; expected D, E, F, P or R",
                        value=status.codes[0].category),)  # fmt: skip
    return NONE


@situation("acknowledgement-counts", "277CA:set", "2200B QTY", severity="warning",
           source="QTY*90 and QTY*AA count the claims acknowledged below them")  # fmt: skip
def acknowledgement_counts(acknowledgement: Any) -> Hits:
    found = []
    for source in acknowledgement.sources:
        for receiver in source.receivers:
            below = sum(
                len(person.claims)
                for provider in receiver.providers
                for subscriber in provider.patients
                for person in (subscriber, *subscriber.dependents)
            )
            stated = [one.quantity for level in receiver.levels for one in level.quantities]
            if stated and below and sum(stated) != below:
                found.append(Hit(f"count {sum(stated)} claims, {below} follow", receiver.party.position))
    return found
