"""People, providers and payers as X12 parties."""

from __future__ import annotations

from domain.coverage.coverage import Coverage, Payer
from domain.people.parties import Address, BillingProvider, Person
from edi.plain_text import plain_text
from x12.transactions.parts import Address as X12Address
from x12.transactions.parts import Contact, ContactNumber, Party, Reference

SELF = "18"


def address(place: Address) -> X12Address:
    """N3 and N4."""
    return X12Address(
        line1=plain_text(place.street),
        line2=plain_text(place.street2),
        city=plain_text(place.city),
        state=place.state,
        postal_code=place.zip_code.replace("-", ""),
    )


def person(who: Person, entity: str, *, member_id: str = "", demographics: bool = True) -> Party:
    """A NM1 of a person; N3, N4 and, where the birth date is known, DMG: only with ``demographics``."""
    with_dmg = demographics and who.birth_date is not None
    return Party(
        entity=entity,
        entity_type="1",
        last_name=plain_text(who.last_name),
        first_name=plain_text(who.first_name),
        middle_name=plain_text(who.middle_name),
        id_qualifier="MI" if member_id else "",
        identifier=member_id,
        address=address(who.address) if demographics and who.address.street else None,
        birth_date=who.birth_date if with_dmg else None,
        sex=who.sex if with_dmg else "",
    )


def subscriber(coverage: Coverage) -> Party:
    """2010BA: address and demographics only where the subscriber is the patient (837P TR3)."""
    return person(
        coverage.subscriber,
        "IL",
        member_id=coverage.member_id,
        demographics=coverage.relationship == SELF,
    )


def payer(who: Payer) -> Party:
    """NM1*PR."""
    return Party(entity="PR", last_name=plain_text(who.name), id_qualifier="PI", identifier=who.code)


def provider(who: BillingProvider, entity: str) -> Party:
    """NM1 of the billing provider with its NPI: 85 on a claim, 1P in a question."""
    return Party(
        entity=entity,
        entity_type="1" if who.first_name else "2",
        last_name=plain_text(who.name),
        first_name=plain_text(who.first_name),
        id_qualifier="XX",
        identifier=who.npi,
    )


def billing_provider(who: BillingProvider) -> Party:
    """2010AA with street address and tax number."""
    party = provider(who, "85")
    return Party(
        entity=party.entity,
        entity_type=party.entity_type,
        last_name=party.last_name,
        first_name=party.first_name,
        id_qualifier=party.id_qualifier,
        identifier=party.identifier,
        address=address(who.address),
        references=(Reference(qualifier="EI", value=who.tax_id.replace("-", "")),),
    )


def submitter(who: BillingProvider) -> Party:
    """1000A: NM1*41 with the contact that the receiver calls."""
    digits = "".join(mark for mark in who.contact_phone if mark.isdigit())
    return Party(
        entity="41",
        entity_type="1" if who.first_name else "2",
        last_name=plain_text(who.name),
        first_name=plain_text(who.first_name),
        id_qualifier="46",
        identifier=who.submitter_id,
        contacts=(Contact(name=plain_text(who.contact_name), numbers=(ContactNumber(qualifier="TE", value=digits),)),),
    )
