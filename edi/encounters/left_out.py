"""What an imported claim says that our claims do not carry yet, so that nothing is lost in silence."""

from __future__ import annotations

from collections.abc import Iterator

from x12.transactions.professional_claim import ProfessionalClaim, ServiceLine


def left_out(claim: ProfessionalClaim) -> tuple[str, ...]:
    """Segments and loops of the claim that are not carried over, each once, in the guide's order."""
    found = dict.fromkeys(name for name, present in _of_claim(claim) if present)
    for line in claim.lines:
        found.update(dict.fromkeys(name for name, present in _of_line(line) if present))
    return tuple(found)


def _of_claim(claim: ProfessionalClaim) -> Iterator[tuple[str, object]]:
    yield "CLM11 related causes", claim.related_causes
    yield "CLM12", claim.special_program
    yield "CLM20", claim.delay_reason
    yield "DTP (2300)", [when for when in claim.dates if when.qualifier != "431"]
    yield "PWK (2300)", claim.attachments
    yield "CN1 (2300)", claim.contract
    yield "AMT (2300)", [amount for amount in claim.amounts if amount.qualifier != "F5"]
    yield "REF (2300)", [entry for entry in claim.references if entry.qualifier not in ("G1", "9F", "F8")]
    yield "K3 (2300)", claim.file_information
    yield "NTE (2300)", claim.notes
    yield "CRC (2300)", claim.conditions
    for segment in claim.supplements:
        yield f"{segment[0]} (2300)", True
    yield "HI*BP", claim.anesthesia_procedures
    yield "HI*BG", claim.condition_codes
    yield "2010AB pay-to", claim.billing_provider.pay_to
    yield "2310C service facility", claim.service_facility
    yield "2310D supervising provider", claim.supervising_provider
    yield "2310E and 2310F ambulance", claim.ambulance_pick_up or claim.ambulance_drop_off
    for other in claim.other_coverages:
        yield "2330C to 2330G providers of another payer", other.providers


def _of_line(line: ServiceLine) -> Iterator[tuple[str, object]]:
    yield "SV101-7 description", line.procedure.description
    yield "SV109 emergency", line.emergency
    yield "SV5", line.equipment
    yield "DTP (2400)", [when for when in line.dates if when.qualifier != "472"]
    yield "PWK (2400)", line.attachments
    yield "CRC (2400)", line.conditions
    yield "QTY (2400)", line.quantities
    yield "CN1 (2400)", line.contract
    yield "REF (2400)", [entry for entry in line.references if entry.qualifier != "6R"]
    yield "AMT (2400)", line.amounts
    yield "K3 (2400)", line.file_information
    yield "NTE (2400)", line.notes
    for segment in line.supplements:
        yield f"{segment[0]} (2400)", True
    yield "2410 drug", line.drug
    yield (
        "2420 providers",
        (
            line.rendering_provider
            or line.purchased_service_provider
            or line.service_facility
            or line.supervising_provider
            or line.ordering_provider
            or line.referring_providers
            or line.ambulance_pick_up
            or line.ambulance_drop_off
        ),
    )
    yield "2440 form", line.forms
