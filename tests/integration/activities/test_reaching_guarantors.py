"""Guarantors are reached by the way they allow, when they may be, and never about what is paid, paused or planned."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from activities.account import agreeing
from domain.billing.contact_policy import Channel
from gateways.errors import MailRefused, MailUncertain, MailUnreachable, SettingsMissing
from gateways.papers.page import dollars
from storage import contact_preferences, operator_files, outbox
from storage.models import Statement, WorkItem
from storage.operator_files import FOLDER
from storage.organisations import LOCAL_PRACTICE
from tests.integration.activities.conftest import Desk
from tests.integration.activities.household import Household
from tests.integration.gateways.test_papers import words

EAST, HAWAII = ZoneInfo("America/New_York"), "Pacific/Honolulu"


@pytest.fixture(autouse=True)
def mail_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAIMFLOW_SMTP_HOST", "127.0.0.1")
    monkeypatch.setenv("CLAIMFLOW_SMTP_FROM", "accounts@practice.example")


@pytest.fixture
def house(new_desk: Callable[..., Desk]) -> Household:
    return Household.owing(new_desk())


def work(house: Household) -> set[str]:
    return set(house.desk.work())


def test_the_letters_figures_are_the_ledgers(house: Household) -> None:
    house.until("statement")
    (letter,) = house.handed
    text, books = words(letter.content), house.desk.balances()
    assert letter.balance_cents == house.open_cents == books["patient_receivable"]
    for shown in (-books["revenue"], -books["unapplied_cash"], -books["contractual"], books["patient_receivable"]):
        assert dollars(shown) in text
    assert "Office visit" in text
    assert "99213" not in text, "no code of a code book"
    assert "deductible" in text
    assert f"6 monthly payments of at most {dollars(-(-house.open_cents // 6))}" in text, "a plan is offered at once"


def test_spanish_where_it_is_preferred(house: Household) -> None:
    house.prefer(Channel.MAIL, language="es")
    house.until("statement")
    text = words(house.handed[0].content)
    assert "Usted debe" in text
    assert "Visita al consultorio" in text
    assert "ayuda económica" in text


def test_a_statement_by_mail_to_who_wants_e_mail_is_an_e_mail_with_the_same_sum(house: Household) -> None:
    house.prefer(Channel.EMAIL, email="iris@home.example")
    house.until("statement")
    (sent,) = house.handed
    assert sent.channel == "email"
    message = message_from_bytes(sent.content, policy=default)
    assert message["To"] == "iris@home.example"
    plain, page = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert page is not None
    for body in (plain.get_content(), page.get_content()):
        assert dollars(house.open_cents) in body


def test_e_mail_without_consent_is_a_letter(house: Household) -> None:
    house.run(
        lambda session: agreeing.prefer(
            house.entering(session), house.account, channels=(Channel.EMAIL,), email="iris@home.example"
        )
    )
    house.until("statement")
    assert [sent.channel for sent in house.handed] == ["mail"]


def test_an_e_mail_that_may_have_arrived_is_never_sent_again_by_a_machine(house: Household) -> None:
    house.prefer(Channel.EMAIL, email="iris@home.example")
    house.lost_on_the_way = MailUncertain("the line was lost")
    house.until("statement")
    house.lost_on_the_way = None
    with house.books.transaction(LOCAL_PRACTICE) as session:
        (row,) = session.scalars(select(Statement))
        assert row.outbox_id is not None
        assert outbox.state_of(session, row.outbox_id) == "uncertain"
        number, outbox_id = row.number, row.outbox_id
    assert not house.send(number, outbox_id)
    assert house.handed == []
    assert "email_uncertain" in work(house)


def test_an_e_mail_that_surely_did_not_leave_is_tried_again(house: Household) -> None:
    house.prefer(Channel.EMAIL, email="iris@home.example")
    house.lost_on_the_way = MailUnreachable("nobody answers")
    with pytest.raises(Exception, match="nobody answers"):
        house.until("statement")
    house.lost_on_the_way = None
    house.step()
    with house.books.transaction(LOCAL_PRACTICE) as session:
        (row,) = session.scalars(select(Statement))
        assert row.outbox_id is not None
        number, outbox_id = row.number, row.outbox_id
    house.send(number, outbox_id)
    assert [sent.channel for sent in house.handed] == ["email"]


def test_a_refused_e_mail_asks_a_person_for_another_address(house: Household) -> None:
    house.prefer(Channel.EMAIL, email="gone@home.example")
    house.lost_on_the_way = MailRefused("no such box")
    house.until("statement")
    assert "email_refused" in work(house)


def test_a_worker_without_a_mail_server_asks_a_person_instead_of_failing_the_story(house: Household) -> None:
    house.prefer(Channel.EMAIL, email="iris@home.example")
    house.lost_on_the_way = SettingsMissing("no mail server is configured")
    house.until("statement")
    assert "email_refused" in work(house)


def test_nobody_is_asked_for_what_was_paid_between_writing_and_sending(house: Household) -> None:
    house.before_hand_over = lambda: house.pay(house.open_cents)
    house.until("statement")
    assert house.handed == []
    assert house.plan().settled


def test_a_hold_that_came_between_writing_and_sending_keeps_the_letter_in_the_house(house: Household) -> None:
    house.before_hand_over = lambda: house.hold("dispute:1")
    house.until("statement")
    assert house.handed == []
    house.now += timedelta(days=3)
    assert house.plan().kind == "paused"
    house.lift("dispute:1")
    house.until("statement")
    assert len(house.handed) == 1


def test_a_reminder_kept_back_by_a_payment_comes_the_next_day_with_what_is_left_and_not_a_month_later(
    house: Household,
) -> None:
    house.until("statement")
    house.before_hand_over = lambda: house.pay(house.open_cents // 2)
    house.until("reminder")
    assert len(house.handed) == 1, "the reminder over the old balance stayed in the house"
    kept_back_on = house.today
    assert house.plan().due_at > house.now, "and is not written again the same day"  # type: ignore[operator]
    house.now += timedelta(hours=1)
    house.until("reminder")
    assert (house.today - kept_back_on).days == 1
    assert house.handed[-1].balance_cents == house.open_cents


def test_texts_keep_the_quiet_hours_of_where_the_patient_lives_and_tell_no_sum(house: Household) -> None:
    house.prefer(Channel.TEXT, phone="+18085550100", time_zone=HAWAII)
    house.until("reminder")
    text = next(sent for sent in house.handed if sent.channel == "text")
    assert 8 <= text.at.astimezone(ZoneInfo(HAWAII)).hour < 21
    assert text.at.astimezone(EAST).hour >= 13, "nine in the morning in New York is night there"
    assert b"$" not in text.content
    assert b"STOP" in text.content


def test_who_collects_for_others_says_so_in_every_word(
    house: Household, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packs = "organisation,pack,contact_pack,effective_from,source\n*,practice,collector,2020-01-01,a test\n"
    (tmp_path / "care_packs.csv").write_text(packs, encoding="utf-8")
    monkeypatch.setenv(FOLDER, str(tmp_path))
    operator_files.forget()
    try:
        house.prefer(Channel.TEXT, phone="+18085550100")
        house.until("reminder")
    finally:
        monkeypatch.undo()
        operator_files.forget()
    letter, text = house.handed
    assert "This is from a debt collector." in words(letter.content)
    assert b"This is from a debt collector." in text.content


def test_stop_revokes_the_consent_at_once(house: Household) -> None:
    house.prefer(Channel.TEXT, phone="+18085550100")
    house.until("reminder")
    assert "revoked" in house.heard("answer", Channel.TEXT, " Stop! ")
    house.now += timedelta(days=1)
    house.until("reminder")
    assert [sent.channel for sent in house.handed] == ["mail", "text", "mail"]


def test_an_answer_that_is_no_stop_word_revokes_nothing(house: Household) -> None:
    house.prefer(Channel.TEXT, phone="+18085550100")
    assert house.heard("answer", Channel.TEXT, "please stop by tomorrow") == "kept"
    with house.books.transaction(LOCAL_PRACTICE) as session:
        assert Channel.TEXT in contact_preferences.read(session, house.account).consents


def test_returned_mail_ends_letters_until_there_is_a_new_address(house: Household) -> None:
    house.until("statement")
    house.heard("returned_mail", Channel.MAIL)
    house.until("bad_address")
    assert len(house.handed) == 1
    assert "bad_address" in work(house)
    house.run(lambda session: agreeing.prefer(house.entering(session), house.account, new_address=True))
    assert "bad_address" not in work(house)
    house.now += timedelta(days=1)
    house.until("final_notice")
    assert len(house.handed) > 1


def test_an_e_mail_that_came_back_ends_e_mails_and_not_letters(house: Household) -> None:
    house.prefer(Channel.EMAIL, email="gone@home.example")
    assert house.heard("returned_mail", Channel.EMAIL) == "no more e-mail until there is a new address"
    house.until("statement")
    assert [sent.channel for sent in house.handed] == ["mail"]
    house.prefer(Channel.EMAIL, email="here@home.example")
    house.until("final_notice")
    assert house.handed[-1].channel == "email"


def test_a_text_that_came_back_ends_texts_and_reminds_by_letter(house: Household) -> None:
    house.prefer(Channel.TEXT, phone="+18085550100")
    assert house.heard("returned_mail", Channel.TEXT) == "no more texts until there is a new number"
    house.until("reminder")
    assert {sent.channel for sent in house.handed} == {"mail"}


def test_who_prefers_a_call_gets_a_call_task_that_keeps_the_limit_after_a_conversation(house: Household) -> None:
    house.prefer(Channel.CALL)
    house.until("statement")
    house.now = datetime(2026, 4, 1, 16, tzinfo=UTC)
    house.heard("conversation", Channel.CALL, "pays on Friday")
    house.until("reminder")
    assert house.now >= datetime(2026, 4, 8, 16, tzinfo=UTC)
    assert "call_patient" in work(house)


def test_a_disputed_visit_is_on_no_paper(house: Household) -> None:
    house.hold("dispute:visit", claim=house.desk.claim)
    assert house.plan().kind == "paused"
    for _ in range(4):
        house.now += timedelta(days=30)
        house.step()
    assert house.handed == []


@pytest.mark.parametrize("seed", range(8))
def test_whatever_happens_nobody_is_reached_against_the_rules(new_desk: Callable[..., Desk], seed: int) -> None:
    """Half a year of random payments, pauses, wishes, stop words, returned letters and plans."""
    random = Random(seed)
    house = Household.owing(new_desk())
    zone = ZoneInfo(HAWAII)
    consents: set[Channel] = set()
    bad_address = False
    held: set[str] = set()
    planned = False

    def pay() -> None:
        if house.open_cents:
            house.pay(random.choice([house.open_cents, max(1, house.open_cents // 3)]))

    def pause() -> None:
        key = f"hold:{len(held)}:{house.now}"
        house.hold(key)
        held.add(key)

    def go_on() -> None:
        if held:
            house.lift(held.pop())

    def wish() -> None:
        wanted = random.sample([Channel.TEXT, Channel.EMAIL, Channel.CALL], random.randint(1, 3))
        house.prefer(*wanted, email="iris@home.example", phone="+18085550100", time_zone=HAWAII)
        consents.update(wanted)

    def stop() -> None:
        house.heard("answer", Channel.TEXT, random.choice(["STOP", "alto", "Unsubscribe."]))
        consents.discard(Channel.TEXT)

    def letter_returned() -> None:
        nonlocal bad_address
        house.heard("returned_mail", Channel.MAIL)
        bad_address = True

    def move() -> None:
        nonlocal bad_address
        house.run(lambda session: agreeing.prefer(house.entering(session), house.account, new_address=True))
        bad_address = False

    def agree() -> None:
        nonlocal planned
        if not planned and not held and house.open_cents and house.plan().kind != "paused":
            house.agree_plan(monthly_cents=max(2_500, house.open_cents // 4))
            planned = True

    def break_up() -> None:
        nonlocal planned
        if planned and house.open_cents:
            with contextlib.suppress(agreeing.PlanRefused):  # it may have ended by itself: nothing came
                house.run(lambda s: agreeing.end_plan(house.entering(s), house.account, "asked to"))
            planned = False

    events = (pay, pause, go_on, wish, wish, stop, letter_returned, move, agree, break_up)
    for _ in range(60):
        before = len(house.handed)
        if random.random() < 0.4:
            house.before_hand_over = random.choice(events)
        house.step()
        house.before_hand_over = None
        for sent in house.handed[before:]:
            assert house.open_cents > 0
            assert not held, "a hold stands"
            assert sent.channel == "email" or sent.balance_cents <= house.open_cents
            if sent.channel in {"text", "email"}:
                assert Channel(sent.channel) in consents
                assert 8 <= sent.at.astimezone(zone).hour < 21
            else:
                assert not bad_address
        house.now += timedelta(days=random.randint(0, 6), hours=random.randint(0, 23))
        if random.random() < 0.35:
            random.choice(events)()
    with house.books.transaction(LOCAL_PRACTICE) as session:
        rows = session.scalars(select(WorkItem.kind)).all()
    assert "placement" not in rows
