"""One interchange of claims to one payer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from domain.claim.claim import ClaimForSubmission
from domain.coverage.coverage import Payer
from domain.people.parties import BillingProvider
from edi import parties
from edi.envelope import ControlNumbers, seal
from edi.institutional_claim import to_x12 as to_837i
from edi.plain_text import plain_text
from edi.professional_claim import to_x12 as to_837p
from x12.errors import X12Invalid
from x12.transactions.institutional_claim import InstitutionalClaims
from x12.transactions.parts import Party
from x12.transactions.professional_claim import ProfessionalClaims

CLAIMS_PER_TRANSACTION = 5_000
"""837P TR3 (005010X222A1), section 1.3.2: at most 5,000 claims in one ST; the 837I's says the same."""


def transactions_needed(claims: int) -> int:
    """How many ST control numbers an interchange of so many claims draws."""
    return -(-claims // CLAIMS_PER_TRANSACTION)


def transaction_of(position: int) -> int:
    """Index of the transaction set that holds the claim at ``position`` (both from 0)."""
    return position // CLAIMS_PER_TRANSACTION


def write(
    claims: Sequence[ClaimForSubmission],
    *,
    payer: Payer,
    provider: BillingProvider,
    control_numbers: ControlNumbers,
    at: datetime,
    usage: Literal["T", "P"],
) -> bytes:
    """Write ``claims``, in the order given, as one interchange from ``provider``'s submitter id to ``payer``.

    The same arguments give the same bytes, so a repeat after an uncertain delivery is recognised. All claims are
    of one kind, professional or of institutions: GS08 and ST03 say which.

    Raises:
        ValueError: no claims, claims of both kinds, or not as many ST control numbers as ``transactions_needed`` says.
        X12Invalid: a value cannot be written; every one is named with its place.
    """
    if not claims:
        raise ValueError("an interchange needs at least one claim")
    institutional = claims[0].content.institution is not None
    if any((claim.content.institution is not None) != institutional for claim in claims):
        raise ValueError("professional and institutional claims do not go in one interchange")
    starts = range(0, len(claims), CLAIMS_PER_TRANSACTION)
    contents: list[ProfessionalClaims | InstitutionalClaims] = []
    for place, start in enumerate(starts):
        several = claims[start : start + CLAIMS_PER_TRANSACTION]
        # A 277CA answers for the whole set under this reference (2200B TRN02).
        reference = f"{control_numbers.interchange:09d}-{place + 1}"
        moment = at.time().replace(second=0, microsecond=0, tzinfo=None)
        submitter = parties.submitter(provider)
        receiver = Party(entity="40", last_name=plain_text(payer.name), id_qualifier="46", identifier=payer.code)
        contents.append(
            InstitutionalClaims(
                reference=reference, date=at.date(), time=moment, submitter=submitter, receiver=receiver,
                claims=tuple(to_837i(claim) for claim in several),
            )
            if institutional
            else ProfessionalClaims(
                reference=reference, date=at.date(), time=moment, submitter=submitter, receiver=receiver,
                claims=tuple(to_837p(claim) for claim in several),
            )
        )  # fmt: skip
    return seal(
        contents,
        sender=provider.submitter_id,
        receiver=payer.code,
        control_numbers=control_numbers,
        at=at,
        usage=usage,
    )


def problems_of(claim: ClaimForSubmission, *, at: datetime) -> tuple[str, ...]:
    """What keeps this claim from being written, one line each with its place and the kind of error, but no
    value, which may be protected; empty when nothing does.

    Ask before a claim becomes ready: in an interchange one claim that cannot be written stops all of them.
    """
    try:
        write(
            [claim],
            payer=claim.coverage.payer,
            provider=claim.provider,
            control_numbers=ControlNumbers(interchange=1, group=1, transactions=(1,)),
            at=at,
            usage="T",
        )
    except X12Invalid as invalid:
        return tuple(
            f"{error.place} cannot be written: {error.code.replace('-', ' ')}"
            + (f" (loop {error.loop})" if error.loop else "")
            for error in invalid.errors
        )
    return ()
