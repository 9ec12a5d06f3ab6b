"""After one payer the next: sent on or billed by us, in time, and the patient last."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from temporalio.exceptions import ApplicationError

from activities.claim import prepare
from activities.claim.follow_up import note_status
from activities.payer_conversations import PayerConversationsInRealTime
from domain.claim.stages import Owes, Stage
from domain.claim.status import StatusAnswer, StatusKind
from domain.coverage.coverage import Coverage, OtherCoverage, Payer, PayerKind
from domain.remittance.remittance import Adjustment, RemittedClaim
from edi.professional_claim import to_x12
from gateways.clearinghouse import RealTimeLine
from gateways.errors import PayerUnreachable
from storage.organisations import LOCAL_PRACTICE
from tests.integration.activities.conftest import BEGIN, CHARGES, Desk
from tests.integration.storage.samples import encounter

PATIENT = encounter().patient
CHARGE = sum(CHARGES)
NewDesk = Callable[..., Desk]


def further(code: str, kind: PayerKind = PayerKind.COMMERCIAL, insurance_type: str = "") -> OtherCoverage:
    """Another coverage of the same patient."""
    payer = Payer(code=code, name=f"{code} PLAN", kind=kind, filing_indicator="CI")
    coverage = Coverage(payer=payer, member_id=f"{code}0001", relationship="18", subscriber=PATIENT)
    return OtherCoverage(coverage=coverage, insurance_type=insurance_type)


class SilentLine(RealTimeLine):
    """Keeps what it was asked and answers nothing."""

    def __init__(self) -> None:
        self.asked = ""

    async def ask(self, question: bytes) -> bytes:
        self.asked = question.decode()
        raise PayerUnreachable("nobody answers")


SUPPLEMENT, MEDICAID, SECOND = further("SUPP1"), further("MCAID", PayerKind.MEDICAID), further("HMO01")


def told(desk: Desk, attempt: int, status: str, paid: tuple[int, int], *codes: str, icn: str = "") -> RemittedClaim:
    """A decision: what was paid on each line, and what else became of each: ``LINE:CODE:CENTS``."""
    plain = desk.decision()
    lines = []
    for place, line in enumerate(plain.lines):
        found = [code.split(":") for code in codes if code.startswith(f"{place + 1}:")]
        adjustments = tuple(
            Adjustment(group=code.split("-")[0], reason=code.split("-")[1], amount_cents=int(cents))
            for _, code, cents in found
        )
        lines.append(replace(line, paid_cents=paid[place], adjustments=adjustments))
    return replace(
        plain,
        control_number=f"{desk.claim}-{attempt}",
        status=status,
        lines=tuple(lines),
        paid_cents=sum(paid),
        payer_control_number=icn or f"ICN{attempt}{status}",
    )


def primary(desk: Desk, status: str = "1", *remarks: str) -> RemittedClaim:
    """Allows 12,000 and 2,000; leaves 2,400 and 400 of it to the patient."""
    codes = ("1:CO-45:3000", "1:PR-2:2400", "2:CO-45:500", "2:PR-2:400")
    return replace(told(desk, 1, status, (9_600, 1_600), *codes), remarks=remarks)


def taken_back(first: RemittedClaim) -> RemittedClaim:
    """The reversal of a decision: every amount negated."""
    return replace(
        first,
        status="22",
        charge_cents=-CHARGE,
        paid_cents=-first.paid_cents,
        lines=tuple(
            replace(
                line,
                charge_cents=-line.charge_cents,
                paid_cents=-line.paid_cents,
                adjustments=tuple(replace(one, amount_cents=-one.amount_cents) for one in line.adjustments),
            )
            for line in first.lines
        ),
    )


@pytest.fixture
def medicare_first(new_desk: NewDesk) -> Callable[..., Desk]:
    return lambda *others: new_desk(PayerKind.MEDICARE, others=others)


def test_what_medicare_sent_on_is_waited_for_and_the_supplement_settles_it(
    medicare_first: Callable[..., Desk],
) -> None:
    desk = medicare_first(SUPPLEMENT)
    snapshot = desk.remit(primary(desk, "19", "MA18"))
    assert (snapshot.stage, snapshot.owes, snapshot.payer_code) == (Stage.WITH_PAYER, Owes.PAYER, "SUPP1")
    assert not snapshot.to_prepare
    assert snapshot.next_at == BEGIN + timedelta(days=21), "fifteen business days"
    assert desk.balances()["payer_receivable"] == 2_800
    assert "patient_receivable" not in desk.balances()
    desk.pass_days(8)
    answer = told(desk, 1, "2", (2_400, 400), "1:OA-23:12600", "2:OA-23:2100", icn="SUPP77")
    snapshot = desk.remit(answer)
    assert (snapshot.stage, snapshot.outcome) == (Stage.CLOSED, "clean")
    assert desk.balances() == {"revenue": -CHARGE, "contractual": 3_500, "unapplied_cash": 14_000}
    assert desk.work() == []
    (attempt,) = desk.attempts()
    assert attempt.payer_control_number == "ICN119", "Medicare's number, for a reopening"


def test_a_supplement_that_does_not_know_the_claim_is_billed_by_us(medicare_first: Callable[..., Desk]) -> None:
    desk = medicare_first(SUPPLEMENT)
    desk.remit(primary(desk, "19", "MA18"))
    desk.pass_days(21)
    line = SilentLine()
    with pytest.raises(ApplicationError):
        asyncio.run(PayerConversationsInRealTime(desk.books, line).ask_status(desk.ref))
    assert "NM1*PR*2*SUPP1 PLAN*****PI*SUPP1" in line.asked
    assert f"REF*EJ*{desk.claim}-1" in line.asked
    assert "REF*1K" not in line.asked, "Medicare's number means nothing to the supplement"
    unknown = StatusAnswer(kind=StatusKind.NOT_FOUND, category="A4", code="35", payer_control_number="")
    snapshot = desk.books.run(LOCAL_PRACTICE, lambda session: note_status(session, desk.ref, unknown))
    assert (snapshot.stage, snapshot.to_prepare, snapshot.payer_code) == (Stage.CODING, True, "SUPP1")
    first = desk.attempts()[0]
    assert (first.payer_code, first.category) == ("MCARE", ""), "the question was not about Medicare's attempt"
    desk.send()
    assert [(one.attempt, one.sequence, one.payer_code, one.frequency) for one in desk.attempts()] == [
        (1, "P", "MCARE", "1"),
        (2, "S", "SUPP1", "1"),
    ]


def test_a_plan_that_sends_nothing_on_is_followed_by_our_own_second_claim(new_desk: NewDesk) -> None:
    desk = new_desk(others=(SECOND,))
    snapshot = desk.remit(primary(desk))
    assert (snapshot.stage, snapshot.to_prepare, snapshot.payer_code) == (Stage.CODING, True, "HMO01")
    snapshot = desk.books.run(LOCAL_PRACTICE, lambda session: prepare.scrub(session, desk.ref))
    assert snapshot.to_prepare, desk.work()
    desk.send()
    sent = desk.for_submission(2)
    assert (sent.sequence, sent.coverage) == ("S", SECOND.coverage)
    (earlier,) = sent.earlier
    assert (earlier.paid_cents, earlier.patient_cents, earlier.payer_control_number) == (11_200, 2_800, "ICN11")
    assert [(line.number, line.paid_cents) for line in earlier.lines] == [(1, 9_600), (2, 1_600)]

    codes = ("1:OA-23:12600", "1:PR-2:400", "2:OA-23:2100", "2:CO-45:400")
    snapshot = desk.remit(told(desk, 2, "2", (2_000, 0), *codes))
    assert (snapshot.stage, snapshot.owes) == (Stage.PATIENT_BALANCE, Owes.PATIENT)
    assert desk.balances() == {
        "revenue": -CHARGE,
        "contractual": 3_900,
        "unapplied_cash": 13_200,
        "patient_receivable": 400,
    }


def test_medicaid_after_medicare_with_co_45_of_both_leaves_nothing(medicare_first: Callable[..., Desk]) -> None:
    desk = medicare_first(MEDICAID)
    desk.remit(primary(desk))
    desk.send()
    snapshot = desk.remit(told(desk, 2, "2", (1_800, 300), "1:CO-45:13200", "2:CO-45:2200"))
    assert (snapshot.stage, snapshot.outcome) == (Stage.CLOSED, "clean")
    assert desk.balances() == {"revenue": -CHARGE, "contractual": 4_200, "unapplied_cash": 13_300}


def test_a_first_payer_that_pays_all_of_it_is_followed_by_nobody(new_desk: NewDesk) -> None:
    desk = new_desk(others=(SECOND,))
    snapshot = desk.remit(told(desk, 1, "1", (12_000, 2_000), "1:CO-45:3000", "2:CO-45:500"))
    assert (snapshot.stage, snapshot.outcome) == (Stage.CLOSED, "clean")
    assert len(desk.attempts()) == 1


def test_three_payers_are_asked_one_after_the_other(new_desk: NewDesk) -> None:
    desk = new_desk(others=(SECOND, MEDICAID))
    desk.remit(primary(desk))
    desk.send()
    codes = ("1:OA-23:12600", "1:PR-2:400", "2:OA-23:2100", "2:PR-2:400")
    snapshot = desk.remit(told(desk, 2, "2", (2_000, 0), *codes))
    assert (snapshot.stage, snapshot.payer_code) == (Stage.CODING, "MCAID")
    assert "patient_receivable" not in desk.balances()
    desk.send()
    sent = desk.for_submission(3)
    assert sent.sequence == "T"
    assert [decision.sequence for decision in sent.earlier] == ["P", "S"]
    snapshot = desk.remit(told(desk, 3, "3", (400, 400), "1:OA-23:14600", "2:OA-23:2100"))
    assert (snapshot.stage, snapshot.outcome) == (Stage.CLOSED, "clean")


def test_a_third_payer_is_told_what_two_decided_of_whom_the_second_got_it_by_crossover(
    medicare_first: Callable[..., Desk],
) -> None:
    """The 837P that goes out, from the 835s as they were posted: X222A1 2320, 2330B and 2430."""
    desk = medicare_first(SUPPLEMENT, MEDICAID)
    desk.remit(primary(desk, "19", "MA18"))
    desk.pass_days(8)
    codes = ("1:OA-23:12600", "1:PR-2:400", "2:OA-23:2100", "2:PR-2:400")
    snapshot = desk.remit(told(desk, 1, "2", (2_000, 0), *codes, icn="SUPP77"))
    assert (snapshot.stage, snapshot.payer_code) == (Stage.CODING, "MCAID")
    desk.send()
    sent = desk.for_submission(2)
    claim = to_x12(sent)
    assert (claim.subscriber.payer_responsibility, claim.frequency_code) == ("T", "1")
    first, second = claim.other_coverages
    assert [(one.payer_responsibility, one.filing_indicator) for one in (first, second)] == [("P", "12"), ("S", "CI")]
    assert [one.payer.references[0].value for one in (first, second)] == ["ICN119", "SUPP77"]
    assert [amount.amount_cents for one in (first, second) for amount in one.amounts] == [11_200, 2_000]
    for line in claim.lines:
        by_payer = {one.payer_id: one for one in line.adjudications}
        assert set(by_payer) == {"MCARE", "SUPP1"}
        for one in by_payer.values():
            assert one.paid_cents + sum(a.amount_cents for a in one.adjustments) == line.charge_cents
    assert sorted(a.amount_cents for one in claim.lines for part in one.adjudications for a in part.amounts) == [
        400, 400, 400, 2_400,
    ]  # fmt: skip


def test_what_the_second_payer_denies_is_a_billers(new_desk: NewDesk) -> None:
    desk = new_desk(others=(SECOND,))
    desk.remit(primary(desk))
    desk.send()
    codes = ("1:OA-23:12600", "1:CO-197:2400", "2:OA-23:2100", "2:CO-197:400")
    snapshot = desk.remit(told(desk, 2, "2", (0, 0), *codes))
    assert (snapshot.stage, snapshot.owes) == (Stage.DENIED, Owes.PAYER)
    assert desk.work() == ["denied"]
    assert desk.balances()["payer_receivable"] == 2_800
    assert desk.order("appeal").accepted, desk.told
    (paper,) = desk.papers()
    assert (paper["payer"], paper["claim_control_number"]) == ("HMO01", f"{desk.claim}-2")


def test_a_biller_bills_the_next_payer_for_what_the_first_one_denied(new_desk: NewDesk) -> None:
    desk = new_desk(others=(SECOND,))
    assert desk.remit(told(desk, 1, "1", (0, 0), "1:CO-96:15000", "2:CO-96:2500")).stage is Stage.DENIED
    assert not desk.order("resubmit", id="both", next_payer="yes", member_id="X1").accepted
    assert desk.order("resubmit", id="next", next_payer="yes").accepted, desk.told
    snapshot = desk.snapshot()
    assert (snapshot.stage, snapshot.payer_code, desk.work()) == (Stage.CODING, "HMO01", [])
    desk.send()
    assert desk.for_submission(2).earlier[0].paid_cents == 0
    snapshot = desk.remit(told(desk, 2, "2", (14_000, 2_500), "1:CO-45:1000"))
    assert (snapshot.stage, snapshot.outcome) == (Stage.CLOSED, "denied_corrected")
    assert not desk.order("resubmit", id="more", next_payer="yes").accepted
    assert "no further payer" in desk.told[-1]


def test_a_write_off_before_the_next_payer_leaves_it_what_is_its_part(new_desk: NewDesk) -> None:
    desk = new_desk(others=(SECOND,))
    snapshot = desk.remit(told(desk, 1, "1", (9_600, 0), "1:CO-45:3000", "1:PR-2:2400", "2:CO-96:2500"))
    assert snapshot.stage is Stage.DENIED
    assert desk.order("write_off").accepted
    snapshot = desk.snapshot()
    assert (snapshot.stage, snapshot.payer_code) == (Stage.CODING, "HMO01")
    assert (desk.balances()["write_off"], desk.balances()["payer_receivable"]) == (2_500, 2_400)


def test_a_payer_that_sent_it_to_a_stranger_is_waited_for_with_a_billers_name_on_it(
    medicare_first: Callable[..., Desk],
) -> None:
    desk = medicare_first()
    snapshot = desk.remit(primary(desk, "19", "MA18"))
    assert (snapshot.stage, snapshot.owner) == (Stage.NEEDS_REVIEW, "biller")
    assert desk.work() == ["sent_on_to_stranger"]
    snapshot = desk.remit(told(desk, 1, "2", (2_400, 400), "1:OA-23:12600", "2:OA-23:2100", icn="XX1"))
    assert (snapshot.stage, snapshot.outcome) == (Stage.CLOSED, "clean")


def test_medicare_behind_a_plan_is_not_billed_without_its_reason(new_desk: NewDesk) -> None:
    desk = new_desk(others=(further("MCARE", PayerKind.MEDICARE),))
    desk.remit(primary(desk))
    snapshot = desk.books.run(LOCAL_PRACTICE, lambda session: prepare.scrub(session, desk.ref))
    assert snapshot.stage is Stage.FINDINGS
    assert "Medicare is not the first payer" in desk.reasons()[0]


def test_the_second_payers_limit_runs_from_the_first_ones_remittance(new_desk: NewDesk) -> None:
    desk = new_desk(others=(SECOND,))
    desk.pass_days(85)
    desk.remit(primary(desk))
    desk.pass_days(60)  # 149 days after the service, 60 after the remittance: 30 are left of 90
    assert desk.findings() == ["the filing limit ends on 2026-08-25"]
    desk.pass_days(40)
    assert desk.findings() == ["the filing limit passed on 2026-08-25"]


def test_a_first_payer_that_decides_again_after_the_second_was_billed_is_read_by_a_person(new_desk: NewDesk) -> None:
    desk = new_desk(others=(SECOND,))
    first = primary(desk)
    desk.remit(first)
    desk.send()
    back = taken_back(first)
    again = told(desk, 1, "1", (10_000, 1_600), "1:CO-45:2600", "1:PR-2:2400", "2:CO-45:500", "2:PR-2:400", icn="ICN12")
    snapshot = desk.remit(back, again)
    assert snapshot.stage is Stage.NEEDS_REVIEW
    assert "earlier_payer_again" in desk.work()


def test_an_answer_taken_back_before_the_second_payer_is_billed_stops_its_claim(new_desk: NewDesk) -> None:
    """Found by the random accounts (seed 337): the claim is being prepared in that moment."""
    desk = new_desk(others=(SECOND,))
    first = primary(desk)
    assert desk.remit(first).stage is Stage.CODING
    snapshot = desk.remit(taken_back(first))
    assert (snapshot.stage, snapshot.to_prepare, snapshot.owner) == (Stage.NEEDS_REVIEW, False, "biller")
    assert "payment_taken_back" in desk.work()
    again = told(desk, 1, "1", (10_000, 1_600), "1:CO-45:2600", "1:PR-2:2400", "2:CO-45:500", "2:PR-2:400", icn="ICN12")
    snapshot = desk.remit(again)
    assert (snapshot.stage, snapshot.to_prepare, snapshot.payer_code) == (Stage.CODING, True, "HMO01")


def test_a_payment_that_comes_while_a_correction_is_prepared_is_taken(new_desk: NewDesk) -> None:
    desk = new_desk()
    desk.deny("CO-16", "N382")
    assert desk.order("correct", member_id="W000000009").accepted
    assert desk.snapshot().stage is Stage.CODING
    snapshot = desk.remit(desk.decision("CO-16", "CO-16", status="22", sign=-1), primary(desk))
    assert (snapshot.stage, snapshot.to_prepare) == (Stage.PATIENT_BALANCE, False)


def test_a_first_payer_that_now_pays_all_of_it_leaves_nothing_for_the_second(new_desk: NewDesk) -> None:
    desk = new_desk(others=(SECOND,))
    first = primary(desk)
    desk.remit(first)
    all_of_it = told(desk, 1, "1", (12_000, 2_000), "1:CO-45:3000", "2:CO-45:500", icn="ICN12")
    snapshot = desk.remit(taken_back(first), all_of_it)
    assert (snapshot.stage, snapshot.outcome) == (Stage.CLOSED, "clean")
    assert len(desk.attempts()) == 1
