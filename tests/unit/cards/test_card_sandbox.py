"""The gateway in a box: one charge for a key whatever happens to it, and webhooks until somebody takes them."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from gateways.cards import CardOrder, CardSettings, HttpCardGateway, read_webhook
from gateways.errors import CardGatewayUnreachable, CardRequestRefused
from simulator.cards import CardSandbox


class Listener:
    """Answers webhooks with these statuses in turn, then with 200, and keeps what it was told."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.heard: list[tuple[bytes, str]] = []
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                listener.heard.append((body, self.headers["X-Signature"]))
                self.send_response(listener.statuses.pop(0) if listener.statuses else 200)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's own name
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/told"

    @contextmanager
    def listening(self) -> Iterator[Listener]:
        threading.Thread(target=lambda: self._server.serve_forever(poll_interval=0.01), daemon=True).start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()

    def heard_within(self, times: int, seconds: float = 10.0) -> int:
        deadline = time.monotonic() + seconds
        while len(self.heard) < times and time.monotonic() < deadline:
            time.sleep(0.01)
        return len(self.heard)


def order(key: str = "1-click", token: str = "tok_good", cents: int = 4_000) -> CardOrder:
    return CardOrder(key=key, token=token, amount_cents=cents, reference="70000001")


def gateway_of(box: CardSandbox, secret: str | None = None) -> HttpCardGateway:
    return HttpCardGateway(CardSettings(url=box.url, secret=secret or box.secret), seconds=5)


def test_a_key_is_charged_once_also_when_the_gateway_was_started_anew_in_between(tmp_path: Path) -> None:
    with CardSandbox(state=tmp_path / "gateway") as before:
        first = gateway_of(before).charge(order())
    with CardSandbox(state=tmp_path / "gateway") as after:
        assert gateway_of(after).charge(order()) == first
        assert gateway_of(after).ask("1-click") == first
        assert after.taken_cents == 4_000
        with pytest.raises(CardRequestRefused, match="409"):
            gateway_of(after).charge(order(cents=5_000))
        assert gateway_of(after).charge(order("1-other")).gateway_reference != first.gateway_reference


def test_a_key_with_any_mark_in_it_is_found_again() -> None:
    with CardSandbox() as box:
        for key in ("1-copay:5:a/b", "1-a b?c#d", "1-50%2F"):
            charged = gateway_of(box).charge(order(key))
            assert gateway_of(box).ask(key) == charged


def test_who_does_not_log_in_is_told_nothing_and_charges_nothing() -> None:
    with CardSandbox() as box:
        for ask in (lambda one: one.charge(order()), lambda one: one.ask("1-click")):
            with pytest.raises(CardRequestRefused, match="401"):
                ask(gateway_of(box, "guess"))
        assert box.charges == {}


def test_a_lost_answer_is_a_charge_that_the_second_question_finds() -> None:
    with CardSandbox() as box:
        for lost in (lambda: gateway_of(box).charge(order(token="tok_lost")), lambda: gateway_of(box).ask("1-click")):
            with pytest.raises(CardGatewayUnreachable):
                lost()
        found = gateway_of(box).ask("1-click")
        assert found is not None
        assert found.approved


def test_an_answer_that_is_not_json_is_a_charge_whose_end_nobody_knows() -> None:
    with Listener(200).listening() as stranger, pytest.raises(CardGatewayUnreachable, match="cannot be read"):
        HttpCardGateway(CardSettings(url=stranger.url.removesuffix("/told"), secret="s")).charge(order())


def test_a_webhook_is_repeated_until_it_is_taken_and_its_signature_is_right() -> None:
    with Listener(503, 500, 401).listening() as us, CardSandbox(webhook_url=us.url) as box:
        gateway_of(box).charge(order())
        assert us.heard_within(4) == 4
        assert us.heard_within(5, seconds=0.3) == 4, "once it was taken, nothing more is told"
        assert len(set(us.heard)) == 1
        assert read_webhook(*us.heard[0], box.secret).amount_cents == 4_000


def test_a_webhook_that_nobody_took_is_told_by_the_gateway_that_is_started_next(tmp_path: Path) -> None:
    with CardSandbox(state=tmp_path, webhook_url="http://127.0.0.1:1/nobody") as box:
        gateway_of(box).charge(order())
    with Listener().listening() as us, CardSandbox(state=tmp_path, webhook_url=us.url):
        assert us.heard_within(1) == 1


def test_a_token_orders_two_webhooks_or_one_before_the_answer() -> None:
    with Listener().listening() as us, CardSandbox(webhook_url=us.url) as box:
        gateway_of(box).charge(order("1-early", "tok_early"))
        assert len(us.heard) == 1
        gateway_of(box).charge(order("1-twice", "tok_twice"))
        assert us.heard_within(3) == 3
        assert us.heard[1] == us.heard[2]
