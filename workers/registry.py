"""Which workflows and activities run on which task queue: one short function for each worker."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

from temporalio.client import Client
from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.worker import Worker, WorkerDeploymentConfig

from activities.account_books import AccountBooksInPostgres
from activities.appeal_books import AppealBooksInPostgres
from activities.audit.auditing import SIDES
from activities.audit_books import AuditBooksInPostgres
from activities.batch_books import BatchBooksInPostgres
from activities.card_ends import CardSweepsAtTheGateway
from activities.case_books import CaseBooksInPostgres
from activities.claim_books import ClaimBooksInPostgres
from activities.deliveries import DeliveriesByOutbox
from activities.estimate_post import EstimatePost
from activities.frontdesk.looks import FrontDeskSweepsInBooks, FrontDeskSweepsOverTheLine
from activities.inbound_books import InboundBooksInPostgres
from activities.payer_conversations import PayerConversationsInRealTime
from activities.statement_post import StatementPostByMail
from activities.sweeps import SweepsOfOneOrganisation
from contracts import task_queues
from gateways.cards import CardSettings, HttpCardGateway
from gateways.clearinghouse import ClearinghouseMailbox, RealTimeLine
from gateways.mail import PaperMail
from gateways.smtp import SmtpLine, SmtpSettings
from storage.clock import PostgresBusinessClock
from storage.unit_of_work import Books
from workers.heartbeats import HeartbeatsInterceptor
from workers.sandbox import workflow_runner
from workers.settings import DEPLOYMENT
from workflows.appeal import AppealWorkflow
from workflows.batch import SubmissionBatchWorkflow
from workflows.case import CaseWorkflow
from workflows.claim import ClaimWorkflow
from workflows.diagnosis_audit import DiagnosisAuditWorkflow
from workflows.inbound_file import InboundFileWorkflow
from workflows.patient_account import PatientAccountWorkflow
from workflows.sweep import SweepWorkflow

WORKFLOWS = [
    ClaimWorkflow,
    PatientAccountWorkflow,
    CaseWorkflow,
    AppealWorkflow,
    SubmissionBatchWorkflow,
    InboundFileWorkflow,
    SweepWorkflow,
    DiagnosisAuditWorkflow,
]
BOOK_THREADS = 12
"""Threads for our own database; the connection pool is sized for them and the dispatcher."""
OUTSIDE_PER_SECOND = 50.0
"""Most questions and deliveries to the clearinghouse in a second, over all workers."""


@dataclass(frozen=True, kw_only=True)
class Outside:
    """The outside parties a worker speaks to."""

    mailbox: ClearinghouseMailbox
    real_time: RealTimeLine
    mail: PaperMail


def mail_server() -> SmtpLine | None:
    """The server that takes e-mails to patients; None where the house sends none."""
    settings = SmtpSettings.from_environment()
    return None if settings is None else SmtpLine(settings)


def card_gateway() -> HttpCardGateway | None:
    """The card gateway; None where the house takes no cards."""
    settings = CardSettings.where_configured()
    return None if settings is None else HttpCardGateway(settings)


def deployment(build: str) -> WorkerDeploymentConfig:
    """Worker versioning for a build id: workflows declare their behaviour, so no worker runs without one."""
    return WorkerDeploymentConfig(
        version=WorkerDeploymentVersion(deployment_name=DEPLOYMENT, build_id=build),
        use_worker_versioning=True,
        default_versioning_behavior=VersioningBehavior.AUTO_UPGRADE,
    )


def stories_worker(
    client: Client,
    books: Books,
    threads: ThreadPoolExecutor,
    *,
    build: str,
    max_cached_workflows: int = 1000,
) -> Worker:
    """The stories, and every step inside our own database."""
    claims = ClaimBooksInPostgres(books)
    accounts = AccountBooksInPostgres(books)
    cases = CaseBooksInPostgres(books)
    appeals = AppealBooksInPostgres(books)
    inbound = InboundBooksInPostgres(books)
    audit = AuditBooksInPostgres(books)
    threads.submit(SIDES.of, "")  # reads the code set, which takes seconds: not within a claim's step
    clock = PostgresBusinessClock(books)
    sweeps = SweepsOfOneOrganisation(books, clock, mailbox=None, deliveries=None)
    return Worker(
        client,
        task_queue=task_queues.STORIES,
        workflows=WORKFLOWS,
        workflow_runner=workflow_runner(),
        activities=[
            claims.take_up,
            claims.payer_silent,
            claims.scrub,
            claims.commit_ready,
            claims.act_on_answer,
            claims.remind,
            claims.apply_command,
            claims.record_misfit,
            accounts.plan,
            accounts.issue,
            cases.look,
            cases.remind,
            cases.apply_order,
            cases.record_misfit,
            appeals.look,
            appeals.act_on_date,
            appeals.apply_order,
            appeals.record_misfit,
            BatchBooksInPostgres(books).build,
            inbound.classify,
            inbound.process,
            inbound.finish,
            audit.next_organisation,
            audit.audit_page,
            audit.audit_practice,
            sweeps.ready,
            sweeps.unacknowledged,
            sweeps.deposits,
            sweeps.visits,
            sweeps.overpayments,
            sweeps.lessons,
            FrontDeskSweepsInBooks(books, clock).front_desk,
        ],
        activity_executor=threads,
        max_concurrent_activities=BOOK_THREADS // 2,
        max_concurrent_local_activities=BOOK_THREADS // 2,
        max_cached_workflows=max_cached_workflows,
        interceptors=[HeartbeatsInterceptor()],
        graceful_shutdown_timeout=timedelta(seconds=10),
        deployment_config=deployment(build),
    )


def outside_worker(client: Client, books: Books, outside: Outside, *, build: str) -> Worker:
    """Everything that speaks to the clearinghouse, payers and the mail room."""
    clock = PostgresBusinessClock(books)
    deliveries = DeliveriesByOutbox(books, outside.mailbox, outside.mail)
    sweeps = SweepsOfOneOrganisation(
        books,
        clock,
        mailbox=outside.mailbox,
        deliveries=deliveries,
        estimates=EstimatePost(books, outside.mail, mail_server()),
    )
    payers = PayerConversationsInRealTime(books, outside.real_time)
    return Worker(
        client,
        task_queue=task_queues.OUTSIDE,
        activities=[
            payers.verify_eligibility,
            payers.ask_status,
            deliveries.deliver,
            StatementPostByMail(books, outside.mail, mail_server()).send,
            sweeps.mailbox,
            sweeps.outbox,
            FrontDeskSweepsOverTheLine(books, clock, outside.real_time).appointments,
            CardSweepsAtTheGateway(books, clock, card_gateway()).cards,
        ],
        max_concurrent_activities=16,
        max_task_queue_activities_per_second=OUTSIDE_PER_SECOND,
        disable_eager_activity_execution=True,
        interceptors=[HeartbeatsInterceptor()],
        graceful_shutdown_timeout=timedelta(seconds=10),
        deployment_config=deployment(build),
    )
