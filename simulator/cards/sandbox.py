"""The sandbox gateway over HTTP: no card number goes in, tokens say how it behaves.

| token | what happens |
| --- | --- |
| ``tok_declined`` | declined |
| ``tok_down`` | the gateway is down before it charges |
| ``tok_slow`` | charged, but the answer never comes in time |
| ``tok_lost`` | charged; the line is cut, no webhook comes, and the first question about it finds the gateway down |
| ``tok_early`` | charged, and told by webhook before it is answered |
| ``tok_twice`` | charged, and told by two webhooks |
| any other | charged, and told by one webhook |
"""

from __future__ import annotations

import hmac
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import unquote

from simulator.cards.books import AnotherAmount, GatewayBooks
from simulator.cards.webhooks import WebhookTeller, signed

_TOLD = {"tok_lost": 0, "tok_twice": 2}
_EARLY_WITHIN = 5.0


class CardSandbox:
    """Serves on this machine while it is entered."""

    def __init__(
        self, *, port: int = 0, secret: str = "sandbox", state: Path | None = None, webhook_url: str = ""
    ) -> None:
        """``port`` 0: any free one; ``state`` None: the books are gone at the end; ``webhook_url`` empty: none."""
        self.secret = secret
        self.requests = 0
        """How often somebody asked to charge, repeats included."""
        self.down = False
        self._ended = threading.Event()
        self._lock = threading.Lock()
        self._cut: set[str] = set()
        self._server = ThreadingHTTPServer(("127.0.0.1", port), self._handler())
        self._server.daemon_threads = True
        if state is not None:
            state.mkdir(parents=True, exist_ok=True)
        self._books = GatewayBooks(None if state is None else state / "charges.sqlite")
        self._teller = WebhookTeller(self._books, webhook_url, secret) if webhook_url else None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def charges(self) -> dict[str, dict[str, Any]]:
        """What the gateway knows, by key: a key is charged once."""
        return self._books.all()

    @property
    def taken_cents(self) -> int:
        """What it took from cards in all."""
        return sum(one["amount_cents"] for one in self.charges.values() if one["state"] == "charged")

    def webhook(self, key: str) -> tuple[bytes, str]:
        """The body that tells of a charge, and its signature."""
        return signed(self.charges[key], self.secret)

    def serve_forever(self) -> None:
        """Serve until ``close``."""
        if self._teller is not None:
            self._teller.start()
        self._server.serve_forever(poll_interval=0.05)

    def close(self) -> None:
        """Stop serving; answers that are held back end."""
        self._ended.set()
        self._server.shutdown()
        self._server.server_close()
        if self._teller is not None:
            self._teller.close()
        self._books.close()

    def __enter__(self) -> CardSandbox:
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _charge(self, key: str, order: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        token = str(order["token"])
        with self._lock:
            self.requests += 1
        if self.down or token == "tok_down":
            return 503, {"error": "down"}
        new = self._books.find(key) is None
        try:
            known = self._books.charge(
                key,
                int(order["amount_cents"]),
                why_declined="insufficient_funds" if token == "tok_declined" else "",
                tell=_TOLD.get(token, 1) if self._teller else 0,
            )
        except AnotherAmount:
            return 409, {"error": "the key stands for another amount"}
        if new and token == "tok_lost":
            self._cut.add(key)
        if self._teller is not None:
            self._teller.something_happened()
            if token == "tok_early":
                self._teller.wait_until_taken(key, _EARLY_WITHIN)
        return 200, known

    def _ask(self, key: str) -> tuple[int, dict[str, Any]]:
        if self.down or key in self._cut:
            self._cut.discard(key)
            return 503, {"error": "down"}
        known = self._books.find(key)
        return (404, {"error": "no such key"}) if known is None else (200, known)

    def _all(self) -> dict[str, Any]:
        told = self._books.told()
        return {
            "taken_cents": self.taken_cents,
            "requests": self.requests,
            "charges": [
                one | {"webhook_tries": told.get(key, (0, 0))[0], "webhooks_taken": told.get(key, (0, 0))[1]}
                for key, one in self.charges.items()
            ],
        }

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        sandbox = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                if not self._is_ours():
                    return
                try:
                    order = json.loads(self.rfile.read(int(self.headers.get("Content-Length", "0"))))
                    key = self.headers["Idempotency-Key"]
                    token = str(order["token"])
                    status, document = sandbox._charge(str(key), order)
                except (ValueError, KeyError, TypeError):
                    self._say(400, {"error": "not an order"})
                    return
                if status == 200 and token == "tok_lost":
                    self.close_connection = True
                    return
                if status == 200 and token == "tok_slow":
                    sandbox._ended.wait(60)
                    return
                self._say(status, document)

            def do_GET(self) -> None:
                if not self._is_ours():
                    return
                if self.path == "/charges":
                    self._say(200, sandbox._all())
                else:
                    self._say(*sandbox._ask(unquote(self.path.removeprefix("/charges/"))))

            def _is_ours(self) -> bool:
                given = self.headers.get("Authorization", "")
                if hmac.compare_digest(given.encode(), f"Bearer {sandbox.secret}".encode()):
                    return True
                self._say(401, {"error": "not logged in"})
                return False

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
