"""Patient, subscriber, providers of an imported claim."""

from __future__ import annotations

from domain.people.identifiers import npi_is_valid
from domain.people.parties import Address, BillingProvider, Person, RenderingProvider
from edi.encounters.imported import NotImportable, require
from x12.transactions.institutional_claim import InstitutionalClaim
from x12.transactions.parts import Address as X12Address
from x12.transactions.parts import Party
from x12.transactions.professional_claim import ProfessionalClaim

AnyClaim = ProfessionalClaim | InstitutionalClaim

_SEXES = frozenset({"F", "M", "U"})


def address(place: X12Address | None, loop: str) -> Address:
    """N3 and N4.

    Raises:
        NotImportable: there is none.
    """
    if place is None:
        raise NotImportable(f"N3 ({loop})", "the address is missing")
    return Address(
        street=require(place.line1, f"N301 ({loop})", "the street"),
        street2=place.line2,
        city=require(place.city, f"N401 ({loop})", "the city"),
        state=place.state,
        zip_code=place.postal_code.replace("-", ""),
    )


def patient(claim: AnyClaim) -> Person:
    """Who was treated: 2010CA, or 2010BA where the subscriber is the patient."""
    loop = "2010BA" if claim.patient is None else "2010CA"
    treated = claim.patient_or_subscriber
    if treated.birth_date is None:
        raise NotImportable(f"DMG ({loop})", "the birth date is missing")
    return _person(treated, loop, address(treated.address, loop))


def subscriber(claim: AnyClaim, treated: Person) -> Person:
    """Who is insured. Where another person is treated the guide asks for a name only: the birth date may then be
    unknown, and an address that is left out is the patient's."""
    if claim.patient is None:
        return treated
    party = claim.subscriber.person
    place = party.address
    return _person(party, "2010BA", treated.address if place is None else address(place, "2010BA"))


def other_subscriber(party: Party, treated: Person) -> Person:
    """Who is insured by another payer (2330A): never with a birth date; an address left out is the patient's."""
    place = party.address
    return _person(party, "2330A", treated.address if place is None else address(place, "2330A"))


def _person(party: Party, loop: str, place: Address) -> Person:
    return Person(
        last_name=require(party.last_name, f"NM103 ({loop})", "the last name"),
        first_name=party.first_name,
        middle_name=party.middle_name,
        birth_date=party.birth_date,
        sex=party.sex if party.sex in _SEXES else "U",
        address=place,
    )


def billing_provider(claim: AnyClaim, submitter: Party) -> BillingProvider:
    """2010AA with the contact of 1000A."""
    party = claim.billing_provider.provider
    contact = next(iter(submitter.contacts), None)
    telephone = "" if contact is None else next((n.value for n in contact.numbers if n.qualifier == "TE"), "")
    return BillingProvider(
        name=require(party.last_name, "NM103 (2010AA)", "the billing provider's name"),
        first_name=party.first_name if party.entity_type == "1" else "",
        npi=require(party.npi, "NM109 (2010AA)", "the billing provider's NPI"),
        tax_id=require(party.tax_id, "REF (2010AA)", "the billing provider's tax number"),
        taxonomy=claim.billing_provider.taxonomy,
        address=address(party.address, "2010AA"),
        submitter_id=require(submitter.identifier, "NM109 (1000A)", "the submitter's id"),
        contact_name="" if contact is None else contact.name,
        contact_phone=telephone,
    )


def individual(party: Party | None) -> RenderingProvider | None:
    """A rendering or referring provider of the claim."""
    if party is None or not party.last_name.strip():
        return None
    return RenderingProvider(
        last_name=party.last_name, first_name=party.first_name, npi=party.npi, taxonomy=party.taxonomy
    )


def npi_warnings(claim: AnyClaim) -> list[str]:
    """One for each NPI whose check digit does not hold: warned of when reading, refused when sending."""
    named: tuple[tuple[str, Party | None], ...]
    if isinstance(claim, ProfessionalClaim):
        named = (("2310A", next(iter(claim.referring_providers), None)), ("2310B", claim.rendering_provider))
    else:
        named = (
            ("2310A", claim.attending_provider),
            ("2310B", claim.operating_physician),
            ("2310F", claim.referring_provider),
        )
    named = (("2010AA", claim.billing_provider.provider), *named)
    return [
        f"NM109 ({loop}): NPI {party.npi} fails its check digit"
        for loop, party in named
        if party is not None and party.npi and not npi_is_valid(party.npi)
    ]
