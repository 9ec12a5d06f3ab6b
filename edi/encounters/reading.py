"""An 837P or 837I file of other people as encounters: every claim is imported or refused by place and reason."""

from __future__ import annotations

from collections.abc import Iterator

from domain.claim.claim import ClaimContent, Encounter, EncounterSource
from domain.people.parties import Person
from edi.encounters import institutional, people
from edi.encounters.content import content_of
from edi.encounters.icd9 import ICD10_FROM, in_icd10, unmapped
from edi.encounters.imported import ImportedFile, NotImportable, Refusal
from edi.encounters.left_out import left_out
from edi.encounters.other_coverages import warnings_about
from x12.envelope.model import TransactionSet
from x12.errors import X12Error
from x12.reading import read_file
from x12.transactions.institutional_claim import InstitutionalClaim, InstitutionalClaims
from x12.transactions.professional_claim import ProfessionalClaim, ProfessionalClaims

Claims = ProfessionalClaims | InstitutionalClaims


def read(content: bytes, file_sha256: str) -> ImportedFile:
    """Make encounters of a file's claims.

    Identity is file hash, ST and ordinal; the same CLM01 twice is two encounters, and warned of.
    Never raises for bad data.
    """
    encounters: list[Encounter] = []
    refused: list[Refusal] = []
    warnings: list[str] = []
    file = read_file(content)
    warnings += _envelope_warnings(file.errors)
    seen: set[str] = set()
    for transaction in file.transactions():
        claims = transaction.content
        if not isinstance(claims, Claims):
            refused.append(_unreadable(transaction))
            continue
        warnings += _outside_claims(transaction, claims)
        several: tuple[people.AnyClaim, ...] = claims.claims
        for ordinal, claim in enumerate(several, start=1):
            source = EncounterSource(
                file_sha256=file_sha256,
                transaction=transaction.control_number,
                ordinal=ordinal,
                claim_reference=claim.claim_id,
            )
            try:
                encounter, found = _encounter(claim, claims, source)
            except NotImportable as reason:
                why = "; ".join((reason.why, *_found_there(claim, reason.segment)))
                refused.append(Refusal(claim=claim.claim_id, segment=reason.segment, why=why))
                continue
            if claim.claim_id in seen:
                found.append("CLM01: stands more than once in this file, a possible duplicate")
            seen.add(claim.claim_id)
            encounters.append(encounter)
            warnings += [f"claim {claim.claim_id}, {warning}" for warning in found]
    if not encounters and not refused:
        refused.append(Refusal(claim="", segment="ISA", why="the file holds no 837P or 837I claim that can be read"))
    return ImportedFile(encounters=tuple(encounters), refused=tuple(refused), warnings=tuple(warnings))


def _encounter(
    claim: people.AnyClaim, claims: Claims, source: EncounterSource
) -> tuple[Encounter, list[str]]:
    warnings = [f"{error.place}: {error.message}" for error in claim.errors]
    treated = people.patient(claim)
    content = _content(claim, treated)
    warnings += people.npi_warnings(claim)
    warnings += warnings_about(claim, treated)
    warnings += _dangling_pointers(content)
    if content.icd_version == 9:
        if content.first_service < ICD10_FROM:
            warnings.append("HI: ICD-9-CM codes, right for services before 2015-10-01 only")
        elif missing := unmapped(content.diagnoses):
            raise NotImportable("HI", f"ICD-9-CM after 2015-10-01, and no ICD-10-CM code for {', '.join(missing)}")
        else:
            warnings.append(f"HI: ICD-9-CM after 2015-10-01, mapped from {', '.join(content.diagnoses)}")
            content = in_icd10(content)
    if names := left_out(claim) if isinstance(claim, ProfessionalClaim) else institutional.left_out(claim):
        warnings.append(f"CLM: not carried over: {', '.join(names)}")
    encounter = Encounter(
        provider=people.billing_provider(claim, claims.submitter),
        patient=treated,
        content=content,
        source=source,
    )
    return encounter, warnings


def _content(claim: people.AnyClaim, treated: Person) -> ClaimContent:
    if isinstance(claim, InstitutionalClaim):
        return institutional.content_of(claim, treated)
    return content_of(claim, treated)


def _found_there(claim: people.AnyClaim, segment: str) -> Iterator[str]:
    """The first thing that is wrong with this segment as it stands in the file: often the cause."""
    for error in claim.errors:
        if error.severity == "error" and segment.startswith(error.segment):
            yield f"{error.place} at segment {error.position}: {error.message}"
            return


def _dangling_pointers(content: ClaimContent) -> Iterator[str]:
    """The scrubber holds such a claim for a coder; the import only tells."""
    for line in content.lines:
        if any(pointer > len(content.diagnoses) for pointer in line.diagnosis_pointers):
            yield f"SV107 (LX {line.number}): points to a diagnosis that is not on the claim"


def _unreadable(transaction: TransactionSet) -> Refusal:
    first = next((error for error in transaction.errors if error.severity == "error"), None)
    reason = f": {first}" if first is not None else ""
    return Refusal(
        claim="",
        segment="ST",
        why=f"transaction set {transaction.control_number} is {transaction.kind or 'unreadable'}, "
        f"not a readable 837P or 837I{reason}",
    )


def _envelope_warnings(errors: tuple[X12Error, ...]) -> Iterator[str]:
    for error in errors:
        yield f"file: {error}"


def _outside_claims(transaction: TransactionSet, claims: Claims) -> Iterator[str]:
    of_claims = {id(error) for claim in claims.claims for error in claim.errors}
    for error in transaction.errors:
        if id(error) not in of_claims:
            yield f"ST {transaction.control_number}, {error.place}: {error.message}"
