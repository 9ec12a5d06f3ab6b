"""People and providers as they stand in a file; what is missing stays empty, for the rules to find."""

from __future__ import annotations

from dataclasses import replace

from domain.coverage.coverage import Coverage
from domain.people.parties import Address, BillingProvider, Person, RenderingProvider
from edi.encounters.payers import known_payer
from edi.parties import SELF
from x12.transactions.claim_parts import BillingProvider as X12BillingProvider
from x12.transactions.claim_parts import Patient, Subscriber
from x12.transactions.parts import Address as X12Address
from x12.transactions.parts import Party


def person(party: Party) -> Person:
    """A subscriber or patient."""
    return Person(
        last_name=party.last_name,
        first_name=party.first_name,
        middle_name=party.middle_name,
        birth_date=party.birth_date,
        sex=party.sex,
        address=address(party.address),
    )


def address(place: X12Address | None) -> Address:
    """N3 and N4."""
    if place is None:
        return Address(street="", city="", state="", zip_code="")
    return Address(
        street=place.line1,
        street2=place.line2,
        city=place.city,
        state=place.state,
        zip_code=place.postal_code.replace("-", ""),
    )


def provider(billing: X12BillingProvider, submitter: Party) -> BillingProvider:
    """2010AA."""
    party = billing.provider
    return BillingProvider(
        name=party.last_name,
        first_name=party.first_name,
        npi=party.npi,
        tax_id=party.tax_id.replace("-", ""),
        taxonomy=billing.taxonomy,
        address=address(party.address),
        submitter_id=submitter.identifier,
        contact_name="",
        contact_phone="",
    )


def individual(party: Party | None) -> RenderingProvider | None:
    """A rendering, attending or referring provider."""
    if party is None or not party.last_name:
        return None
    return RenderingProvider(
        last_name=party.last_name, first_name=party.first_name, npi=party.npi, taxonomy=party.taxonomy
    )


def coverage(subscriber: Subscriber, payer: Party, patient: Patient | None) -> Coverage:
    """2000B: the payer by the file's own id, its kind as an import would take it. DMG of a subscriber who is not the
    patient may be left out."""
    insured = person(subscriber.person)
    if patient is not None and not insured.sex:
        insured = replace(insured, sex="U")
    known = known_payer(payer.last_name, subscriber.filing_indicator)
    return Coverage(
        payer=replace(
            known, code=payer.identifier or known.code, filing_indicator=subscriber.filing_indicator
        ),
        member_id=subscriber.member_id,
        relationship=SELF if patient is None else patient.relationship,
        subscriber=insured,
        group_number=subscriber.group_number,
    )
