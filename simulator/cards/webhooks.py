"""Tells of every charge by webhook, signed, again and again until it is taken (2xx), as gateways do."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import threading
import time
from typing import Any
from urllib.parse import urlsplit

from simulator.cards.books import GatewayBooks

MOST_TRIES = 15
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 20.0
_ANSWER_WITHIN = 10.0


def signed(charge: dict[str, Any], secret: str) -> tuple[bytes, str]:
    """The body that tells of a charge, and its signature."""
    body = json.dumps(charge, sort_keys=True).encode()
    return body, hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


class WebhookTeller:
    """One thread that tells one address what the books say is untold."""

    def __init__(self, books: GatewayBooks, url: str, secret: str) -> None:
        """Nothing is told before ``start``."""
        self._books = books
        self._url = urlsplit(url)
        self._secret = secret
        self._news = threading.Condition()
        self._ended = False
        self._pause_until: dict[int, float] = {}
        self._thread = threading.Thread(target=self._tell_all, daemon=True)

    def start(self) -> None:
        """Begin; what an earlier process could not tell is told now."""
        self._thread.start()

    def something_happened(self) -> None:
        """There is a new charge."""
        with self._news:
            self._news.notify_all()

    def wait_until_taken(self, key: str, seconds: float) -> bool:
        """Wait until somebody took a webhook of this key."""
        with self._news:
            return self._news.wait_for(lambda: self._books.told().get(key, (0, 0))[1] > 0, seconds)

    def close(self) -> None:
        """End; what is untold stays in the books."""
        with self._news:
            self._ended = True
            self._news.notify_all()
        if self._thread.is_alive():
            self._thread.join(_ANSWER_WITHIN)

    def _tell_all(self) -> None:
        while not self._ended:
            for webhook, key, tries in self._books.untold(MOST_TRIES):
                if self._ended or time.monotonic() < self._pause_until.get(webhook, 0.0):
                    continue
                self._books.tried(webhook, taken=self._tell(key))
                self._pause_until[webhook] = time.monotonic() + min(_FIRST_PAUSE * 2**tries, _LONGEST_PAUSE)
                self.something_happened()
            with self._news:
                if not self._ended and not self._is_due():
                    self._news.wait(self._until_next())

    def _is_due(self) -> bool:
        return self._until_next() == 0.0

    def _until_next(self) -> float | None:
        """Seconds until something is to be told; None: not before something happens."""
        waits = [self._pause_until.get(webhook, 0.0) for webhook, _, _ in self._books.untold(MOST_TRIES)]
        return max(0.0, min(waits) - time.monotonic()) if waits else None

    def _tell(self, key: str) -> bool:
        charge = self._books.find(key)
        if charge is None or self._url.hostname is None:
            return False
        body, signature = signed(charge, self._secret)
        line = http.client.HTTPConnection(self._url.hostname, self._url.port, timeout=_ANSWER_WITHIN)
        try:
            line.request("POST", self._url.path, body, {"Content-Type": "application/json", "X-Signature": signature})
            return 200 <= line.getresponse().status < 300
        except (OSError, http.client.HTTPException):
            return False
        finally:
            line.close()
