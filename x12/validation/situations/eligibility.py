"""270 and 271: is something asked, is something answered, and can a benefit be understood."""

from __future__ import annotations

from collections.abc import Iterator

from x12.transactions.eligibility import Benefit, EligibilityInquiry, EligibilityResponse
from x12.validation.situation import Hit, Hits, situation

_MONEY = {"B": "copay", "C": "deductible", "G": "out of pocket", "J": "cost containment", "Y": "spend down"}


@situation("nothing-asked", "270:set", "2110C EQ",
           source="a member without EQ, and without dependents that have one, is asked nothing about")  # fmt: skip
def nothing_asked(inquiry: EligibilityInquiry) -> Hits:
    found = []
    for _, _, subscriber, dependent in inquiry.members():
        member = dependent or subscriber
        if not member.questions and not (member is subscriber and subscriber.dependents):
            found.append(Hit("the member has no question; expected EQ", member.person.position,
                             loop="2110D" if dependent else "2110C"))  # fmt: skip
    return found


@situation("member-not-searchable", "270:set", "2100C NM1",
           source="a payer finds a member by number, or by name and birth date")  # fmt: skip
def not_searchable(inquiry: EligibilityInquiry) -> Hits:
    found = []
    for _, _, subscriber, dependent in inquiry.members():
        person = subscriber.person
        if person.identifier or dependent is not None or (person.last_name and person.birth_date):
            continue
        if any(reference.qualifier in ("SY", "EJ", "1W", "IF") for reference in person.references):
            continue
        found.append(Hit("the subscriber cannot be searched for; expected a member number, or name and birth date",
                         person.position))  # fmt: skip
    return found


@situation("nothing-answered", "271:set", "2110C EB",
           source="every member of a 271 has a benefit (EB) or a rejection (AAA) at its level or above")  # fmt: skip
def nothing_answered(response: EligibilityResponse) -> Hits:
    found = []
    for source, receiver, subscriber, dependent in response.members():
        member = dependent or subscriber
        if member.benefits or member.rejections or (member is subscriber and subscriber.dependents):
            continue
        above = (subscriber.rejections, receiver.rejections, source.rejections, source.party_rejections)
        if not any(above):
            found.append(Hit("the member has neither a benefit nor a rejection; expected EB or AAA",
                             member.person.position, loop="2110D" if dependent else "2110C"))  # fmt: skip
    return found


@situation("rejected-and-active", "271:set", "2100C AAA", severity="warning",
           source="a member whose request was rejected (AAA01 N) has no active coverage (EB01 1 to 5)")  # fmt: skip
def rejected_and_active(response: EligibilityResponse) -> Hits:
    found = []
    for _, _, subscriber, dependent in response.members():
        member = dependent or subscriber
        refused = any(one.valid == "N" for one in member.rejections)
        if refused and any(benefit.information in "12345" for benefit in member.benefits):
            found.append(Hit("rejects the member, whose coverage is said to be active below", member.person.position))
    return found


@situation("benefit-amount-missing", "271:set", "2110C EB07", severity="warning",
           source="EB07 or EB08 says how much: a copay or deductible an amount, coinsurance a percentage")  # fmt: skip
def benefit_amount(response: EligibilityResponse) -> Hits:
    found = []
    for at, benefit in _benefits(response):
        if benefit.amount_cents is not None or benefit.percent is not None or benefit.messages:
            continue
        if benefit.information in _MONEY:
            name = _MONEY[benefit.information]
            found.append(Hit(f"EB01 is {benefit.information} ({name}), but no amount is given", at))
        elif benefit.information == "A":
            found.append(Hit("EB01 is A (coinsurance), but EB08 is empty; expected the share, as .2", at, element=8))
    return found


@situation("percent-above-one", "271:set", "2110C EB08", severity="warning",
           source="EB08 is a fraction: .2 is 20 per cent")  # fmt: skip
def percent_above_one(response: EligibilityResponse) -> Hits:
    return [
        Hit(f"is {benefit.percent}, which is {benefit.percent * 100:f} per cent; expected a fraction up to 1", at)
        for at, benefit in _benefits(response)
        if benefit.percent is not None and benefit.percent > 1
    ]


def _benefits(response: EligibilityResponse) -> Iterator[tuple[int, Benefit]]:
    for _, _, subscriber, dependent in response.members():
        member = dependent or subscriber
        for benefit in member.benefits:
            yield member.person.position, benefit
