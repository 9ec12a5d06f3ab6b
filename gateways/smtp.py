"""Mail to patients over SMTP: a blind send, so that the caller always knows whether it may be tried again."""

from __future__ import annotations

import contextlib
import os
import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from gateways.errors import MailRefused, MailUncertain, MailUnreachable, SettingsMissing

_PREFIX = "CLAIMFLOW_SMTP_"
_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpSettings:
    """Where mail leaves the house."""

    host: str
    port: int
    sender: str
    starttls: bool
    user: str = ""
    password: str = field(default="", repr=False)

    @classmethod
    def configured(cls, environment: Mapping[str, str] | None = None) -> bool:
        """Whether the house sends e-mail at all."""
        return bool((os.environ if environment is None else environment).get(f"{_PREFIX}HOST"))

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> SmtpSettings | None:
        """Read CLAIMFLOW_SMTP_HOST, _PORT (587), _FROM, _TLS (``no`` for a relay on this machine), _USER and
        _PASSWORD_FILE; None when no host is named.

        Raises:
            SettingsMissing: the sender is missing, or the port or the password's file cannot be read.
        """
        variables = os.environ if environment is None else environment
        if not cls.configured(variables):
            return None
        sender, port = variables.get(f"{_PREFIX}FROM", ""), variables.get(f"{_PREFIX}PORT", "587")
        if "@" not in sender or not (port.isascii() and port.isdigit()):
            raise SettingsMissing(f"{_PREFIX}FROM must be an e-mail address and {_PREFIX}PORT a port number")
        try:
            secret = variables.get(f"{_PREFIX}PASSWORD_FILE", "")
            password = Path(secret).read_text(encoding="utf-8").strip() if secret else ""
        except OSError as error:
            raise SettingsMissing(f"{_PREFIX}PASSWORD_FILE cannot be read ({error.strerror})") from error
        return cls(
            host=variables[f"{_PREFIX}HOST"],
            port=int(port),
            sender=sender,
            starttls=variables.get(f"{_PREFIX}TLS", "yes") != "no",
            user=variables.get(f"{_PREFIX}USER", ""),
            password=password,
        )


class SmtpLine:
    """One connection for each message: mail to patients is seldom and must not share a fate."""

    def __init__(self, settings: SmtpSettings, *, seconds: float = _SECONDS) -> None:
        """Send through this server; no step of the conversation may take longer than ``seconds``."""
        self._settings = settings
        self._seconds = seconds

    def send(self, to: str, message: bytes) -> None:
        """Hand one message over.

        Raises:
            MailUnreachable: nothing was handed over; it may be tried again.
            MailRefused: the server refused it for good; nothing was handed over.
            MailUncertain: the line was lost after the message began to leave: nobody knows; a person decides.
        """
        begun = False
        try:
            server = smtplib.SMTP(self._settings.host, self._settings.port, timeout=self._seconds)
            try:
                self._greet(server)
                self._expect(server.mail(self._settings.sender), (250,))
                self._expect(server.rcpt(to), (250, 251))
                begun = True
                self._expect(server.data(message), (250,))
            finally:
                # Taken or not is known by now: how the conversation ends changes nothing.
                with contextlib.suppress(OSError, smtplib.SMTPException):
                    server.close()
        except smtplib.SMTPResponseException as error:
            raise _refusal(error.smtp_code) from error
        except (OSError, smtplib.SMTPException) as error:
            if begun:
                raise MailUncertain("the mail server was lost while it took the message") from error
            raise MailUnreachable(f"the mail server {self._settings.host} does not answer") from error

    def _greet(self, server: smtplib.SMTP) -> None:
        server.ehlo_or_helo_if_needed()
        if self._settings.starttls:
            server.starttls(context=ssl.create_default_context())
            server.ehlo()
        if self._settings.user:
            server.login(self._settings.user, self._settings.password)

    @staticmethod
    def _expect(answer: tuple[int, bytes], good: tuple[int, ...]) -> None:
        code, _ = answer
        if code not in good:
            raise _refusal(code)


def _refusal(code: int) -> MailRefused | MailUnreachable:
    """4xx: not now; 5xx: never. The server's words are not repeated: they may name the patient."""
    if 400 <= code < 500:
        return MailUnreachable(f"the mail server asks to come back later ({code})")
    return MailRefused(f"the mail server refuses the message ({code})")


def compose(*, sender: str, to: str, subject: str, text: str, html: str, dated: datetime, key: str) -> bytes:
    """A message with a plain part and a page; the same content gives the same bytes.

    ``dated`` is the business moment; ``key`` names the message in its Message-ID.
    """
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = subject, sender, to
    message["Date"] = format_datetime(dated)
    message["Message-ID"] = f"<{key}@{sender.rpartition('@')[2]}>"
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    message.set_boundary(f"=_{key}")
    return message.as_bytes()


def compose_with_paper(
    *, sender: str, to: str, subject: str, text: str, paper: bytes, name: str, dated: datetime, key: str
) -> bytes:
    """A message of a few words with a PDF attached, to be saved and printed; the same content gives the same bytes."""
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = subject, sender, to
    message["Date"] = format_datetime(dated)
    message["Message-ID"] = f"<{key}@{sender.rpartition('@')[2]}>"
    message.set_content(text)
    message.add_attachment(paper, maintype="application", subtype="pdf", filename=name)
    message.set_boundary(f"=_{key}")
    return message.as_bytes()
