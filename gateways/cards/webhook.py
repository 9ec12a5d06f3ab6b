"""A gateway's own word about a charge: believed when its signature is right, harmless when it comes twice."""

from __future__ import annotations

import hashlib
import hmac
import json

from gateways.cards.gateway import CardAnswer
from gateways.cards.http import answer_of
from gateways.errors import CardError

SIGNATURE_HEADER = "X-Signature"


class WebhookForged(CardError):
    """The signature is not the gateway's: nothing is believed."""


def signature(body: bytes, secret: str) -> str:
    """HMAC-SHA256 of the body in hex."""
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def read_webhook(body: bytes, given: str, secret: str) -> CardAnswer:
    """The charge that a webhook tells of.

    Raises:
        WebhookForged: the signature is wrong, or there is no secret to check it by.
        CardGatewayUnreachable: it cannot be read.
    """
    if not secret or not hmac.compare_digest(signature(body, secret).encode(), given.encode()):
        raise WebhookForged("a webhook with a wrong signature was refused")
    try:
        document = json.loads(body)
    except ValueError:
        document = None
    return answer_of(document)
