"""By which way a word about money reaches a guarantor, and from which moment on: consents, addresses, hours, limits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from activities import parties
from activities.account.balance import OpenAccount
from domain.billing.contact_policy import (
    AT_ONCE,
    BY_CONSENT,
    Channel,
    ContactRules,
    allowed_channels,
    call_from,
    is_quiet,
    next_loud,
)
from domain.billing.schedule import StepKind
from gateways.smtp import SmtpSettings
from storage import contact_preferences, contacts
from storage.account_holds import CONTACT, STATEMENT
from storage.billing_rules import contact_rules_of
from storage.contact_preferences import Preferences

LETTERS = (Channel.MAIL, Channel.EMAIL)
"""Ways that carry a whole statement."""
_REMINDS = frozenset({"reminder", "call", "conversation"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A way, and the first moment at which it may be used."""

    channel: Channel
    at: datetime


def route(account: OpenAccount, kind: str, at: datetime) -> Route | None:
    """The way that the guarantor likes best of those that are allowed; None where a person must find one."""
    wishes = contact_preferences.read(account.session, account.row.number)
    allowed = _allowed(wishes)
    if kind != StepKind.REMINDER:
        return next((_from(account, one, at, wishes) for one in allowed if one in LETTERS), None)
    earlier = contacts.recent(account.session, account.row.number, account.now)
    reminded = [one.at for one in earlier if one.what in _REMINDS]
    rest = timedelta(days=rules_of(account).days_between_contacts)
    at = max([at, *(moment + rest for moment in reminded)])
    return next((_from(account, one, at, wishes) for one in allowed), None)


def may_leave(account: OpenAccount, channel: Channel, kind: str) -> str:
    """Why a word may not be handed over at this moment; empty when it may."""
    for what in (STATEMENT, CONTACT) if kind == StepKind.REMINDER else (STATEMENT,):
        if stopped := account.stopped(what):
            return f"a {stopped[0].kind} pauses the account"
    wishes = contact_preferences.read(account.session, account.row.number)
    if channel not in _allowed(wishes):
        return f"{channel.value} is not allowed any more: consent or address is gone"
    if channel in AT_ONCE and is_quiet(account.now, zone_of(account, wishes), rules_of(account)):
        return "it is a quiet hour where the patient lives"
    return ""


def rules_of(account: OpenAccount) -> ContactRules:
    """What binds the organisation today."""
    return contact_rules_of(account.ref.organisation_id, account.today)


def zone_of(account: OpenAccount, wishes: Preferences) -> ZoneInfo:
    """Where the patient lives; the practice's zone where nobody said."""
    if wishes.time_zone:
        try:
            return ZoneInfo(wishes.time_zone)
        except (ZoneInfoNotFoundError, ValueError):
            pass
    return parties.time_zone(account.session, account.ref.organisation_id)


def _allowed(wishes: Preferences) -> tuple[Channel, ...]:
    return allowed_channels(
        wishes.channels,
        wishes.consents & BY_CONSENT,
        can_mail=wishes.address_bad_since is None,
        can_email=bool(wishes.email) and SmtpSettings.configured(),
        can_text=bool(wishes.phone),
    )


def _from(account: OpenAccount, channel: Channel, at: datetime, wishes: Preferences) -> Route:
    zone, rules = zone_of(account, wishes), rules_of(account)
    if channel is Channel.CALL:
        earlier = contacts.recent(account.session, account.row.number, account.now)
        return Route(channel=channel, at=call_from(at, earlier, zone, rules))
    return Route(channel=channel, at=next_loud(at, zone, rules) if channel in AT_ONCE else at)
