"""837: who bills, who is covered, who is treated, and who pays first."""

from __future__ import annotations

from typing import Any

from x12.transactions.parts import Address, Party
from x12.validation import places
from x12.validation.identifiers import is_mbi
from x12.validation.plain import KIN, plain_others, plain_subscriber
from x12.validation.situation import NONE, Hit, Hits, situation

_BOTH = "837P 837I"
_HOME = ("", "US", "CA")
_MEDICARE = frozenset(("MA", "MB"))
_BOXES = ("PO BOX", "P O BOX", "P.O. BOX", "P.O.BOX", "POST OFFICE BOX", "POBOX", "LOCK BOX", "LOCKBOX")


@situation("subscriber-not-patient", _BOTH, "2000B SBR02",
           unless=plain_subscriber,
           source="SBR02 is 18 where the subscriber is the patient, and empty where a 2000C follows")  # fmt: skip
def subscriber_not_patient(claim: Any) -> Hits:
    is_self = claim.subscriber.relationship == "18"
    if is_self is (claim.patient is None):
        return NONE
    at = places.subscriber(claim.subscriber)
    if is_self:
        return (Hit("is 18 (self), but a patient follows in 2000C; expected empty, or no 2000C", at),)
    return (Hit("is empty and no patient follows in 2000C; expected 18 (self), or a 2000C", at),)


@situation("patient-relationship", _BOTH, "2000C PAT01", unless=plain_subscriber,
           source="PAT01 names a relationship other than self")  # fmt: skip
def patient_relationship(claim: Any) -> Hits:
    code = claim.patient.relationship if claim.patient is not None else ""
    if claim.patient is None or code in KIN:
        return NONE
    return (Hit(f"is {code}, expected one of {', '.join(sorted(KIN))}", places.patient(claim.patient), value=code),)


@situation("subscriber-address-missing", _BOTH, "2010BA N3",
           unless=plain_subscriber,
           source="2010BA N3, N4 are required where the subscriber is the patient")  # fmt: skip
def subscriber_address(claim: Any) -> Hits:
    person = claim.subscriber.person
    if claim.patient is not None or person.entity_type != "1":
        return NONE
    address = person.address
    if address is not None and address.line1 and address.city:
        return NONE
    has_street = address is not None and address.line1
    segment, at = ("N4", places.city(person)) if has_street else ("N3", places.street(person))
    return (Hit(f"the subscriber is the patient, but {segment} is missing; expected the patient's address", at,
                segment=segment),)  # fmt: skip


@situation("subscriber-birth-missing", _BOTH, "2010BA DMG",
           unless=plain_subscriber,
           source="2010BA DMG is required where the subscriber is the patient")  # fmt: skip
def subscriber_birth(claim: Any) -> Hits:
    person = claim.subscriber.person
    if claim.patient is not None or person.birth_date is not None or person.entity_type != "1":
        return NONE
    return (Hit("the subscriber is the patient, but DMG is missing; expected birth date and sex",
                places.demographics(person)),)  # fmt: skip


@situation("member-id-missing", _BOTH, "2010BA NM109", severity="warning",
           unless=plain_subscriber,
           source="NM108 and NM109 of a person who is subscriber: payers find nobody without")  # fmt: skip
def member_id_missing(claim: Any) -> Hits:
    person = claim.subscriber.person
    if person.identifier or person.entity_type != "1":
        return NONE
    return (Hit("the subscriber has no member number; expected MI and the number on the card", person.position),)


@situation("mbi-shape", _BOTH, "2010BA NM109", severity="warning", strict=True, snip=5,
           unless=plain_subscriber,
           source="CMS, Understanding the Medicare Beneficiary Identifier")  # fmt: skip
def medicare_number(claim: Any) -> Hits:
    subscriber = claim.subscriber
    if subscriber.filing_indicator not in _MEDICARE:
        return NONE
    person = subscriber.person
    if person.id_qualifier != "MI" or is_mbi(person.identifier):
        return NONE
    return (Hit("has not the shape of a Medicare Beneficiary Identifier; expected 11 characters, as 1AA0AA0AA00",
                person.position),)  # fmt: skip


@situation("medicare-secondary-reason", _BOTH, "2000B SBR05",
           unless=plain_subscriber,
           source="SBR05 says why Medicare is not the first payer; it is used for nothing else")  # fmt: skip
def medicare_secondary(claim: Any) -> Hits:
    subscriber = claim.subscriber
    if subscriber.filing_indicator not in _MEDICARE:
        return NONE
    if subscriber.payer_responsibility not in ("P", "U") and not subscriber.insurance_type:
        return (Hit("Medicare is not the first payer (SBR01), but SBR05 is empty; expected the insurance type code "
                    "of the reason", places.subscriber(subscriber)),)  # fmt: skip
    return NONE


@situation("payer-responsibility-twice", _BOTH, "2320 SBR01", unless=plain_others,
           source="each value of SBR01 except U stands once in a claim, 2000B and 2320 together")  # fmt: skip
def responsibility_twice(claim: Any) -> Hits:
    seen = {claim.subscriber.payer_responsibility}
    found = []
    for other in claim.other_coverages:
        code = other.payer_responsibility
        if code in seen and code != "U":
            found.append(Hit(f"{code} stands for two payers of this claim; expected each once", other.position,
                             value=code))  # fmt: skip
        seen.add(code)
    return found


@situation("billing-street", _BOTH, "2010AA N301", severity="warning",
           once="billing_provider",
           source="the billing provider's address is a street; a post office box goes to 2010AB")  # fmt: skip
def billing_street(claim: Any) -> Hits:
    provider = claim.billing_provider.provider
    address = provider.address
    if address is None or not address.line1.upper().startswith(_BOXES):
        return NONE
    return (Hit("is a post office box; expected a street, the box goes to 2010AB", places.street(provider)),)


@situation("billing-postal-code", _BOTH, "2010AA N403", severity="warning",
           once="billing_provider",
           source="the billing provider's US postal code has nine digits")  # fmt: skip
def billing_postal_code(claim: Any) -> Hits:
    provider = claim.billing_provider.provider
    address = provider.address
    if address is None or address.country not in ("", "US"):
        return NONE
    code = address.postal_code
    if len(code) == 9 and code.isdigit():
        return NONE
    return (Hit(f"has {len(code)} characters; expected a postal code of nine digits", places.city(provider)),)


@situation("address-state-missing", _BOTH, "2010 N402",
           unless=plain_subscriber,
           source="N402 and N403 are required in the United States and Canada")  # fmt: skip
def state_missing(claim: Any) -> Hits:
    found: list[Hit] = []
    _state(found, claim.subscriber.person, "2010BA")
    if claim.patient is not None:
        _state(found, claim.patient.person, "2010CA")
    _state(found, claim.payer, "2010BB")
    return found


@situation("billing-state-missing", _BOTH, "2010AA N402", once="billing_provider",
           source="N402 and N403 are required in the United States and Canada")  # fmt: skip
def billing_state_missing(claim: Any) -> Hits:
    found: list[Hit] = []
    billing = claim.billing_provider
    _state(found, billing.provider, "2010AA")
    if billing.pay_to is not None:
        _state(found, billing.pay_to, "2010AB")
    return found


def _state(found: list[Hit], party: Party, loop: str) -> None:
    address = party.address
    if address is None or (address.state and address.postal_code):
        return
    if address.city and address.country in _HOME:
        found.append(_incomplete(party, address, loop))


def _incomplete(party: Party, address: Address, loop: str) -> Hit:
    element, what = (2, "state") if not address.state else (3, "postal code")
    return Hit(f"the address has no {what}; expected one in the United States and Canada", places.city(party),
               element=element, loop=loop)  # fmt: skip
