"""Good faith estimates leave by mail and e-mail, over real sockets; their clock stops only when one really left."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from activities.cases.desk import Desk
from activities.deliveries import DeliveriesByOutbox
from activities.estimate_post import EstimatePost
from activities.frontdesk import estimate_sending, estimates
from activities.sweeps import SweepsOfOneOrganisation
from contracts.wire import Sweep
from domain.billing.contact_policy import Channel
from gateways.clearinghouse import ClearinghouseMailbox
from gateways.mail import PaperMail
from gateways.smtp import SmtpLine, SmtpSettings
from storage import contact_preferences, estimate_sendings, outbox
from storage.clock import PostgresBusinessClock
from storage.models import Account, Appointment, EstimateRow, Outbox, Patient, WorkItem
from storage.serialise import to_json
from tests.integration.frontdesk.conftest import NOW, TODAY, VISIT, FrontOffice
from tests.integration.gateways.conftest import SftpHouse, sftp_house
from tests.integration.gateways.test_smtp import server
from tests.integration.storage.samples import person

__all__ = ["sftp_house"]
DUE, HOME = date(2026, 3, 5), "ann@home.example"


class Post:
    """An estimate of a visit, and the look that lets papers leave."""

    def __init__(self, office: FrontOffice, mail: PaperMail, mailbox: ClearinghouseMailbox) -> None:
        self.office, self._mail, self._mailbox = office, mail, mailbox
        self.clock = PostgresBusinessClock(office.books)
        self.clock.move_to(NOW)
        self.visit = office.appoint(on_day=date(2026, 3, 20)).number
        self.number = self.at_desk(
            lambda desk: estimates.make_good_faith(desk, self.visit, "kim", on_request=False)
        ).number
        self.smtp: SmtpLine | None = None

    def at_desk(self, work, days: int = 0):  # type: ignore[no-untyped-def]
        owner = self.office.organisation_id
        return self.office.books.run(owner, lambda s: work(Desk.at(s, owner, NOW + timedelta(days=days))))

    def order(self, way: Channel | None = None, language: str | None = None) -> None:
        self.at_desk(lambda desk: estimate_sending.order(desk, self.number, "kim", way=way, language=language))

    async def look(self, days: int = 0) -> int:
        self.clock.move_to(NOW + timedelta(days=days))
        books = self.office.books
        post = EstimatePost(books, self._mail, self.smtp)
        deliveries = DeliveriesByOutbox(books, self._mailbox, self._mail)
        sweeps = SweepsOfOneOrganisation(
            books, self.clock, mailbox=self._mailbox, deliveries=deliveries, estimates=post
        )
        return (await sweeps.outbox(Sweep(kind="outbox"))).found

    def row(self) -> EstimateRow:
        return self.at_desk(lambda desk: desk.session.get_one(EstimateRow, self.number))

    def sent(self) -> list[tuple[str, str, str | None]]:
        found = self.at_desk(lambda desk: estimate_sendings.documents(desk.session, self.number))
        return [(one["way"], one["state"], one["left_on"]) for one in found]

    def asked(self) -> list[str]:
        wanted = select(WorkItem.kind).where(WorkItem.closed_on.is_(None)).order_by(WorkItem.id)
        return self.at_desk(lambda desk: list(desk.session.scalars(wanted)))

    def wish_email(self) -> None:
        def work(desk: Desk) -> None:
            account = self._account(desk.session)
            owner = desk.organisation_id
            contact_preferences.prefer(
                desk.session, owner, account, language="es", channels=[Channel.EMAIL], email=HOME
            )
            contact_preferences.consent(
                desk.session, owner, account, Channel.EMAIL, how="said at the desk", at=desk.now
            )

        self.at_desk(work)

    def revoke(self) -> None:
        self.at_desk(
            lambda desk: contact_preferences.revoke(
                desk.session, self._account(desk.session), Channel.EMAIL, how="said so", at=desk.now
            )
        )

    def mail_came_back(self) -> None:
        self.at_desk(
            lambda desk: contact_preferences.mark_address(
                desk.session, desk.organisation_id, self._account(desk.session), TODAY
            )
        )

    @contextmanager
    def mail_server(self, answers: dict[str, str]) -> Iterator[list[bytes]]:
        with server(answers) as (port, taken):
            self.smtp = _line(port)
            yield taken

    @staticmethod
    def _account(session: Session) -> int:
        return session.scalars(select(Patient.account_number)).one()


def _line(port: int) -> SmtpLine:
    return SmtpLine(
        SmtpSettings(host="127.0.0.1", port=port, sender="desk@practice.example", starttls=False), seconds=2
    )


@pytest.fixture
async def post(
    office: FrontOffice, sftp_house: SftpHouse, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Post]:
    monkeypatch.setenv("CLAIMFLOW_SMTP_HOST", "127.0.0.1")
    monkeypatch.setenv("CLAIMFLOW_SMTP_FROM", "desk@practice.example")
    async with PaperMail(sftp_house.settings) as mail, ClearinghouseMailbox(sftp_house.settings) as mailbox:
        yield Post(office, mail, mailbox)


async def test_by_mail_it_counts_as_given_on_the_day_on_which_it_left(post: Post, sftp_house: SftpHouse) -> None:
    post.order()
    assert post.row().provided_on is None, "an order stops no clock"
    assert post.asked() == ["good_faith_due"]
    with pytest.raises(estimate_sending.NotSendable, match="on its way already"):
        post.order()
    assert await post.look(days=1) == 1
    assert sftp_house.names("mail") == [f"good-faith-estimate-{post.number}-1.{one}" for one in ("json", "pdf")]
    manifest = json.loads((sftp_house.root / f"mail/good-faith-estimate-{post.number}-1.json").read_text())
    assert (manifest["paper"], manifest["estimate"]) == ("good_faith_estimate", post.number)
    assert post.row().provided_on == TODAY + timedelta(days=1)
    assert post.sent() == [("mail", "sent", "2026-03-03")]
    assert post.asked() == []
    assert await post.look(days=2) == 0
    with pytest.raises(estimate_sending.NotSendable, match="was given to the patient"):
        post.order()


async def test_by_email_the_pdf_is_attached_in_the_patients_language(post: Post) -> None:
    post.wish_email()
    post.order()
    with post.mail_server({}) as taken:
        assert await post.look() == 1
    message = message_from_bytes(taken[0], policy=default)
    (paper,) = message.iter_attachments()
    body = message.get_body(("plain",))
    assert message["To"] == HOME
    assert body is not None
    assert "Guárdela o imprímala" in body.get_content()
    assert "$" not in body.get_content() + message["Subject"], "what it costs stands in the paper alone"
    assert paper.get_content().startswith(b"%PDF")
    assert (post.row().provided_on, post.sent()) == (TODAY, [("e-mail", "sent", "2026-03-02")])


async def test_email_wants_a_consent_and_the_patients_own_address(post: Post) -> None:
    with pytest.raises(estimate_sending.NotSendable, match="no consent"):
        post.order(Channel.EMAIL)
    post.wish_email()

    def somebody_else_guarantees(desk: Desk) -> None:
        (account,) = desk.session.scalars(select(Account))
        account.guarantor = to_json(replace(person(), first_name="Otto"))

    post.at_desk(somebody_else_guarantees)
    with pytest.raises(estimate_sending.NotSendable, match="another person's"):
        post.order(Channel.EMAIL)
    post.order()
    assert post.sent() == [("mail", "intended", None)], "an adult's estimate goes to their own home"


def _given_at_the_desk(post: Post) -> None:
    post.at_desk(lambda desk: estimates.provided(desk, post.number, "kim", "on paper"))


def _replaced(post: Post) -> None:
    def work(desk: Desk) -> None:
        visit = desk.session.get_one(Appointment, post.visit)
        visit.services = [to_json(replace(VISIT, charge_cents=20_000))]
        desk.session.flush()
        estimates.make_good_faith(desk, post.visit, "kim", on_request=False)

    post.at_desk(work)


def _cancelled(post: Post) -> None:
    post.at_desk(lambda desk: setattr(desk.session.get_one(Appointment, post.visit), "state", "cancelled"))


def _moved(post: Post) -> None:
    def work(desk: Desk) -> None:
        (patient,) = desk.session.scalars(select(Patient))
        who = person()
        patient.person = to_json(replace(who, address=replace(who.address, street="9 New Road")))

    post.at_desk(work)


@pytest.mark.parametrize(
    ("happens", "why", "somebody_is_asked"),
    [
        (_given_at_the_desk, "it was given to the patient on 2026-03-02", False),
        (_replaced, "of the same visit replaced it", True),
        (_cancelled, "the visit was cancelled", True),
        (_moved, "the address changed since the order", True),
        (Post.mail_came_back, "mail is not allowed any more", True),
    ],
)
async def test_what_happened_since_the_order_keeps_it_in_the_house(
    post: Post, sftp_house: SftpHouse, happens, why: str, somebody_is_asked: bool  # type: ignore[no-untyped-def]
) -> None:
    post.order()
    happens(post)
    assert await post.look() == 0
    assert sftp_house.names("mail") == []
    (found,) = post.at_desk(lambda desk: estimate_sendings.documents(desk.session, post.number))
    assert (found["state"], found["left_on"]) == ("refused", None)
    assert why in found["why"]
    assert ("estimate_kept_back" in post.asked()) is somebody_is_asked
    assert (post.row().provided_on is None) is somebody_is_asked


async def test_a_consent_that_is_gone_keeps_an_email_in_the_house_and_its_day_passes_as_work(post: Post) -> None:
    post.wish_email()
    post.order()
    post.revoke()
    with post.mail_server({}) as taken:
        assert await post.look() == 0
    assert taken == []
    assert post.row().provided_on is None
    assert post.at_desk(estimates.look_at_estimates, days=4) == 1
    assert post.asked() == ["good_faith_due", "estimate_kept_back", "good_faith_late"]
    post.order(Channel.MAIL)
    assert await post.look(days=4) == 1
    assert post.sent() == [("e-mail", "refused", None), ("mail", "sent", "2026-03-06")]
    assert post.asked() == [], "what left answers every question about it"
    assert post.row().due_on == DUE


@pytest.mark.parametrize(
    ("answers", "state", "kind"),
    [({".": "hang up"}, "uncertain", "estimate_uncertain"), ({"RCPT": "550 no"}, "refused", "estimate_refused")],
)
async def test_an_email_that_may_have_arrived_or_was_refused_asks_a_person_once(
    post: Post, answers: dict[str, str], state: str, kind: str
) -> None:
    post.wish_email()
    post.order()
    with post.mail_server(answers):
        assert await post.look() == 0
    assert await post.look(days=1) == 0, "no machine sends it again"
    assert post.sent() == [("e-mail", state, None)]
    assert post.asked() == ["good_faith_due", kind]
    assert post.row().provided_on is None


async def test_a_mail_server_that_is_not_there_is_tried_again(post: Post) -> None:
    post.wish_email()
    post.order()
    with socket.create_server(("127.0.0.1", 0)) as door:
        post.smtp = _line(door.getsockname()[1])
    assert await post.look() == 0
    assert (post.sent(), post.asked()) == ([("e-mail", "intended", None)], ["good_faith_due"])
    with post.mail_server({}) as taken:
        assert await post.look(days=1) == 1
    assert len(taken) == 1
    assert post.row().provided_on == date(2026, 3, 3)


async def test_a_crash_while_it_left_is_repeated_for_mail_and_asked_about_for_email(
    post: Post, sftp_house: SftpHouse
) -> None:
    def crash(desk: Desk) -> None:
        for number in desk.session.scalars(select(Outbox.id).where(Outbox.state == "intended")).all():
            outbox.begin(desk.session, number)

    post.wish_email()
    post.order(Channel.EMAIL)
    post.at_desk(crash)
    with post.mail_server({}) as taken:
        assert await post.look() == 0
    assert taken == []
    assert (post.sent(), post.asked()) == (
        [("e-mail", "uncertain", None)],
        ["good_faith_due", "estimate_uncertain"],
    )
    post.order(Channel.MAIL)
    post.at_desk(crash)
    assert await post.look() == 1
    assert len(sftp_house.names("mail")) == 2
    assert post.asked() == []


async def test_two_looks_at_once_send_one_paper_and_ask_nobody(post: Post, sftp_house: SftpHouse) -> None:
    post.order()
    await asyncio.gather(post.look(), post.look())
    assert len(sftp_house.names("mail")) == 2, "one paper and its manifest"
    assert (post.sent(), post.asked()) == ([("mail", "sent", "2026-03-02")], [])


async def test_two_looks_at_once_send_one_email_and_ask_nobody(post: Post) -> None:
    post.wish_email()
    post.order()
    with post.mail_server({}) as taken:
        await asyncio.gather(post.look(), post.look())
    assert len(taken) == 1
    assert (post.sent(), post.asked()) == ([("e-mail", "sent", "2026-03-02")], [])


async def test_what_may_have_left_before_it_was_replaced_asks_a_person(post: Post) -> None:
    post.order()
    post.at_desk(lambda desk: outbox.begin(desk.session, desk.session.scalars(select(Outbox.id)).one()))
    _cancelled(post)
    assert await post.look() == 0
    assert (post.sent()[0][1], post.asked()) == ("uncertain", ["good_faith_due", "estimate_uncertain"])
