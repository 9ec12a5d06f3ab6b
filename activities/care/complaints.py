"""Complaints: recorded, acknowledged, owned, carried by people who are not overburdened, answered, and learned from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.dialects.postgresql import insert

from activities.care.case import CareCase, NotPossible
from activities.care.letters import language_of, mail_letter
from activities.care.placements import pause_agency, resume_agency
from activities.cases.desk import Desk
from domain.care.complaints import Category, Complainant, HandOver, may_carry
from domain.care.letters import day
from domain.cases.kinds import COMPLAINT, KINDS, CaseState, Decision
from storage import account_holds, care
from storage.care_rules import care_policy, category, root_causes
from storage.locks import lock_accounts, lock_claims
from storage.models import HardConversation

_WAITS = KINDS[COMPLAINT].waits_for[CaseState.OPEN]
_RESTS = {
    "en": "While we look into it, we do not ask you for payment of what it concerns.",
    "es": "Mientras lo revisamos, no le pedimos el pago de lo que se trata.",
}
_OWNERS = {"en": "A person of our team", "es": "Una persona de nuestro equipo"}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewComplaint:
    """What somebody raised."""

    category: str
    origin: Complainant
    words: str
    """What they said, kept with the case and nowhere else."""
    account_number: int | None = None
    claim_number: int | None = None
    language: str = ""
    estimate_cents: int = 0
    billed_cents: int = 0


def record(desk: Desk, complaint: NewComplaint, *, key: str, by: str) -> CareCase:
    """Open a complaint: acknowledged by letter, owned, and what it concerns rests from now on.

    The same key again is the same complaint.

    Raises:
        UnknownWord: no such category.
        NotPossible: a patient's complaint names no account.
    """
    kind = category(complaint.category)
    if complaint.origin is Complainant.PATIENT and complaint.account_number is None:
        raise NotPossible("a patient's complaint belongs to an account: name it with --account")
    if complaint.claim_number is not None:
        lock_claims(desk.session, {complaint.claim_number})
    if complaint.account_number is not None:
        lock_accounts(desk.session, {complaint.account_number})
    case = CareCase.open(
        desk,
        kind=COMPLAINT,
        key=f"{COMPLAINT}:{key}",
        account_number=complaint.account_number,
        claim_number=complaint.claim_number,
        due_on=kind.answer_by(desk.today),
        due_rule=f"answered within {kind.answer_days} days ({kind.source})",
        owner=kind.owner,
        next_what=_WAITS,
        first_look=kind.acknowledge_by(desk.today),
        details={
            "category": kind.name,
            "origin": complaint.origin.value,
            "words": complaint.words,
            "language": complaint.language,
            "estimate_cents": complaint.estimate_cents,
            "billed_cents": complaint.billed_cents,
            "acknowledge_by": kind.acknowledge_by(desk.today).isoformat(),
        },
    )
    if case is None:
        raise NotPossible("this complaint was recorded before under the same --id")
    subject = kind.words["en"]
    case.note("opened", f"Complaint {case.row.number} recorded: {subject}", f"answered by {case.row.due_on}", by)
    if complaint.origin is Complainant.PATIENT:
        case.pause(kind.stops, _hold_kind(kind), f"complaint {case.row.number} is open: {subject}", by)
        _acknowledge(case, kind, by)
        if account_holds.COLLECTION in kind.stops and complaint.account_number is not None:
            pause_agency(desk, complaint.account_number, f"complaint-{case.row.number}", by)
    case.ask(
        "answer",
        "complaint_to_answer",
        f"Complaint {case.row.number}, {subject} (raised by a {complaint.origin.value})",
        f"Find out what happened, then `claimflow complaint answer {case.row.number} --cause CAUSE --answer TEXT`",
        case.row.due_on,
    )
    return case


def talk(case: CareCase, person: str, *, hard: bool, note: str, key: str) -> bool:
    """Keep a conversation; a hard one counts towards what a person carries in a day. False for a repeat.

    Raises:
        HandOver: the person has carried enough today; the text names who takes it.
        NotPossible: the case is closed, or its conversations rest until a day.
    """
    case.require_open()
    desk = case.desk
    until = case.row.details.get("paused_until")
    if until and desk.today < date.fromisoformat(until):
        raise NotPossible(f"conversations about case {case.row.number} rest until {until}: write instead")
    if hard:
        carried = care.hard_conversations_on(desk.session, desk.today)
        team = {name: carried.get(name, 0) for name in {*care.people_of(desk.session, case.row.owner), *carried}}
        limit = care_policy(desk.organisation_id, desk.today).hard_conversations_a_day
        may_carry(person, carried.get(person, 0), limit, team)
        statement = insert(HardConversation).values(
            organisation_id=desk.organisation_id,
            key=f"talk:{key}",
            case_number=case.row.number,
            person=person,
            on_day=desk.today,
            note=note,
        )
        if desk.session.scalar(statement.on_conflict_do_nothing().returning(HardConversation.id)) is None:
            return False
    case.note(f"talk:{key}", "A hard conversation" if hard else "A conversation", note, person)
    return True


def hand_over(case: CareCase, to: str, *, by: str, reason: str) -> None:
    """Give the case to a colleague.

    Raises:
        NotPossible: the case is closed, or the colleague has it already.
    """
    case.require_open()
    before = str(case.row.details.get("person") or case.row.owner)
    if before == to:
        raise NotPossible(f"{to} has case {case.row.number} already")
    handed = [*case.row.details.get("handed", []), {"on": case.desk.today.isoformat(), "by": by, "to": to}]
    case.tell(person=to, handed=handed)
    case.done_asking(by)
    case.note(f"handed:{len(handed)}", f"Complaint {case.row.number} handed to {to}", reason, by)
    case.ask(
        f"answer:{len(handed)}",
        "complaint_to_answer",
        f"Complaint {case.row.number} was handed to you by {by}: {reason}",
        f"`claimflow complaint show {case.row.number}` tells its story",
        case.row.due_on,
    )
    case.ring()


def rest(case: CareCase, until: date, *, by: str, reason: str) -> None:
    """Let conversations rest until a day; the answer's date stays.

    Raises:
        NotPossible: the case is closed, or the day is not between now and the answer's date.
    """
    case.require_open()
    if not case.desk.today < until <= case.row.due_on:
        raise NotPossible(f"conversations rest until a day after today, at most until {case.row.due_on}")
    case.tell(paused_until=until.isoformat())
    case.note(f"rest:{until}", f"Conversations about complaint {case.row.number} rest until {until}", reason, by)
    case.wait(f"conversations rest until {until}; then {_WAITS}", first_look=until)
    case.ring()


def answer(case: CareCase, text: str, *, cause: str, upheld: bool, by: str) -> None:
    """Answer by letter, count the root cause, and let what rested go on.

    Raises:
        NotPossible: the case is closed, or the cause is none of the list.
    """
    case.require_open()
    if cause not in root_causes():
        raise NotPossible(f"no root cause is called {cause}: {', '.join(sorted(root_causes()))}")
    kind = category(str(case.row.details["category"]))
    case.tell(cause=cause, upheld=upheld, answer=text)
    if case.row.details["origin"] == Complainant.PATIENT.value and case.row.account_number is not None:
        language = _language(case)
        mail_letter(
            case.desk,
            name="complaint_answered",
            key=f"complaint_answered:{case.row.number}",
            account_number=case.row.account_number,
            values={
                "case": str(case.row.number),
                "subject": kind.words[language],
                "received_on": day(case.row.opened_on, language),
                "answer": text,
            },
            kind="complaint_answered",
            by=by,
            case_number=case.row.number,
            language=language,
        )
    case.close(Decision.ANSWERED, by, f"Complaint {case.row.number} answered ({cause.replace('_', ' ')})", "")
    if upheld and case.row.details["origin"] == Complainant.PATIENT.value:
        _rest_until_mended(case, kind, by)
    _let_agency_go_on(case, by)


def _rest_until_mended(case: CareCase, kind: Category, by: str) -> None:
    """A reminder that came due meanwhile had left before what was wrong could be taken off the account."""
    account, stops = case.row.account_number, kind.stops & {account_holds.STATEMENT, account_holds.CONTACT}
    if account is None or not stops:
        return
    desk = case.desk
    account_holds.hold(
        desk.session,
        desk.organisation_id,
        key=f"{case.hold_key}:mending",
        account_number=account,
        claim_number=case.row.claim_number,
        kind=_hold_kind(kind),
        since=desk.today,
        until=desk.today + timedelta(days=care_policy(desk.organisation_id, desk.today).mending_days),
        stops=stops,
        reason=f"complaint {case.row.number} was upheld: what is wrong is put right first",
        by=by,
    )


def _let_agency_go_on(case: CareCase, by: str) -> None:
    account = case.row.account_number
    if account is None:
        return
    left = account_holds.open_holds(case.desk.session, case.desk.organisation_id, account, case.desk.today)
    if not any(account_holds.COLLECTION in one.stops for one in left):
        resume_agency(case.desk, account, f"complaint-{case.row.number}", by)


def _acknowledge(case: CareCase, kind: Category, by: str) -> None:
    assert case.row.account_number is not None
    language = _language(case)
    mail_letter(
        case.desk,
        name="complaint_acknowledged",
        key=f"complaint_acknowledged:{case.row.number}",
        account_number=case.row.account_number,
        values={
            "case": str(case.row.number),
            "subject": kind.words[language],
            "owner": _OWNERS[language],
            "answer_by": day(case.row.due_on, language),
            "rests": _RESTS[language] if kind.stops else "",
        },
        kind="complaint_acknowledged",
        by=by,
        case_number=case.row.number,
        language=language,
    )


def _hold_kind(kind: Category) -> str:
    """What disputes a bill is a dispute; everything else a complaint."""
    return "dispute" if kind.owner == "patient_accounts" and kind.name != "collections" else COMPLAINT


def _language(case: CareCase) -> str:
    return str(case.row.details.get("language") or language_of(case.desk, case.row.account_number))


__all__ = ["HandOver", "NewComplaint", "answer", "hand_over", "record", "rest", "talk"]
