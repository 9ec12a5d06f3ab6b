"""A hospital's claim to Medicare Part A: imported, returned, corrected, paid, adjusted in time, reopened late."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import x12
from activities.batch_books import BatchBooksInPostgres
from activities.claim import commands, prepare
from activities.inbound import acknowledgements
from activities.remittances.receive import remittance_received
from activities.scrubbing import last_day_to_file
from activities.sweeps import SweepsOfOneOrganisation
from contracts.claim import CommandAnswer, CommandBody, OrderedCommand
from contracts.wire import BatchOpened, Sweep
from domain.claim.acknowledgement import ClaimAcknowledged
from domain.claim.claim import Encounter
from domain.claim.stages import Owes, Stage
from edi import encounters
from edi.acknowledgement import functional_acknowledged
from edi.remittance import read as read_remittance
from storage import claims, files
from storage.clock import PostgresBusinessClock
from storage.engine import make_engine
from storage.models import Batch, Submission
from storage.organisations import LOCAL_PRACTICE, ensure_local_practice
from storage.read_models import claim_show
from storage.unit_of_work import Books
from tests.integration.activities.conftest import BEGIN, Desk
from tests.integration.storage.samples import check_in, encounter
from tests.unit.edi.institutional_files import file_of, visit
from tests.unit.x12 import examples

LATE = "late because: new and material evidence came from the ambulance; the record shows it"


@pytest.fixture
def books(database_url: str) -> Iterator[Books]:
    engine = make_engine(database_url, pool_size=4)
    books = Books(engine)
    with books.system() as session:
        ensure_local_practice(session)
    yield books
    engine.dispose()


def imported() -> Encounter:
    found = encounters.read(file_of(visit()), "a7" * 32)
    assert found.refused == ()
    (made,) = found.encounters
    return made


def ready_to_code(books: Books, made: Encounter) -> Desk:
    desk = Desk(books=books, claim=check_in(books, LOCAL_PRACTICE, made).claim_number)

    def work(session: Session) -> None:
        claims.set_stage(
            session, desk.claim, stage=Stage.CODING, owes=Owes.PAYER, next_at=BEGIN, next_what="coding", owner="system"
        )

    desk._run(work)
    return desk


def prepared(desk: Desk) -> None:
    """Scrubbed and made ready, as the claim's own steps do it."""
    after = desk._run(lambda session: prepare.scrub(session, desk.ref))
    assert after.stage is Stage.CODING, desk.reasons()
    desk._run(lambda session: prepare.commit_ready(session, desk.ref))


def sweep(books: Books) -> list[bytes]:
    """What one sweep writes for the ready attempts, as it goes to the clearinghouse."""
    sweeps = SweepsOfOneOrganisation(books, PostgresBusinessClock(books), mailbox=None, deliveries=None)
    sweeps.ready(Sweep(kind="ready"))
    building = BatchBooksInPostgres(books)
    written = []
    with books.transaction(LOCAL_PRACTICE) as session:
        opened = list(session.scalars(select(Batch.number).where(Batch.state == "open").order_by(Batch.number)))
    for number in opened:
        building.build(BatchOpened(organisation_id=LOCAL_PRACTICE, batch_number=number, business_at=BEGIN))
        with books.transaction(LOCAL_PRACTICE) as session:
            file_id = session.get_one(Batch, number).file_id
            assert file_id is not None
            written.append(files.content(session, file_id))
    return written


def sent(books: Books, desk: Desk) -> x12.InstitutionalClaim:
    """The newest attempt as the payer reads it: an 837I without an error, whose 999 finds its batch again."""
    (data,) = sweep(books)
    report = x12.check_file(data)
    assert report["valid"], report
    assert [one["type"] for one in report["transactions"]] == ["837I"]
    (transaction,) = x12.read_file(data).transactions()
    (claim,) = transaction.content.claims
    desk._run(lambda session: _left(session, desk.claim))
    taken(desk, data)
    return claim


def _left(session: Session, claim: int) -> None:
    claims.attempts(session, claim)[-1].state = "sent"


def taken(desk: Desk, data: bytes) -> None:
    """The clearinghouse's 999."""
    (file,) = x12.read_file(data).interchanges
    (group,) = file.groups
    told = functional_acknowledged(x12.group_acknowledgement(group))

    def work(session: Session) -> None:
        inbound = desk._inbound(session)
        for one in told:
            acknowledgements.functional_acknowledged(inbound, one)
        assert inbound.matched == len(told) == 1
        session.flush()
        number = claims.attempts(session, desk.claim)[-1].batch_number
        assert session.get_one(Batch, number).acknowledgement == "999 A"

    desk._run(work)


def acknowledged(desk: Desk, category: str, dcn: str) -> None:
    """The payer's 277CA on the newest attempt."""
    attempt = desk.attempts()[-1]
    accepted = category == "A2"
    told = ClaimAcknowledged(
        control_number=attempt.control_number, accepted=accepted, category=category, status_code="21", entity="",
        payer_control_number=dcn, text="", action="WQ" if accepted else "U", in_adjudication=accepted,
    )  # fmt: skip
    desk._run(lambda session: acknowledgements.claim_acknowledged(desk._inbound(session), told))
    desk.act()


def decided(desk: Desk, dcn: str, *, taking_back: str = "", second_denied: bool = True) -> None:
    """Medicare's 835 on the newest attempt: the first line is paid, the second denied; an adjustment's takes the
    decision before it back."""
    attempts = desk.attempts()
    loops = []
    if taking_back:
        loops.append(_loop(attempts[-2], dcn=taking_back, sign=-1, second_denied=True))
    loops.append(_loop(attempts[-1], dcn=dcn, sign=1, second_denied=second_denied))
    paid = sum(loop.paid_cents for loop in loops)
    data = examples.interchange(
        examples.remittance(
            payment=replace(examples.remittance().payment, amount_cents=paid, effective_date=desk.today.date())
            if paid
            else x12.Payment(amount_cents=0, method="NON", handling="H", effective_date=desk.today.date()),
            trace=x12.Trace(number=f"EFT-{dcn}", originator="1123456789"),
            groups=(x12.RemittanceGroup(claims=tuple(loops)),),
            provider_adjustments=(),
        )
    )
    (transaction,) = x12.read_file(data).transactions()
    remittance = read_remittance(transaction)

    def work(session: Session) -> None:
        inbound = desk._inbound(session)
        remittance_received(inbound, remittance)
        assert inbound.matched == len(loops), "every decision found its attempt"

    desk._run(work)
    desk.act()


def _loop(attempt: Submission, *, dcn: str, sign: int, second_denied: bool) -> x12.ClaimPayment:
    first = _line("1", "99283", 15_000 * sign, 12_000 * sign, ("CO", "45"))
    paid = 0 if second_denied else 2_000 * sign
    second = _line("2", "99283", 2_550 * sign, paid, ("CO", "16" if second_denied else "45"))
    return x12.ClaimPayment(
        claim_id=attempt.control_number, status="22" if sign < 0 else "1", charge_cents=17_550 * sign,
        paid_cents=first.paid_cents + second.paid_cents, filing_indicator="MA", payer_claim_number=dcn,
        facility_code="13", frequency_code=attempt.frequency,
        names=examples.remittance().groups[0].claims[0].names,
        outpatient=x12.OutpatientAdjudication(remark_codes=("M20",)) if second_denied else None,
        lines=(first, second),
    )  # fmt: skip


def _line(number: str, procedure: str, charge: int, paid: int, reason: tuple[str, str]) -> x12.RemittanceLine:
    group, carc = reason
    return x12.RemittanceLine(
        procedure=x12.Procedure(code=procedure, modifiers=("25",)), charge_cents=charge, paid_cents=paid,
        dates=(x12.DateOrPeriod(qualifier="472", start=date(2026, 2, 1)),),
        adjustments=(x12.Adjustment(group=group, reason=carc, amount_cents=charge - paid),),
        references=(x12.Reference(qualifier="6R", value=number),),
    )  # fmt: skip


def order(desk: Desk, verb: str, reason: str, **changes: str) -> CommandAnswer:
    def work(session: Session) -> CommandAnswer:
        body = CommandBody(
            command=verb, id=f"{verb}-{len(desk.told)}", by="ann",
            expected_version=claims.get(session, desk.claim).version, reason=reason,
            changes={name.replace("__", "."): value for name, value in changes.items()},
        )  # fmt: skip
        return commands.apply_command(session, OrderedCommand(claim=desk.ref, command=body))

    said = desk._run(work)
    desk.told.append(said.refusal)
    if said.accepted:
        prepared(desk)
    return said


def shown(desk: Desk) -> dict[str, Any]:
    return desk._run(lambda session: claim_show(session, desk.claim))


def test_a_part_a_claim_is_returned_corrected_paid_adjusted_in_time_and_reopened_late(books: Books) -> None:
    desk = ready_to_code(books, imported())
    prepared(desk)
    assert (shown(desk)["type_of_bill"], shown(desk)["claim_type"]) == ("0131", "institutional")
    first = sent(books, desk)
    assert (first.type_of_bill, first.payer_claim_number, first.subscriber.filing_indicator) == ("131", "", "MA")

    acknowledged(desk, "A2", "")
    acknowledged(desk, "A3", "DCN1")  # returned to the provider
    assert desk.snapshot().stage is Stage.REJECTED
    unchanged = order(desk, "resubmit", "again")
    assert not unchanged.accepted
    assert "correct it first" in unchanged.refusal
    assert order(desk, "correct", "left against advice", institution__patient_status="07").accepted, desk.told
    second = sent(books, desk)
    assert (second.type_of_bill, second.payer_claim_number, second.patient_status) == ("131", "", "07")

    acknowledged(desk, "A2", "DCN2")
    decided(desk, "DCN2")
    assert desk.snapshot().stage is Stage.DENIED
    desk.pass_days(60)
    silent = order(desk, "correct", "the record shows it", lines__2__revenue_code="0301")
    assert not silent.accepted
    assert "D0, D1" in silent.refusal
    in_time = order(
        desk, "correct", "the record shows it", lines__2__revenue_code="0301", institution__condition_codes="D2"
    )
    assert in_time.accepted, in_time.refusal
    adjusted = sent(books, desk)
    assert (adjusted.type_of_bill, adjusted.payer_claim_number, adjusted.condition_codes) == ("137", "DCN2", ("D2",))
    assert shown(desk)["type_of_bill"] == "0137"

    acknowledged(desk, "A2", "DCN3")
    decided(desk, "DCN3", taking_back="DCN2")
    assert desk.snapshot().stage is Stage.DENIED
    limit = desk._run(
        lambda session: last_day_to_file(
            session, claims.get(session, desk.claim), claims.content(session, desk.claim), desk.today.date()
        )
    )
    assert limit == date(2027, 2, 5), "one year from the statement's Through date"
    desk.pass_days(500)
    changes = {"lines__2__revenue_code": "0305", "institution__condition_codes": "D2"}
    without = order(desk, "correct", LATE, **changes)
    assert "R1, R2" in without.refusal
    changes["institution__condition_codes"] = "R8,D2"
    assert "time for corrections" in order(desk, "correct", "the record shows it", **changes).refusal
    late = order(desk, "correct", LATE, **changes)
    assert late.accepted, late.refusal
    reopened = sent(books, desk)
    assert (reopened.type_of_bill, reopened.payer_claim_number) == ("13Q", "DCN3")

    acknowledged(desk, "A2", "DCN4")
    decided(desk, "DCN4", taking_back="DCN3", second_denied=False)
    assert [one.frequency for one in desk.attempts()] == ["1", "1", "7", "Q"]
    assert desk.snapshot().stage is Stage.CLOSED, desk.reasons()
    balances = desk.balances()
    assert balances["revenue"] == -17_550
    assert "payer_receivable" not in balances


def test_a_returned_adjustment_is_corrected_as_the_adjustment_that_it_was(books: Books) -> None:
    desk = ready_to_code(books, imported())
    prepared(desk)
    sent(books, desk)
    decided(desk, "DCN1")
    assert order(desk, "correct", "why", lines__2__revenue_code="0301", institution__condition_codes="D9").accepted
    sent(books, desk)
    acknowledged(desk, "A3", "DCN2")
    assert order(desk, "correct", "why", lines__2__revenue_code="0305").accepted, desk.told
    again = sent(books, desk)
    assert (again.type_of_bill, again.payer_claim_number) == ("137", "DCN1")


def test_an_institutions_claim_and_a_professional_one_to_one_payer_go_in_two_interchanges(books: Books) -> None:
    hospital = ready_to_code(books, imported())
    asked = encounter()
    medicare = imported().content.coverage
    office = ready_to_code(books, replace(asked, content=replace(asked.content, coverage=medicare)))
    for desk in (hospital, office):
        desk._run(lambda session, ref=desk.ref: prepare.commit_ready(session, ref))
    kinds = [x12.check_file(data)["transactions"][0]["type"] for _ in range(2) for data in sweep(books)]
    assert sorted(kinds) == ["837I", "837P"]
