"""SQLAlchemy models: the record of everything that happened."""

from storage.models.appeals import Appeal, AppealEvidence, MedicareExamination
from storage.models.base import Base
from storage.models.books import Entry, Posting, Receipt, RemittanceClaim, RemittanceRow, Statement
from storage.models.care import AccountHoldRow, AgencyPlacement, CareNotice, HardConversation, PatientFlagRow
from storage.models.cases import CaseRow, Visit
from storage.models.cash import AccountingPeriod, BankDeposit, DepositMatch, ProviderAdjustmentRow
from storage.models.claims import (
    Claim,
    ClaimVersion,
    Command,
    EncounterRow,
    Submission,
    TimelineEntry,
    WorkItem,
)
from storage.models.clinical import AuditFinding, ClinicalFact
from storage.models.compliance import ComplianceReferral, StaffRole
from storage.models.contracting import ContractTermRow, FeeScheduleRow, Variance
from storage.models.estimate_excess import EstimateExcess
from storage.models.estimate_sending import EstimateSending
from storage.models.frontdesk import (
    AdvanceNotice,
    Appointment,
    AuthorizationRow,
    CheckInRow,
    CopayRow,
    EligibilityRow,
    Enrolment,
    EstimateRow,
    GuarantorChange,
    PatientMerge,
)
from storage.models.parties import Account, Organisation, Patient, PayerPolicyRow, PayerRow
from storage.models.patient_money import CardCharge, Contact, ContactConsent, ContactPreferences, PaymentPlanRow
from storage.models.reference import (
    LearnedDenial,
    OperatorRuleRow,
    ProposedRule,
    ReferenceCode,
    ReferenceEdition,
    ReferencePair,
)
from storage.models.wire import (
    ActivityResult,
    Batch,
    BusinessClockRow,
    ControlNumber,
    File,
    FileTransaction,
    Outbox,
    WorkflowMessage,
)

__all__ = [
    "Account",
    "AccountHoldRow",
    "AccountingPeriod",
    "ActivityResult",
    "AdvanceNotice",
    "AgencyPlacement",
    "Appeal",
    "AppealEvidence",
    "Appointment",
    "AuditFinding",
    "AuthorizationRow",
    "BankDeposit",
    "Base",
    "Batch",
    "BusinessClockRow",
    "CardCharge",
    "CareNotice",
    "CaseRow",
    "CheckInRow",
    "Claim",
    "ClaimVersion",
    "ClinicalFact",
    "Command",
    "ComplianceReferral",
    "Contact",
    "ContactConsent",
    "ContactPreferences",
    "ContractTermRow",
    "ControlNumber",
    "CopayRow",
    "DepositMatch",
    "EligibilityRow",
    "EncounterRow",
    "Enrolment",
    "Entry",
    "EstimateExcess",
    "EstimateRow",
    "EstimateSending",
    "FeeScheduleRow",
    "File",
    "FileTransaction",
    "GuarantorChange",
    "HardConversation",
    "LearnedDenial",
    "MedicareExamination",
    "OperatorRuleRow",
    "Organisation",
    "Outbox",
    "Patient",
    "PatientFlagRow",
    "PatientMerge",
    "PayerPolicyRow",
    "PayerRow",
    "PaymentPlanRow",
    "Posting",
    "ProposedRule",
    "ProviderAdjustmentRow",
    "Receipt",
    "ReferenceCode",
    "ReferenceEdition",
    "ReferencePair",
    "RemittanceClaim",
    "RemittanceRow",
    "StaffRole",
    "Statement",
    "Submission",
    "TimelineEntry",
    "Variance",
    "Visit",
    "WorkItem",
    "WorkflowMessage",
]
