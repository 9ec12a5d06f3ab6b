"""The front desk: appointments, what payers said of coverage, estimates, copays, authorizations, notices."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Identity, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id, Json, Owned, Recorded, same_organisation

EMPTY_LIST, EMPTY_OBJECT = text("'[]'::jsonb"), text("'{}'::jsonb")


class Appointment(Base, Owned, Recorded):
    """A day on which a patient is expected, and under which coverages."""

    __tablename__ = "appointments"
    __table_args__ = (
        UniqueConstraint("organisation_id", "number"),
        UniqueConstraint("organisation_id", "key"),
        same_organisation("appointments", "patient_id", "patients.id"),
        same_organisation("appointments", "claim_number", "claims.number"),
        Index("ix_appointments_day", "organisation_id", "on_day", postgresql_where=text("state <> 'cancelled'")),
    )

    number: Mapped[int] = mapped_column(Identity(start=20001), primary_key=True)
    key: Mapped[str]
    """The schedule's own id."""
    patient_id: Mapped[int]
    on_day: Mapped[date]
    scheduled_on: Mapped[date]
    visit_type: Mapped[str] = mapped_column(server_default="")
    provider: Mapped[Json]
    """Who bills: ``domain.people.parties.BillingProvider`` as JSON."""
    coverages: Mapped[list[Any]] = mapped_column(server_default=EMPTY_LIST)
    """``OtherCoverage`` as JSON in the order of benefits, the first payer first; empty: self-pay."""
    services: Mapped[list[Any]] = mapped_column(server_default=EMPTY_LIST)
    """``domain.estimates.planned.PlannedService`` as JSON."""
    state: Mapped[str] = mapped_column(server_default="scheduled")
    """``scheduled``, ``arrived`` or ``cancelled``."""
    claim_number: Mapped[int | None]
    next_question_at: Mapped[datetime | None]
    """When eligibility is asked next; null: it was answered for this day of asking."""
    questions: Mapped[int] = mapped_column(server_default="0")
    """How often the payer was asked in vain in a row."""


class EligibilityRow(Base, Owned, Recorded):
    """What a payer answered to one question (271), in full."""

    __tablename__ = "eligibility_answers"
    __table_args__ = (
        UniqueConstraint("organisation_id", "key"),
        same_organisation("eligibility_answers", "patient_id", "patients.id"),
        same_organisation("eligibility_answers", "claim_number", "claims.number"),
        same_organisation("eligibility_answers", "appointment_number", "appointments.number"),
        Index("ix_eligibility_answers_claim", "claim_number"),
        Index("ix_eligibility_answers_appointment", "appointment_number"),
    )

    id: Mapped[Id]
    key: Mapped[str]
    patient_id: Mapped[int]
    claim_number: Mapped[int | None]
    appointment_number: Mapped[int | None]
    payer_code: Mapped[str]
    service_date: Mapped[date]
    asked_at: Mapped[datetime]
    status: Mapped[str]
    answer: Mapped[Json]
    """``domain.coverage.eligibility.EligibilityAnswer`` as JSON."""


class EstimateRow(Base, Owned, Recorded):
    """What a patient was told a service will cost; never changed: a new one replaces it."""

    __tablename__ = "estimates"
    __table_args__ = (
        UniqueConstraint("organisation_id", "number"),
        UniqueConstraint("organisation_id", "key"),
        same_organisation("estimates", "patient_id", "patients.id"),
        same_organisation("estimates", "appointment_number", "appointments.number"),
        Index("ix_estimates_appointment", "appointment_number"),
        Index("ix_estimates_due", "organisation_id", "due_on", postgresql_where=text("provided_on is null")),
    )

    number: Mapped[int] = mapped_column(Identity(start=40001), primary_key=True)
    key: Mapped[str]
    kind: Mapped[str]
    """``share`` (insured) or ``good_faith`` (45 CFR 149.610)."""
    patient_id: Mapped[int]
    appointment_number: Mapped[int | None]
    service_date: Mapped[date]
    requested_on: Mapped[date]
    due_on: Mapped[date | None]
    due_rule: Mapped[str] = mapped_column(server_default="")
    provided_on: Mapped[date | None]
    expected_cents: Mapped[int]
    """What the patient is expected to pay."""
    content: Mapped[Json]
    """``domain.estimates.good_faith.GoodFaithEstimate`` or ``domain.estimates.patient_share.ShareEstimate``."""
    by: Mapped[str]
    exceeded_on: Mapped[date | None]


class CopayRow(Base, Owned, Recorded):
    """A copay that was due at check-in, and what became of it."""

    __tablename__ = "copays"
    __table_args__ = (
        UniqueConstraint("organisation_id", "number"),
        UniqueConstraint("organisation_id", "key"),
        same_organisation("copays", "appointment_number", "appointments.number"),
        same_organisation("copays", "account_number", "accounts.number"),
        same_organisation("copays", "claim_number", "claims.number"),
        same_organisation("copays", "case_number", "cases.number"),
        CheckConstraint("due_cents >= 0 and paid_cents >= 0", name="amounts"),
        Index("ix_copays_claim", "claim_number"),
        Index("ix_copays_case", "case_number"),
    )

    number: Mapped[int] = mapped_column(Identity(start=45001), primary_key=True)
    key: Mapped[str]
    appointment_number: Mapped[int]
    account_number: Mapped[int]
    claim_number: Mapped[int | None]
    case_number: Mapped[int | None]
    due_on: Mapped[date]
    due_cents: Mapped[int]
    paid_cents: Mapped[int] = mapped_column(server_default="0")
    why: Mapped[str]
    """Where the amount comes from, or why nothing is due."""
    state: Mapped[str]
    """``due``, ``paid``, ``not_due``, ``researched``, ``exempt`` or ``refund``."""
    decided_by: Mapped[str] = mapped_column(server_default="")
    decided_reason: Mapped[str] = mapped_column(server_default="")


class CheckInRow(Base, Owned, Recorded):
    """What a patient said and signed at the desk on a day."""

    __tablename__ = "check_ins"
    __table_args__ = (
        UniqueConstraint("organisation_id", "key"),
        same_organisation("check_ins", "patient_id", "patients.id"),
        same_organisation("check_ins", "appointment_number", "appointments.number"),
        Index("ix_check_ins_patient", "patient_id"),
    )

    id: Mapped[Id]
    key: Mapped[str]
    patient_id: Mapped[int]
    appointment_number: Mapped[int]
    on_day: Mapped[date]
    by: Mapped[str]
    language: Mapped[str] = mapped_column(server_default="en")
    phone: Mapped[str] = mapped_column(server_default="")
    email: Mapped[str] = mapped_column(server_default="")
    consents: Mapped[Json] = mapped_column(server_default=EMPTY_OBJECT)
    """Channel to ``true`` or ``false``; what was not asked is not there."""
    medicare_questions: Mapped[Json] = mapped_column(server_default=EMPTY_OBJECT)
    """``domain.checkin.medicare_secondary.Answers`` as JSON."""
    cards: Mapped[list[Any]] = mapped_column(server_default=EMPTY_LIST)
    """What the insurance cards say."""


class PatientMerge(Base, Owned, Recorded):
    """Two rows of one patient made one by a named person; what was moved is kept, so that it can be undone."""

    __tablename__ = "patient_merges"
    __table_args__ = (
        same_organisation("patient_merges", "kept_id", "patients.id"),
        same_organisation("patient_merges", "merged_id", "patients.id"),
        Index(
            "uq_patient_merges_standing",
            "organisation_id",
            "merged_id",
            unique=True,
            postgresql_where=text("undone_on is null"),
        ),
    )

    id: Mapped[Id]
    kept_id: Mapped[int]
    merged_id: Mapped[int]
    by: Mapped[str]
    reason: Mapped[str]
    merged_on: Mapped[date]
    moved: Mapped[Json]
    """``{table: [key of a row that was moved]}``."""
    undone_on: Mapped[date | None]
    undone_by: Mapped[str] = mapped_column(server_default="")
    undone_reason: Mapped[str] = mapped_column(server_default="")


class GuarantorChange(Base, Owned, Recorded):
    """From a day on another person guarantees for a patient: visits from then on go to that account, older ones stay.

    Not a row about a patient as merges know them: accounts stay where they are when patients are merged.
    """

    __tablename__ = "guarantor_changes"
    __table_args__ = (
        same_organisation("guarantor_changes", "of_patient_id", "patients.id"),
        same_organisation("guarantor_changes", "from_account", "accounts.number"),
        same_organisation("guarantor_changes", "to_account", "accounts.number"),
        Index("ix_guarantor_changes_patient", "of_patient_id"),
    )

    id: Mapped[Id]
    of_patient_id: Mapped[int]
    from_account: Mapped[int]
    to_account: Mapped[int]
    effective_on: Mapped[date]
    cause: Mapped[str]
    """``domain.checkin.guarantor.Cause``."""
    by: Mapped[str]
    reason: Mapped[str]


class Enrolment(Base, Owned, Recorded):
    """From when to when a provider may bill a payer."""

    __tablename__ = "enrolments"
    __table_args__ = (UniqueConstraint("organisation_id", "provider_npi", "payer_code", "effective_from"),)

    id: Mapped[Id]
    provider_npi: Mapped[str]
    payer_code: Mapped[str]
    effective_from: Mapped[date | None]
    """None: applied for, not granted yet."""
    effective_to: Mapped[date | None]
    by: Mapped[str]


class AuthorizationRow(Base, Owned, Recorded):
    """A payer was asked whether it will pay for a service (278), and what it said."""

    __tablename__ = "authorizations"
    __table_args__ = (
        UniqueConstraint("organisation_id", "number"),
        UniqueConstraint("organisation_id", "key"),
        same_organisation("authorizations", "patient_id", "patients.id"),
        same_organisation("authorizations", "claim_number", "claims.number"),
        same_organisation("authorizations", "appointment_number", "appointments.number"),
        CheckConstraint("state not in ('requested', 'pended') or next_at is not null", name="nothing_forgotten"),
        Index("ix_authorizations_claim", "claim_number"),
        Index("ix_authorizations_next", "next_at", postgresql_where=text("state in ('requested', 'pended')")),
    )

    number: Mapped[int] = mapped_column(Identity(start=47001), primary_key=True)
    key: Mapped[str]
    patient_id: Mapped[int]
    claim_number: Mapped[int | None]
    appointment_number: Mapped[int | None]
    payer_code: Mapped[str]
    service_date: Mapped[date]
    request: Mapped[Json]
    """``domain.coverage.authorization.AuthorizationRequest`` as JSON."""
    expedited: Mapped[bool]
    requested_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    """When the payer must have decided; null: it is bound by no such rule that we know."""
    due_rule: Mapped[str] = mapped_column(server_default="")
    state: Mapped[str]
    """``requested``, ``pended``, ``approved``, ``denied``, ``not_needed`` or ``ended``."""
    next_at: Mapped[datetime | None]
    questions: Mapped[int] = mapped_column(server_default="0")
    authorization_number: Mapped[str] = mapped_column(server_default="")
    reasons: Mapped[list[Any]] = mapped_column(server_default=EMPTY_LIST)
    decided_at: Mapped[datetime | None]
    by: Mapped[str]


class AdvanceNotice(Base, Owned, Recorded):
    """An advance beneficiary notice of non-coverage (CMS-R-131), as the patient signed it."""

    __tablename__ = "advance_notices"
    __table_args__ = (
        UniqueConstraint("organisation_id", "number"),
        UniqueConstraint("organisation_id", "key"),
        same_organisation("advance_notices", "patient_id", "patients.id"),
        same_organisation("advance_notices", "claim_number", "claims.number"),
        same_organisation("advance_notices", "appointment_number", "appointments.number"),
        Index("ix_advance_notices_patient", "patient_id"),
    )

    number: Mapped[int] = mapped_column(Identity(start=49001), primary_key=True)
    key: Mapped[str]
    patient_id: Mapped[int]
    claim_number: Mapped[int | None]
    appointment_number: Mapped[int | None]
    service_date: Mapped[date]
    cause: Mapped[str]
    """``medical_necessity``, ``frequency``, ``excluded`` ...: ``domain.coverage.advance_notice.Cause``."""
    procedures: Mapped[list[Any]]
    estimated_cents: Mapped[int]
    option: Mapped[int | None]
    """1 bill Medicare, 2 do not bill, 3 not wanted; null: not signed."""
    issued_on: Mapped[date]
    signed_on: Mapped[date | None]
    signed_by: Mapped[str] = mapped_column(server_default="")
    """``patient``, or the representative's name and what they are to the patient."""
    taken_by: Mapped[str] = mapped_column(server_default="")
    """Who was there when it was signed."""
    papers: Mapped[list[Any]] = mapped_column(server_default=EMPTY_LIST)
    """``{"language", "edition", "sha256", "on", "by"}`` of each form that was written."""
    changes: Mapped[list[Any]] = mapped_column(server_default=EMPTY_LIST)
    """``{"from", "to", "on", "by", "taken_by"}`` of each other option that was written on it later."""
    by: Mapped[str]
