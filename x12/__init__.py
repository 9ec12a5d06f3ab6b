"""Pure X12 5010: bytes to typed transactions and back. Knows nothing of any product.

Reads and writes 837P (X222A1), 837I (X223A2), 835 (X221A1), 270/271 (X279A1), 276/277 (X212), 277CA (X214),
278 request and response (X217), 999 (X231A1) and TA1. Money is integer cents, dates are `datetime.date`, everything
else keeps the names of the field.

    file = x12.read_file(data)                      # every interchange, group, set; never raises for bad data
    for transaction in file.transactions():
        transaction.kind, transaction.control_number, transaction.content, transaction.errors

    with open("claims.837", "rb") as stream:        # a file of any size, claim by claim
        for claim in x12.iter_claims(stream):
            claim.claim_id, claim.charge_cents, claim.subscriber.member_id

    x12.check_file(data)                            # verdict in plain data; check_remittances for balances
    x12.check_file(data, codes=lists)               # codes by the day: a CodeLookup of the caller (else by shape)
    x12.rules()                                     # the situational rules (SNIP 3 and 4), each with its source
    x12.acknowledge(file.interchanges[0], ...)      # the TA1 and 999 that answer it; answer_claims for a 277CA

    data = x12.write_interchange(                   # counts, HL and LX numbers are computed
        x12.InterchangeHeader(sender_id="A", receiver_id="B", control_number=1, date=day, time=now, usage="T"),
        [x12.FunctionalGroup(header=header, transactions=(x12.TransactionSet(control_number="0001", content=claims),))],
    )
"""

from __future__ import annotations

from x12.answers.acknowledging import (
    acknowledge,
    acknowledge_file,
    group_acknowledgement,
    interchange_acknowledgement,
)
from x12.answers.claim_answers import ACCEPTED, ClaimDecision, answer_claims
from x12.check import check_file, check_remittances, check_report
from x12.envelope.model import (
    Content,
    FunctionalGroup,
    GroupHeader,
    Interchange,
    InterchangeHeader,
    TransactionSet,
    X12File,
)
from x12.errors import X12Error, X12Invalid
from x12.reading import iter_claims, read_file
from x12.syntax.delimiters import STANDARD, Delimiters
from x12.transactions.acknowledgement import (
    ElementError,
    ErrorContext,
    ImplementationAcknowledgement,
    InterchangeAcknowledgement,
    SegmentError,
    TransactionAcknowledgement,
)
from x12.transactions.claim_parts import BillingProvider, Diagnosis, Patient, PatientFacts, Subscriber
from x12.transactions.claim_status import (
    ClaimAcknowledgement,
    ClaimStatus,
    ClaimStatusRequest,
    ClaimStatusResponse,
    LevelStatus,
    Status,
    StatusCode,
    StatusLine,
    StatusPatient,
    StatusProvider,
    StatusReceiver,
    StatusSource,
)
from x12.transactions.eligibility import (
    Benefit,
    EligibilityInquiry,
    EligibilityQuestion,
    EligibilityResponse,
    InformationReceiver,
    InformationSource,
    Member,
    Rejection,
)
from x12.transactions.institutional_claim import (
    InstitutionalClaim,
    InstitutionalClaims,
    InstitutionalCoverage,
    InstitutionalLine,
    InstitutionalLineAdjudication,
    InstitutionalProcedure,
    Occurrence,
    OccurrenceSpan,
    ValueAmount,
)
from x12.transactions.parts import (
    Address,
    Adjustment,
    Amount,
    Contact,
    ContactNumber,
    DateOrPeriod,
    InpatientAdjudication,
    OutpatientAdjudication,
    Party,
    Procedure,
    Quantity,
    Reference,
    Trace,
    find_reference,
)
from x12.transactions.professional_claim import (
    LineAdjudication,
    OtherCoverage,
    ProfessionalClaim,
    ProfessionalClaims,
    RelatedCauses,
    ServiceLine,
)
from x12.transactions.remittance import (
    BankAccount,
    ClaimPayment,
    Payment,
    ProviderAdjustment,
    Remittance,
    RemittanceGroup,
    RemittanceLine,
)
from x12.transactions.services_review import (
    Admission,
    Delivery,
    DentalService,
    InstitutionalService,
    PatientEvent,
    ProfessionalService,
    Review,
    ReviewDecision,
    ReviewDiagnosis,
    ReviewedProcedure,
    ReviewedService,
    ReviewOrganization,
    ReviewParty,
    ReviewPatient,
    ReviewRequester,
    ServicesReviewRequest,
    ServicesReviewResponse,
    SupportingDocument,
    Tooth,
)
from x12.transactions.supplements import (
    Attachment,
    Condition,
    Contract,
    Drug,
    DurableEquipment,
    Form,
    FormAnswer,
    Note,
    RawSegment,
)
from x12.validation.balancing import Imbalance, remittance_imbalances
from x12.validation.codes import SHAPES_ONLY, CodeLookup
from x12.validation.inspection import rules
from x12.validation.situation import Situation
from x12.writing import write_interchange, write_segments

__all__ = [
    "ACCEPTED",
    "SHAPES_ONLY",
    "STANDARD",
    "Address",
    "Adjustment",
    "Admission",
    "Amount",
    "Attachment",
    "BankAccount",
    "Benefit",
    "BillingProvider",
    "ClaimAcknowledgement",
    "ClaimDecision",
    "ClaimPayment",
    "ClaimStatus",
    "ClaimStatusRequest",
    "ClaimStatusResponse",
    "CodeLookup",
    "Condition",
    "Contact",
    "ContactNumber",
    "Content",
    "Contract",
    "DateOrPeriod",
    "Delimiters",
    "Delivery",
    "DentalService",
    "Diagnosis",
    "Drug",
    "DurableEquipment",
    "ElementError",
    "EligibilityInquiry",
    "EligibilityQuestion",
    "EligibilityResponse",
    "ErrorContext",
    "Form",
    "FormAnswer",
    "FunctionalGroup",
    "GroupHeader",
    "Imbalance",
    "ImplementationAcknowledgement",
    "InformationReceiver",
    "InformationSource",
    "InpatientAdjudication",
    "InstitutionalClaim",
    "InstitutionalClaims",
    "InstitutionalCoverage",
    "InstitutionalLine",
    "InstitutionalLineAdjudication",
    "InstitutionalProcedure",
    "InstitutionalService",
    "Interchange",
    "InterchangeAcknowledgement",
    "InterchangeHeader",
    "LevelStatus",
    "LineAdjudication",
    "Member",
    "Note",
    "Occurrence",
    "OccurrenceSpan",
    "OtherCoverage",
    "OutpatientAdjudication",
    "Party",
    "Patient",
    "PatientEvent",
    "PatientFacts",
    "Payment",
    "Procedure",
    "ProfessionalClaim",
    "ProfessionalClaims",
    "ProfessionalService",
    "ProviderAdjustment",
    "Quantity",
    "RawSegment",
    "Reference",
    "Rejection",
    "RelatedCauses",
    "Remittance",
    "RemittanceGroup",
    "RemittanceLine",
    "Review",
    "ReviewDecision",
    "ReviewDiagnosis",
    "ReviewOrganization",
    "ReviewParty",
    "ReviewPatient",
    "ReviewRequester",
    "ReviewedProcedure",
    "ReviewedService",
    "SegmentError",
    "ServiceLine",
    "ServicesReviewRequest",
    "ServicesReviewResponse",
    "Situation",
    "Status",
    "StatusCode",
    "StatusLine",
    "StatusPatient",
    "StatusProvider",
    "StatusReceiver",
    "StatusSource",
    "Subscriber",
    "SupportingDocument",
    "Tooth",
    "Trace",
    "TransactionAcknowledgement",
    "TransactionSet",
    "ValueAmount",
    "X12Error",
    "X12File",
    "X12Invalid",
    "acknowledge",
    "acknowledge_file",
    "answer_claims",
    "check_file",
    "check_remittances",
    "check_report",
    "find_reference",
    "group_acknowledgement",
    "interchange_acknowledgement",
    "iter_claims",
    "read_file",
    "remittance_imbalances",
    "rules",
    "write_interchange",
    "write_segments",
]
