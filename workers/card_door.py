"""``python -m workers.card_door``: the HTTP door at which the card gateway tells of charges.

A process of its own: it is the only part of the workers that listens, so that what strangers can reach holds neither
the clearinghouse's password nor the keys of protected payloads, is not multiplied with the workers, and books a charge
while they are being replaced. It speaks plain HTTP and listens on this machine only, unless told otherwise: put the
house's TLS proxy before it.

It listens before it loads the rooms it needs (a second of imports): what comes meanwhile waits in line.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from gateways.cards import SIGNATURE_HEADER, secret_from
from gateways.errors import GatewayError
from workers import logs
from workers.settings import SettingsMissing

PATH = "/webhooks/cards"
LOOPBACK, USUAL_PORT = "127.0.0.1", 8456
LARGEST_BODY = 64 * 1024
_SLOWEST_SENDER = 10.0  # seconds without a byte after which a sender is hung up on
_CONNECTIONS = 4

Answer = Callable[[bytes, str], HTTPStatus]
"""What a body with this signature is answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorSettings:
    """Where the door is, whose books are behind it, and by what its gateway is known."""

    database_url: str = field(repr=False)
    secret: str = field(repr=False)
    host: str = LOOPBACK
    port: int = USUAL_PORT

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> DoorSettings:
        """Read DATABASE_URL, CLAIMFLOW_CARDS_SECRET_FILE, CLAIMFLOW_CARD_DOOR_HOST and _PORT.

        Raises:
            SettingsMissing: the database or the secret is not named, or the port is none.
            gateways.errors.SettingsMissing: the secret's file cannot be read.
        """
        variables = os.environ if environment is None else environment
        database_url, secret = variables.get("DATABASE_URL", ""), secret_from(variables)
        if not database_url or not secret:
            raise SettingsMissing("DATABASE_URL and CLAIMFLOW_CARDS_SECRET_FILE must be set: no webhook is believed")
        port = variables.get("CLAIMFLOW_CARD_DOOR_PORT", str(USUAL_PORT))
        if not (port.isascii() and port.isdigit() and int(port) < 65536):
            raise SettingsMissing("CLAIMFLOW_CARD_DOOR_PORT must be a port number")
        host = variables.get("CLAIMFLOW_CARD_DOOR_HOST", LOOPBACK)
        return cls(database_url=database_url, secret=secret, host=host, port=int(port))


class CardDoor(ThreadingHTTPServer):
    """Listens from its construction on; answers once ``serve_forever`` runs."""

    daemon_threads = False  # a webhook that is being booked is answered before the door closes
    request_queue_size = 64

    answer: Answer

    def __init__(self, host: str, port: int) -> None:
        """``port`` 0: any free one. Set ``answer`` before it serves."""
        super().__init__((host, port), _Webhook)

    def handle_error(self, request: object, client_address: object) -> None:
        """A sender that hung up is no news, and a trace could quote what it sent."""


class _Webhook(BaseHTTPRequestHandler):
    server: CardDoor
    server_version, sys_version = "claimflow", ""
    timeout = _SLOWEST_SENDER

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if self.path != PATH:
            self._say(HTTPStatus.NOT_FOUND)
        elif not (length.isascii() and length.isdigit()):
            self._say(HTTPStatus.LENGTH_REQUIRED)
        elif int(length) > LARGEST_BODY:
            self._say(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        else:
            body = self.rfile.read(int(length))
            self._say(self.server.answer(body, self.headers.get(SIGNATURE_HEADER, "")))

    def _say(self, status: HTTPStatus) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's own name
        """Says nothing: what a sender wrote is not for our logs."""


def serve(settings: DoorSettings) -> None:
    """Take webhooks until SIGTERM or SIGINT. Raises OSError when the port is taken."""
    door = CardDoor(settings.host, settings.port)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=door.shutdown).start())
    door.answer = _open_books(settings)
    door.serve_forever(poll_interval=0.1)
    door.server_close()


def _open_books(settings: DoorSettings) -> Answer:
    from storage.engine import make_engine
    from storage.unit_of_work import Books
    from workers.card_webhooks import answer_to, into

    take = into(Books(make_engine(settings.database_url, pool_size=_CONNECTIONS)))
    return lambda body, signature: answer_to(body, signature, settings.secret, take)


def main() -> int:
    """Exit code 0 when told to stop, 2 with one line when it cannot start."""
    logs.configure()
    try:
        serve(DoorSettings.from_environment())
    except (SettingsMissing, GatewayError) as missing:
        sys.stderr.write(f"card door: {missing}\n")
        return 2
    except OSError as error:
        sys.stderr.write(f"card door: cannot listen: {error.strerror or error}; set CLAIMFLOW_CARD_DOOR_PORT\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
