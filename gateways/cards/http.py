"""A card gateway over HTTPS: POST /charges with an Idempotency-Key, GET /charges/KEY."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import httpx

from gateways.cards.gateway import CardAnswer, CardOrder
from gateways.errors import CardGatewayUnreachable, CardRequestRefused, SettingsMissing

_PREFIX = "CLAIMFLOW_CARDS_"
_SECONDS = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CardSettings:
    """Where the gateway is and how we log in."""

    url: str
    secret: str = field(default="", repr=False)
    """For our requests and for the signature of its webhooks."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> CardSettings:
        """Read CLAIMFLOW_CARDS_URL and CLAIMFLOW_CARDS_SECRET_FILE.

        Raises:
            SettingsMissing: no gateway is named, or its secret cannot be read.
        """
        variables = os.environ if environment is None else environment
        url = variables.get(f"{_PREFIX}URL", "").rstrip("/")
        if not url:
            raise SettingsMissing(f"no card gateway is configured: set {_PREFIX}URL and {_PREFIX}SECRET_FILE")
        return cls(url=url, secret=secret_from(variables))

    @classmethod
    def where_configured(cls, environment: Mapping[str, str] | None = None) -> CardSettings | None:
        """``from_environment``, or None where no gateway is named. Raises when its secret cannot be read."""
        variables = os.environ if environment is None else environment
        return cls.from_environment(variables) if variables.get(f"{_PREFIX}URL") else None


def secret_from(variables: Mapping[str, str]) -> str:
    """What CLAIMFLOW_CARDS_SECRET_FILE holds; empty where it is not set.

    Raises:
        SettingsMissing: the file cannot be read.
    """
    path = variables.get(f"{_PREFIX}SECRET_FILE", "")
    try:
        return Path(path).read_text(encoding="utf-8").strip() if path else ""
    except OSError as error:
        raise SettingsMissing(f"{_PREFIX}SECRET_FILE cannot be read ({error.strerror})") from error


class HttpCardGateway:
    """Speaks to one gateway; nothing here retries: a caller asks by the key."""

    def __init__(self, settings: CardSettings, *, seconds: float = _SECONDS) -> None:
        """No answer may take longer than ``seconds``."""
        self._settings = settings
        self._seconds = seconds
        self._is_here = urlsplit(settings.url).hostname in ("127.0.0.1", "::1", "localhost")

    def charge(self, order: CardOrder) -> CardAnswer:
        """Charge once by the order's key.

        Raises:
            CardGatewayUnreachable: nobody knows whether it was charged: ``ask``.
            CardRequestRefused: the gateway did not take the question.
        """
        body = {"token": order.token, "amount_cents": order.amount_cents, "reference": order.reference}
        found = self._speak("POST", "/charges", {"Idempotency-Key": order.key}, body)
        if found is None:
            raise CardRequestRefused("the card gateway has no charges at this address")
        return found

    def ask(self, key: str) -> CardAnswer | None:
        """What became of a key. Raises as ``charge`` does."""
        return self._speak("GET", f"/charges/{quote(key, safe='')}", {}, None)

    def _speak(
        self, method: str, path: str, headers: dict[str, str], body: dict[str, Any] | None
    ) -> CardAnswer | None:
        try:
            answer = httpx.request(
                method,
                self._settings.url + path,
                headers={"Authorization": f"Bearer {self._settings.secret}", **headers},
                json=body,
                timeout=self._seconds,
                # A proxy leads out of the house: never to a gateway on this machine.
                trust_env=not self._is_here,
            )
        except httpx.HTTPError as error:
            # The library's text may hold the request: only its kind is told.
            raise CardGatewayUnreachable(f"the card gateway did not answer ({type(error).__name__})") from None
        if answer.status_code == 404:
            return None
        if answer.status_code >= 500 or answer.status_code == 429:
            raise CardGatewayUnreachable(f"the card gateway answered {answer.status_code}")
        if answer.status_code >= 400:
            raise CardRequestRefused(f"the card gateway refused the question ({answer.status_code})")
        try:
            document = answer.json()
        except ValueError:
            document = None
        return answer_of(document)


def answer_of(document: Any) -> CardAnswer:
    """A charge as the gateway writes it, in an answer or a webhook.

    Raises:
        CardGatewayUnreachable: the document cannot be read: ask again by the key.
    """
    try:
        return CardAnswer(
            key=str(document["key"]),
            approved=document["state"] == "charged",
            amount_cents=int(document["amount_cents"]),
            gateway_reference=str(document["reference"]),
            why=str(document.get("why", "")),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise CardGatewayUnreachable("the card gateway's answer cannot be read") from error
