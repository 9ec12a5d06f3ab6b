"""Interchange (ISA/IEA), functional group (GS/GE) and transaction set (ST/SE), read or to be written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, time

from x12.errors import X12Error
from x12.syntax.delimiters import STANDARD, Delimiters
from x12.transactions.acknowledgement import ImplementationAcknowledgement, InterchangeAcknowledgement
from x12.transactions.claim_status import ClaimAcknowledgement, ClaimStatusRequest, ClaimStatusResponse
from x12.transactions.eligibility import EligibilityInquiry, EligibilityResponse
from x12.transactions.institutional_claim import InstitutionalClaims
from x12.transactions.professional_claim import ProfessionalClaims
from x12.transactions.remittance import Remittance
from x12.transactions.services_review import ServicesReviewRequest, ServicesReviewResponse

Content = (
    ProfessionalClaims
    | InstitutionalClaims
    | Remittance
    | EligibilityInquiry
    | EligibilityResponse
    | ClaimStatusRequest
    | ClaimStatusResponse
    | ClaimAcknowledgement
    | ServicesReviewRequest
    | ServicesReviewResponse
    | ImplementationAcknowledgement
)
"""What a transaction set may hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InterchangeHeader:
    """ISA: ISA01/02 authorization, ISA03/04 security, ISA05/06 sender, ISA07/08 receiver (blanks cut), ISA09/10
    date and time, ISA13 control_number, ISA14 acknowledgement_requested, ISA15 usage (T test, P production)."""

    sender_id: str
    receiver_id: str
    control_number: int
    date: date
    time: time
    usage: str
    sender_qualifier: str = "ZZ"
    receiver_qualifier: str = "ZZ"
    acknowledgement_requested: bool = False
    authorization_qualifier: str = "00"
    authorization: str = ""
    security_qualifier: str = "00"
    security: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupHeader:
    """GS: GS02 sender_code, GS03 receiver_code, GS04/05 date and time, GS06 control_number; GS01 functional_id
    and GS08 version are taken from the content when left empty."""

    sender_code: str
    receiver_code: str
    date: date
    time: time
    control_number: int
    functional_id: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TransactionSet:
    """ST to SE: ST02 control_number and typed content (None where it could not be read).

    Set by the reader, without part in comparison: kind ("837P", "837I", "835", "270", "271", "276", "277", "277CA",
    "278 request", "278 response", "999", or ST01 where the guide is not supported), version (ST03, or GS08 where a
    guide has no ST03), position of ST in its interchange, segment_count, errors, claim_count (in a 278 its events).
    """

    control_number: str
    content: Content | None
    kind: str = field(default="", compare=False)
    version: str = field(default="", compare=False)
    position: int = field(default=0, compare=False)
    segment_count: int = field(default=0, compare=False)
    claim_count: int = field(default=0, compare=False)
    errors: tuple[X12Error, ...] = field(default=(), compare=False)

    @property
    def valid(self) -> bool:
        """No finding of severity error."""
        return all(error.severity != "error" for error in self.errors)


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionalGroup:
    """GS to GE and its transaction sets; errors are those of GS and GE alone; declared_sets is GE01 as it was
    read (0 without GE)."""

    header: GroupHeader
    transactions: tuple[TransactionSet, ...] = ()
    declared_sets: int = field(default=0, compare=False)
    errors: tuple[X12Error, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Interchange:
    """ISA to IEA: TA1 segments before the first group, then groups; errors are those of ISA and IEA alone."""

    header: InterchangeHeader
    acknowledgements: tuple[InterchangeAcknowledgement, ...] = ()
    groups: tuple[FunctionalGroup, ...] = ()
    delimiters: Delimiters = field(default=STANDARD, compare=False)
    errors: tuple[X12Error, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class X12File:
    """Every interchange of a file; errors are those outside of any interchange (not X12, empty, garbage)."""

    interchanges: tuple[Interchange, ...] = ()
    errors: tuple[X12Error, ...] = ()

    def transactions(self) -> Iterator[TransactionSet]:
        """Every transaction set of the file, in order."""
        for interchange in self.interchanges:
            for group in interchange.groups:
                yield from group.transactions

    def all_errors(self) -> tuple[X12Error, ...]:
        """Findings of every level, in file order of their envelopes."""
        found = list(self.errors)
        for interchange in self.interchanges:
            found += interchange.errors
            for group in interchange.groups:
                found += group.errors
                for transaction in group.transactions:
                    found += transaction.errors
        return tuple(found)

    @property
    def valid(self) -> bool:
        """No finding of severity error anywhere."""
        return all(error.severity != "error" for error in self.all_errors())
