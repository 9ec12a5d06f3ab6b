"""What can go wrong outside, and whether asking again can help.

    GatewayError
    ├── SettingsMissing              no    an operator must configure the clearinghouse
    ├── ClearinghouseError
    │   ├── ClearinghouseUnreachable yes   down, restarting, or the line was lost
    │   ├── LoginRefused             no    user or password is wrong
    │   ├── HostKeyUnknown           no    the server is not the one that was pinned
    │   ├── NameTaken                no    other bytes already wait under this name
    │   ├── FileNotWaiting           no    the mailbox has no file of this name
    │   └── NameNotAllowed           no    the name would leave its folder
    ├── RealTimeError
    │   ├── PayerBusy                yes   429 or 503; ``retry_after_seconds`` says when
    │   ├── PayerUnreachable         yes   down, too slow, or an error of the payer's own
    │   └── PayerRefused             no    the question or our log-in was not taken
    ├── MailError
    │   ├── MailUnreachable          yes   nothing was handed over
    │   ├── MailRefused              no    the server refuses this message for good
    │   └── MailUncertain            no    the line was lost while the message left: a person decides
    └── CardError
        ├── CardGatewayUnreachable   yes   down or too slow: ask by the same key, never by another
        └── CardRequestRefused       no    the gateway did not understand us: no charge

Texts name hosts, folders, file names and status codes, never protected data. Nothing here
retries: the policies of ``contracts`` do, and they read ``retryable``.
"""

from __future__ import annotations

from typing import ClassVar


class GatewayError(Exception):
    """A party outside did not do what was asked."""

    retryable: ClassVar[bool] = False


class SettingsMissing(GatewayError):
    """The clearinghouse is not configured, or its settings cannot be read."""


class ClearinghouseError(GatewayError):
    """The clearinghouse's SFTP server did not take or give a file."""


class ClearinghouseUnreachable(ClearinghouseError):
    """No connection, or it was lost: what was under way may have been done; repeating is safe."""

    retryable = True


class LoginRefused(ClearinghouseError):
    """User or password was refused."""


class HostKeyUnknown(ClearinghouseError):
    """The server showed another host key than the pinned one."""


class NameTaken(ClearinghouseError):
    """A file with this name and other bytes is already there."""


class FileNotWaiting(ClearinghouseError):
    """The file asked for is not in the mailbox."""


class NameNotAllowed(ClearinghouseError):
    """A file name with a path in it, or a temporary one."""


class RealTimeError(GatewayError):
    """A real-time question got no usable answer."""


class PayerBusy(RealTimeError):
    """The payer asks to come back later."""

    retryable = True

    def __init__(self, message: str, *, retry_after_seconds: int) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class PayerUnreachable(RealTimeError):
    """No answer in time, or an error of the payer's own."""

    retryable = True


class PayerRefused(RealTimeError):
    """The question, or our log-in, was refused: repeating it unchanged cannot help."""


class MailError(GatewayError):
    """An e-mail was not surely handed over."""


class MailUnreachable(MailError):
    """The server does not answer or asks to come back: nothing was handed over."""

    retryable = True


class MailRefused(MailError):
    """The server refused the message for good."""


class MailUncertain(MailError):
    """The line was lost after the message began to leave: it may have arrived."""


class CardError(GatewayError):
    """The card gateway gave no usable answer; a declined card is an answer."""


class CardGatewayUnreachable(CardError):
    """Down, too slow, or an error of its own: the charge may have been made, and its key says so."""

    retryable = True


class CardRequestRefused(CardError):
    """The gateway did not take the question: nothing was charged."""
