"""An order to send a good faith estimate: by which way, written with its outbox row in one transaction.

45 CFR 149.610(e)(1): on paper or electronically, by the way that the patient asked for; what is electronic can be
saved and printed, so a PDF is attached.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from activities.cases.desk import Desk
from activities.deliveries import MAIL
from activities.frontdesk.papers import good_faith_paper
from domain.billing.contact_policy import BY_CONSENT, Channel, allowed_channels
from domain.people.parties import Person
from domain.sending import SendKind
from gateways.errors import SettingsMissing
from gateways.papers import good_faith
from gateways.smtp import SmtpSettings, compose_with_paper
from storage import contact_preferences, estimate_sendings, files, frontdesk_estimates, outbox, timeline
from storage.contact_preferences import Preferences
from storage.frontdesk_estimates import GOOD_FAITH
from storage.models import Account, Appointment, EstimateRow, EstimateSending, Patient
from storage.serialise import from_json

PAPER = "good_faith_estimate"
EMAIL = Channel.EMAIL.value
WAYS = (Channel.MAIL, Channel.EMAIL)
OF_AGE = 18
"""An adult's estimate does not go to the e-mail address of somebody else who guarantees."""


class NotSendable(ValueError):
    """Why an estimate cannot be sent, and what to do about it."""


def order(desk: Desk, number: int, by: str, *, way: Channel | None = None, language: str | None = None) -> EstimateRow:
    """Put an estimate into the outbox, by the way that was asked for or the one that the patient likes best.

    Its clock goes on: only what really left stops it.

    Raises:
        UnknownEstimate: no such estimate.
        NotSendable: it is a share, was given, is replaced or under way; or there is no way that is allowed.
    """
    row = frontdesk_estimates.get(desk.session, number, for_update=True)
    if row.kind != GOOD_FAITH:
        raise NotSendable(f"estimate {number} is a share of an insured patient: `claimflow estimate show` tells it")
    if row.provided_on is not None:
        raise NotSendable(f"estimate {number} was given to the patient on {row.provided_on}")
    if (before := estimate_sendings.under_way(desk.session, number)) is not None:
        raise NotSendable(f"estimate {number} is on its way already: ordered on {before.ordered_on} by {before.by}")
    if why := why_void(desk, row):
        raise NotSendable(f"estimate {number}: {why}")
    chosen = _chosen(desk, row, way)
    wishes = wishes_of(desk, row)
    _intend(desk, row, chosen, language or wishes.language, by)
    return row


def wishes_of(desk: Desk, row: EstimateRow) -> Preferences:
    """How the guarantor of the estimate's patient is to be reached."""
    return contact_preferences.read(desk.session, desk.session.get_one(Patient, row.patient_id).account_number)


def allowed(desk: Desk, row: EstimateRow) -> tuple[Channel, ...]:
    """The ways that are allowed now, the preferred first."""
    wishes = wishes_of(desk, row)
    ways = allowed_channels(
        wishes.channels,
        wishes.consents & BY_CONSENT,
        can_mail=wishes.address_bad_since is None,
        can_email=bool(wishes.email) and SmtpSettings.configured() and _is_theirs(desk, row),
        can_text=False,
    )
    return tuple(one for one in ways if one in WAYS)


def address(desk: Desk, row: EstimateRow, way: Channel) -> str:
    """Where it goes now."""
    if way is Channel.EMAIL:
        return wishes_of(desk, row).email
    home = from_json(Person, desk.session.get_one(Patient, row.patient_id).person).address
    return f"{home.street}, {home.city}, {home.state} {home.zip_code}"


def why_void(desk: Desk, row: EstimateRow) -> str:
    """Why nobody is to be given this estimate any more; empty where it stands."""
    if (newer := estimate_sendings.newer(desk.session, row, GOOD_FAITH)) is not None:
        return f"estimate {newer} of the same visit replaced it"
    visit = row.appointment_number
    if visit is not None and desk.session.get_one(Appointment, visit).state == "cancelled":
        return "the visit was cancelled"
    return ""


def _chosen(desk: Desk, row: EstimateRow, way: Channel | None) -> Channel:
    ways = allowed(desk, row)
    if way is None and ways:
        return ways[0]
    if way is not None and way in ways:
        return way
    instead = f"hand it over: `claimflow estimate provide {row.number} --out FILE`"
    if way is not Channel.EMAIL:
        raise NotSendable(f"mail to this address came back: enter the new one, or {instead}")
    wishes = wishes_of(desk, row)
    if not SmtpSettings.configured():
        raise NotSendable("no mail server is configured: set CLAIMFLOW_SMTP_HOST and its companions, or send by mail")
    if Channel.EMAIL not in wishes.consents or not wishes.email:
        raise NotSendable("there is no consent to e-mail, or no address: ask the patient, or send by mail")
    raise NotSendable("the e-mail address is another person's, who guarantees for this adult: send by mail")


def _is_theirs(desk: Desk, row: EstimateRow) -> bool:
    patient = desk.session.get_one(Patient, row.patient_id)
    who = from_json(Person, patient.person)
    pays = from_json(Person, desk.session.get_one(Account, patient.account_number).guarantor)
    if (who.first_name, who.last_name, who.birth_date) == (pays.first_name, pays.last_name, pays.birth_date):
        return True
    return who.birth_date is not None and _age(who.birth_date, desk.today) < OF_AGE


def _age(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _intend(desk: Desk, row: EstimateRow, way: Channel, language: str, by: str) -> None:
    session, owner = desk.session, desk.organisation_id
    attempt = len(estimate_sendings.of_estimate(session, row.number)) + 1
    to = address(desk, row, way)
    paper = replace(good_faith_paper(session, owner, row, language), dated=desk.today)
    pdf = good_faith.render(paper)
    name = f"good-faith-estimate-{row.number}-{attempt}"
    by_email = way is Channel.EMAIL
    content = _message(desk, paper, pdf, to, name) if by_email else pdf
    file_id = files.build(session, owner, f"{name}.{'eml' if by_email else 'pdf'}", PAPER, content, desk.now)
    account = session.get_one(Patient, row.patient_id).account_number
    manifest = {
        "paper": PAPER,
        "reference": f"GFE-{row.number}",
        "organisation": owner,
        "account": account,
        "estimate": row.number,
        "language": good_faith.words_of(language).code,
        "date": desk.today.isoformat(),
    }
    outbox_id = outbox.intend(
        session,
        owner,
        f"{PAPER}:{row.number}:{attempt}",
        SendKind.BLIND if by_email else SendKind.RECOGNISED,
        EMAIL if by_email else MAIL,
        name,
        file_id,
        manifest | ({"to": to} if by_email else {}),
        desk.now,
    )
    session.add(
        EstimateSending(
            organisation_id=owner,
            estimate_number=row.number,
            attempt=attempt,
            outbox_id=outbox_id,
            channel=way.value,
            sent_to=to,
            language=str(manifest["language"]),
            ordered_on=desk.today,
            by=by,
        )
    )
    session.flush()
    timeline.note(
        session,
        owner,
        key=f"estimate:{row.number}:ordered:{attempt}",
        at=desk.now,
        by=by,
        what=f"Good faith estimate {row.number} is to leave by {'e-mail' if by_email else 'mail'}",
        why="it counts as given when it left",
        account_number=account,
    )


def _message(desk: Desk, paper: good_faith.GoodFaithPaper, pdf: bytes, to: str, name: str) -> bytes:
    try:
        settings = SmtpSettings.from_environment()
    except SettingsMissing as error:
        raise NotSendable(str(error)) from None
    assert settings is not None, "no way by e-mail is offered without a server"
    words = good_faith.words_of(paper.language)
    return compose_with_paper(
        sender=settings.sender,
        to=to,
        subject=words.say("mail_subject", practice=paper.practice_name),
        text=words.say("mail_text", practice=paper.practice_name, phone=paper.practice_phone),
        paper=pdf,
        name=f"{name}.pdf",
        dated=desk.now,
        key=f"{name}-{desk.organisation_id}",
    )
