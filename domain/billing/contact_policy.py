"""When and how a guarantor may be reached: quiet hours, limits of calls, consent, stop words.

The rules are a pack of effective-dated rows: the house's own, or what binds a third-party collector
(Reg F, 12 CFR 1006). Texts and e-mails need a consent that stands; a letter needs an address that is not known
to be bad; a call is a task for a person.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class Channel(StrEnum):
    """How a guarantor can be reached."""

    MAIL = "mail"
    EMAIL = "email"
    TEXT = "text"
    CALL = "call"


BY_CONSENT = frozenset({Channel.EMAIL, Channel.TEXT})
AT_ONCE = frozenset({Channel.EMAIL, Channel.TEXT, Channel.CALL})
"""Channels that reach a person in the moment: they keep the quiet hours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRules:
    """One pack on one day."""

    quiet_from: time
    quiet_until: time
    calls_in_window: int
    call_window_days: int
    days_after_conversation: int
    days_between_contacts: int
    stop_words: frozenset[str]


def strictest(own: ContactRules, binding: ContactRules) -> ContactRules:
    """The house's own rules under a pack that binds it: of each pair the one that disturbs people less."""
    return ContactRules(
        quiet_from=min(own.quiet_from, binding.quiet_from),
        quiet_until=max(own.quiet_until, binding.quiet_until),
        calls_in_window=min(own.calls_in_window, binding.calls_in_window),
        call_window_days=max(own.call_window_days, binding.call_window_days),
        days_after_conversation=max(own.days_after_conversation, binding.days_after_conversation),
        days_between_contacts=max(own.days_between_contacts, binding.days_between_contacts),
        stop_words=own.stop_words | binding.stop_words,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """A contact that was."""

    channel: Channel
    what: str
    """``call``, ``conversation``, ``reminder`` ..."""
    at: datetime


def allowed_channels(
    preferred: Iterable[Channel], consents: Collection[Channel], *, can_mail: bool, can_email: bool, can_text: bool
) -> tuple[Channel, ...]:
    """What may be used, the preferred first; mail is added where it was not named, for a letter always may go.

    ``can_...``: an address that is not known to be bad, and a way to send.
    """
    possible = {Channel.MAIL: can_mail, Channel.EMAIL: can_email, Channel.TEXT: can_text, Channel.CALL: True}
    asked = tuple(dict.fromkeys((*preferred, Channel.MAIL)))
    return tuple(one for one in asked if possible[one] and (one not in BY_CONSENT or one in consents))


def is_quiet(at: datetime, zone: ZoneInfo, rules: ContactRules) -> bool:
    """Whether nobody is to be disturbed at this moment where the patient lives."""
    here = at.astimezone(zone).time()
    return not rules.quiet_until <= here < rules.quiet_from


def next_loud(at: datetime, zone: ZoneInfo, rules: ContactRules) -> datetime:
    """This moment, or the first one after it that is not within quiet hours."""
    if not is_quiet(at, zone, rules):
        return at
    here = at.astimezone(zone)
    day = here.date() if here.time() < rules.quiet_until else here.date() + timedelta(days=1)
    return datetime.combine(day, rules.quiet_until, tzinfo=zone).astimezone(at.tzinfo)


def call_from(at: datetime, earlier: Iterable[Reached], zone: ZoneInfo, rules: ContactRules) -> datetime:
    """The first moment from ``at`` on at which a call keeps the limits and the quiet hours.

    12 CFR 1006.14(b)(2)(i): at most seven calls within seven days, and none within seven days after a
    conversation; a conversation is a call too.
    """
    calls = sorted(one.at for one in earlier if one.channel is Channel.CALL and one.what in {"call", "conversation"})
    talks = [one.at for one in earlier if one.what == "conversation"]
    window = timedelta(days=rules.call_window_days)
    moment = at
    if talks:
        moment = max(moment, max(talks) + timedelta(days=rules.days_after_conversation))
    while len(recent := [one for one in calls if moment - window < one <= moment]) >= rules.calls_in_window:
        moment = recent[-rules.calls_in_window] + window
    return next_loud(moment, zone, rules)


def is_stop(text: str, rules: ContactRules) -> bool:
    """Whether an answer revokes the consent: it is one of the words, whatever its case and marks."""
    plain = " ".join("".join(mark if mark.isalnum() else " " for mark in text).split()).upper()
    return plain in rules.stop_words
