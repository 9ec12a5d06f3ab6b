"""E-mail over a real socket: taken, refused, not now, or lost on the way; and what each of them lets us do."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from gateways.errors import MailRefused, MailUncertain, MailUnreachable, SettingsMissing
from gateways.smtp import SmtpLine, SmtpSettings, compose

MESSAGE = compose(
    sender="accounts@practice.example",
    to="iris@home.example",
    subject="Estado de cuenta",
    text="Usted debe $30.00\n.\nGracias",
    html="<p>Usted debe $30.00</p>",
    dated=datetime(2026, 4, 1, 15, tzinfo=UTC),
    key="statement-1-30001",
)


@contextmanager
def server(answers: dict[str, str]) -> Iterator[tuple[int, list[bytes]]]:
    """Speaks SMTP; ``answers`` replaces what it says to a verb or to the message (``.``); ``hang up`` closes."""
    door = socket.create_server(("127.0.0.1", 0))
    taken: list[bytes] = []

    def serve() -> None:
        try:
            line, _ = door.accept()
        except OSError:
            return
        with line, line.makefile("rb") as lines:
            line.sendall(b"220 ready\r\n")
            in_message, message = False, b""
            for received in lines:
                if in_message and received != b".\r\n":
                    message += received
                    continue
                verb = "." if in_message else received.split()[0].decode().upper()
                usual = {"DATA": "354 go on"}.get(verb, "250 ok")
                answer = answers.get(verb, usual)
                if answer == "hang up":
                    return
                if verb == "." and answer.startswith("250"):
                    taken.append(message)
                in_message = verb == "DATA" and answer.startswith("354")
                line.sendall(f"{answer}\r\n".encode())

    worker = threading.Thread(target=serve, daemon=True)
    worker.start()
    try:
        yield door.getsockname()[1], taken
    finally:
        door.close()
        worker.join(5)


def send(port: int) -> None:
    settings = SmtpSettings(host="127.0.0.1", port=port, sender="accounts@practice.example", starttls=False)
    SmtpLine(settings, seconds=2).send("iris@home.example", MESSAGE)


def test_a_message_arrives_with_both_its_parts() -> None:
    with server({}) as (port, taken):
        send(port)
    message = message_from_bytes(taken[0], policy=default)
    plain, page = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert page is not None
    assert "Usted debe $30.00" in plain.get_content()
    assert "<p>" in page.get_content()
    assert message["Message-ID"] == "<statement-1-30001@practice.example>"


@pytest.mark.parametrize(
    ("verb", "answer", "error"),
    [
        ("RCPT", "550 no such box", MailRefused),
        ("RCPT", "451 come back later", MailUnreachable),
        ("DATA", "554 no", MailRefused),
        ("RCPT", "hang up", MailUnreachable),
        (".", "hang up", MailUncertain),
        (".", "552 too large", MailRefused),
        (".", "452 full", MailUnreachable),
    ],
)
def test_each_failure_says_whether_a_machine_may_try_again(
    verb: str, answer: str, error: type[Exception]
) -> None:
    with server({verb: answer}) as (port, taken), pytest.raises(error) as told:
        send(port)
    assert taken == []
    assert "iris" not in str(told.value)
    assert "no such box" not in str(told.value), "the server's words may name the patient"


def test_a_server_that_vanishes_after_taking_the_message_has_taken_it() -> None:
    with server({"QUIT": "hang up"}) as (port, taken):
        send(port)
    assert len(taken) == 1


def test_nobody_there_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    with pytest.raises(MailUnreachable):
        send(port)


def test_settings_come_from_the_environment(tmp_path: Path) -> None:
    assert SmtpSettings.from_environment({}) is None
    secret = tmp_path / "secret"
    secret.write_text("word\n")
    found = SmtpSettings.from_environment(
        {
            "CLAIMFLOW_SMTP_HOST": "mail.example",
            "CLAIMFLOW_SMTP_FROM": "a@b.example",
            "CLAIMFLOW_SMTP_PASSWORD_FILE": str(secret),
        }
    )
    assert found is not None
    assert (found.port, found.starttls, found.password) == (587, True, "word")
    assert "word" not in repr(found)
    with pytest.raises(SettingsMissing, match="CLAIMFLOW_SMTP_FROM"):
        SmtpSettings.from_environment({"CLAIMFLOW_SMTP_HOST": "mail.example"})
