"""Identifiers of providers: NPI, tax id, and the billing provider's address."""

from __future__ import annotations

import re
from collections.abc import Iterable

from domain.people.identifiers import npi_is_valid
from domain.scrubbing.context import ClaimType, Rule, ScrubContext
from domain.scrubbing.finding import Finding, Severity, error, warning

_NINE_DIGITS = re.compile(r"[0-9]{9}")
_BOX = re.compile(r"\s*P\.?\s*O\.?\s*BOX\b", re.IGNORECASE)
_BILLING = "correct the practice's own data, or set billing.tax_id or billing.zip_code on this claim"
_PLACES = {
    ClaimType.PROFESSIONAL: ("2310B/NM109", "2310A/NM109"),
    ClaimType.INSTITUTIONAL: ("2310A/NM109", "2310F/NM109"),
}
"""Rendering (837I: attending) and referring provider."""


def npis_hold(context: ScrubContext) -> Iterable[Finding]:
    """Luhn digit of billing, rendering and referring provider (45 CFR 162.406)."""
    content = context.content
    second, third = _PLACES[context.claim_type]
    numbers = [("billing", context.provider.npi, "2010AA/NM109")]
    if content.rendering is not None:
        role = "rendering" if context.claim_type is ClaimType.PROFESSIONAL else "attending"
        numbers.append((role, content.rendering.npi, second))
    if content.referring is not None:
        numbers.append(("referring", content.referring.npi, third))
    for role, npi, place in numbers:
        if not npi_is_valid(npi):
            message = f"the NPI of the {role} provider is not one: ten digits with a check digit"
            remedy = "compare it with NPPES" + ("" if role == "attending" else f", then set {role}.npi")
            yield error("npi", place, message, remedy)


def tax_id_is_there(context: ScrubContext) -> Iterable[Finding]:
    """REF*EI has nine digits."""
    if not _NINE_DIGITS.fullmatch(context.provider.tax_id):
        yield error("tax-id", "2010AA/REF*EI", "the tax id does not have nine digits", _BILLING)


def zip_code_is_long(context: ScrubContext) -> Iterable[Finding]:
    """N403 of the billing provider has nine digits."""
    if not _NINE_DIGITS.fullmatch(context.provider.address.zip_code):
        yield error("billing-zip", "2010AA/N403", "the billing provider's ZIP does not have nine digits", _BILLING)


def provider_has_a_street(context: ScrubContext) -> Iterable[Finding]:
    """N301 of the billing provider is no PO box."""
    if _BOX.match(context.provider.address.street):
        message = "the billing provider's address is a PO box"
        remedy = "give the street; the box belongs to the pay-to address"
        yield warning("billing-address", "2010AA/N301", message, remedy)


RULES = (
    Rule(
        id="npi", severity=Severity.ERROR, place="2010AA/NM109", check=npis_hold,
        wrong="an NPI fails its check digit", remedy="compare it with NPPES",
        source="45 CFR 162.406; CMS, NPI check digit",
    ),
    Rule(
        id="tax-id", severity=Severity.ERROR, place="2010AA/REF*EI", check=tax_id_is_there,
        wrong="the tax id does not have nine digits", remedy=_BILLING, source="837 TR3, 2010AA REF*EI",
    ),
    Rule(
        id="billing-zip", severity=Severity.ERROR, place="2010AA/N403", check=zip_code_is_long,
        wrong="the billing provider's ZIP does not have nine digits", remedy=_BILLING, source="837 TR3, 2010AA N403",
    ),
    Rule(
        id="billing-address", severity=Severity.WARNING, place="2010AA/N301", check=provider_has_a_street,
        wrong="the billing provider's address is a PO box", remedy="give the street", source="837 TR3, 2010AA N301",
    ),
)  # fmt: skip
