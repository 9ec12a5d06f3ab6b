"""Card gateways: one interface, keyed charges, no card number ever."""

from gateways.cards.gateway import CardAnswer, CardGateway, CardOrder
from gateways.cards.http import CardSettings, HttpCardGateway
from gateways.cards.webhook import WebhookForged, read_webhook

__all__ = [
    "CardAnswer",
    "CardGateway",
    "CardOrder",
    "CardSettings",
    "HttpCardGateway",
    "WebhookForged",
    "read_webhook",
]
