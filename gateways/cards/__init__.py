"""Card gateways: one interface, keyed charges, no card number ever."""

from gateways.cards.gateway import CardAnswer, CardGateway, CardOrder
from gateways.cards.http import CardSettings, HttpCardGateway, secret_from
from gateways.cards.webhook import SIGNATURE_HEADER, WebhookForged, read_webhook

__all__ = [
    "SIGNATURE_HEADER",
    "CardAnswer",
    "CardGateway",
    "CardOrder",
    "CardSettings",
    "HttpCardGateway",
    "WebhookForged",
    "read_webhook",
    "secret_from",
]
