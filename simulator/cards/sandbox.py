"""The sandbox gateway over HTTP: no card number goes in, tokens say how it behaves.

``tok_declined`` is declined; ``tok_slow`` is charged, but the answer never comes in time; ``tok_down`` finds the
gateway down before it charges; every other token is charged.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any


class CardSandbox:
    """Serves on this machine while it is entered."""

    def __init__(self, *, port: int = 0, secret: str = "sandbox") -> None:
        """``port`` 0: any free one."""
        self.secret = secret
        self.charges: dict[str, dict[str, Any]] = {}
        """What the gateway knows, by key: a key is charged once."""
        self.requests = 0
        """How often somebody asked to charge, repeats included."""
        self.down = False
        self._ended = threading.Event()
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", port), self._handler())
        self._server.daemon_threads = True

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def taken_cents(self) -> int:
        """What it took from cards in all."""
        return sum(one["amount_cents"] for one in self.charges.values() if one["state"] == "charged")

    def webhook(self, key: str) -> tuple[bytes, str]:
        """The body that tells of a charge, and its signature."""
        body = json.dumps(self.charges[key], sort_keys=True).encode()
        return body, hmac.new(self.secret.encode(), body, hashlib.sha256).hexdigest()

    def serve_forever(self) -> None:
        """Serve until ``close``."""
        self._server.serve_forever(poll_interval=0.05)

    def close(self) -> None:
        """Stop serving; answers that are held back end."""
        self._ended.set()
        self._server.shutdown()
        self._server.server_close()

    def __enter__(self) -> CardSandbox:
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _charge(self, key: str, order: dict[str, Any]) -> tuple[int, dict[str, Any], bool]:
        token = str(order["token"])
        with self._lock:
            self.requests += 1
            if self.down or token == "tok_down":
                return 503, {"error": "down"}, False
            known = self.charges.get(key)
            if known is None:
                declined = token == "tok_declined"
                known = self.charges[key] = {
                    "key": key,
                    "state": "declined" if declined else "charged",
                    "amount_cents": int(order["amount_cents"]),
                    "reference": f"ch_{len(self.charges) + 1:06d}",
                    "why": "insufficient_funds" if declined else "",
                }
            elif known["amount_cents"] != int(order["amount_cents"]):
                return 409, {"error": "the key stands for another amount"}, False
            return 200, known, token == "tok_slow"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        sandbox = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length", "0"))
                order = json.loads(self.rfile.read(length))
                key = self.headers.get("Idempotency-Key", "")
                status, document, held_back = sandbox._charge(key, order)
                if held_back:
                    sandbox._ended.wait(60)
                    return
                self._say(status, document)

            def do_GET(self) -> None:
                known = sandbox.charges.get(self.path.removeprefix("/charges/"))
                if sandbox.down:
                    self._say(503, {"error": "down"})
                elif known is None:
                    self._say(404, {"error": "no such key"})
                else:
                    self._say(200, known)

            def _say(self, status: int, document: dict[str, Any]) -> None:
                body = json.dumps(document).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's own name
                """Says nothing: a log of requests is no place for tokens."""

        return Handler
