"""Applications for financial assistance: taken, completed, decided by a named person, and effective from the start."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, timedelta

from activities.care.case import SYSTEM, CareCase, NotPossible
from activities.care.letters import language_of, mail_letter
from activities.care.placements import pause_agency, recall_all, resume_agency
from activities.care.relieving import Relieved, relieve
from activities.cases.desk import Desk
from domain.care.assistance import Application, Award, Rules, award, in_words, missing_documents, presumed
from domain.care.letters import day
from domain.cases.kinds import ASSISTANCE, KINDS, CaseState, Decision
from domain.remittance.balancing import dollars
from storage import care
from storage.account_holds import COLLECTION, EVERYTHING, open_holds, stopped
from storage.care_rules import assistance_rules
from storage.locks import lock_accounts

_DECIDE = KINDS[ASSISTANCE].waits_for[CaseState.OPEN]
_COMPLETE = "the household to bring what is missing"
_DUE_RULE = "decided in writing within the house's days (26 CFR 1.501(r)-6(c)(6) for hospitals)"


def apply(
    desk: Desk, account_number: int, application: Application, *, key: str, by: str, language: str = ""
) -> CareCase:
    """Take an application: collection rests from now on, and the household is told what is missing.

    Raises:
        NotPossible: another application of this household is open, or a document is none of the list.
    """
    rules = assistance_rules(desk.organisation_id, application.applied_on)
    _known(rules, application.documents)
    award(application, rules)  # refuses a household or an income that cannot be
    return _open(desk, account_number, rules, key, by, {"application": _plain(application), "language": language})


def presume(desk: Desk, account_number: int, ground: str, evidence: str, *, key: str, by: str) -> CareCase:
    """Take somebody as eligible by what is known already; a named person still decides.

    Raises:
        NotPossible: the policy knows no such ground, or another application is open.
    """
    rules = assistance_rules(desk.organisation_id, desk.today)
    try:
        presumed(ground, rules.grounds)
    except LookupError as unknown:
        raise NotPossible(str(unknown)) from None
    return _open(desk, account_number, rules, key, by, {"ground": ground, "evidence": evidence})


def bring_documents(case: CareCase, documents: Sequence[str], by: str) -> tuple[str, ...]:
    """Keep documents that came; returns what is still missing, in words.

    Raises:
        NotPossible: the case is closed, presumptive, or a document is none of the list.
    """
    case.require_open()
    if "application" not in case.row.details:
        raise NotPossible(f"case {case.row.number} rests on a presumption: it needs no documents")
    rules = _rules(case)
    _known(rules, documents)
    known = dict(case.row.details["application"])
    known["documents"] = sorted({*known["documents"], *documents})
    case.tell(application=known)
    case.note(f"documents:{','.join(known['documents'])}", "Documents came for the application", "", by)
    return _complete_or_ask(case, rules, by)


def approve(case: CareCase, by: str, reason: str) -> Relieved:
    """Grant what the policy gives: written down, paid back, recalled, and told in a letter, in one transaction.

    Raises:
        NotPossible: documents are missing, the policy gives nothing, or it wants another person than who took it.
    """
    case.require_open()
    rules, language = _rules(case), _language(case)
    _by_another(case, rules, by)
    given = award_of(case, rules)
    if given.discount_percent == 0:
        raise NotPossible(f"the policy gives nothing: {given.why}; reject it with the reason")
    assert case.row.account_number is not None
    recall_all(case.desk, case.row.account_number, by, f"assistance {case.row.number} was granted")
    cites = f"financial assistance {case.row.number}, approved by {by}"
    relieved = relieve(case, given.discount_percent, rules.policy, cites, by)
    until = case.desk.today + timedelta(days=rules.policy.assistance_valid_days)
    case.tell(
        discount_percent=given.discount_percent,
        given_cents=relieved.given_cents,
        refund_cents=relieved.refund_cents,
        valid_until=until.isoformat(),
        why=given.why,
        approved_why=reason,
    )
    case.row.amount_cents = relieved.given_cents
    paid_back = {
        "en": f"You paid more than is left: we return ${dollars(relieved.refund_cents)} to you.",
        "es": f"Usted pagó más de lo que queda: le devolvemos ${dollars(relieved.refund_cents)}.",
    }
    _letter(
        case,
        "assistance_approved",
        by,
        {
            "discount": str(given.discount_percent),
            "given": f"${dollars(relieved.given_cents)}",
            "left": f"${dollars(relieved.left_cents)}",
            "refund": paid_back[language] if relieved.refund_cents else "",
            "why": _why(given, language),
            "valid_until": day(until, language),
        },
    )
    what = f"Assistance granted: {given.discount_percent} percent, ${dollars(relieved.given_cents)} given up"
    case.close(Decision.APPROVED, by, what, f"{given.why}; {reason}")
    return relieved


def reject(case: CareCase, by: str, reason: str) -> None:
    """Refuse it, told in a letter with the reason and what else there is.

    Raises:
        NotPossible: the case is closed.
    """
    case.require_open()
    _letter(case, "assistance_denied", by, {"why": reason.rstrip(".")})
    case.close(Decision.REJECTED, by, "Assistance not granted", reason)
    assert case.row.account_number is not None
    left = open_holds(case.desk.session, case.desk.organisation_id, case.row.account_number, case.desk.today)
    if not stopped(left, COLLECTION):
        resume_agency(case.desk, case.row.account_number, f"application-{case.row.number}", by)


def award_of(case: CareCase, rules: Rules | None = None) -> Award:
    """What the policy gives for this case.

    Raises:
        NotPossible: documents are missing.
    """
    rules = rules or _rules(case)
    if ground := case.row.details.get("ground"):
        return presumed(str(ground), rules.grounds)
    application = _application(case)
    if missing := missing_documents(rules.documents, application.documents):
        raise NotPossible(f"the application lacks {'; '.join(in_words(missing, 'en'))}")
    return award(application, rules)


def _open(
    desk: Desk, account_number: int, rules: Rules, key: str, by: str, details: dict[str, object]
) -> CareCase:
    lock_accounts(desk.session, {account_number})
    whole = f"{ASSISTANCE}:{account_number}:{key}"
    for row in care.open_cases(desk.session, account_number, ASSISTANCE):
        if row.key == whole:
            return CareCase.lock(desk, row.number)
        raise NotPossible(f"application {row.number} of this account is open: decide it, or bring its documents")
    case = CareCase.open(
        desk,
        kind=ASSISTANCE,
        key=whole,
        account_number=account_number,
        claim_number=None,
        due_on=desk.today + timedelta(days=rules.policy.assistance_decision_days),
        due_rule=_DUE_RULE,
        owner=KINDS[ASSISTANCE].owner,
        next_what=_DECIDE,
        details={**details, "taken_by": by.strip()},
    )
    if case is None:
        raise NotPossible("this application was entered before, and decided: give another --id for a new one")
    case.note("opened", f"Application {case.row.number} for assistance taken", "nothing is asked while it is open", by)
    case.pause(EVERYTHING, ASSISTANCE, f"application {case.row.number} for assistance is open", by)
    pause_agency(desk, account_number, f"application-{case.row.number}", by)
    if "ground" in details:
        _ask_to_decide(case)
    else:
        _complete_or_ask(case, rules, by)
    return case


def _complete_or_ask(case: CareCase, rules: Rules, by: str) -> tuple[str, ...]:
    """Complete: somebody decides. Not yet: the household is told what is missing, once for each state of the list."""
    missing = missing_documents(rules.documents, _application(case).documents)
    if not missing:
        _ask_to_decide(case)
        return ()
    language = _language(case)
    until = case.desk.today + timedelta(days=rules.policy.assistance_complete_days)
    applied_on = _application(case).applied_on
    _letter(
        case,
        "assistance_missing",
        by,
        {
            "applied_on": day(applied_on, language),
            "missing": "; ".join(in_words(missing, language)),
            "due_on": day(until, language),
        },
        once=",".join(sorted(need[0].need for need in missing)),
    )
    case.wait(_COMPLETE, until, first_look=until)
    return in_words(missing, "en")


def _ask_to_decide(case: CareCase) -> None:
    rules = _rules(case)
    due = case.desk.today + timedelta(days=rules.policy.assistance_decision_days)
    case.ask(
        "decide",
        "assistance_to_decide",
        f"Application {case.row.number} for assistance is complete: {award_of(case, rules).why}",
        f"`claimflow assistance approve {case.row.number}`, or `assistance reject {case.row.number}` with the reason",
        due,
    )
    case.wait(_DECIDE, due)


def _letter(case: CareCase, name: str, by: str, values: dict[str, str], once: str = "") -> None:
    assert case.row.account_number is not None
    mail_letter(
        case.desk,
        name=name,
        key=f"{name}:{case.row.number}" + (f":{once}" if once else ""),
        account_number=case.row.account_number,
        values={"case": str(case.row.number), **values},
        kind=name,
        by=by or SYSTEM,
        case_number=case.row.number,
        language=_language(case),
    )


def _by_another(case: CareCase, rules: Rules, by: str) -> None:
    """Two named people where the pack of policies says so: who takes an application does not grant it."""
    took = str(case.row.details.get("taken_by", ""))
    if rules.policy.assistance_two_people and took and took.casefold() == by.strip().casefold():
        raise NotPossible(f"{took} took application {case.row.number}: another named person grants it")


def _why(given: Award, language: str) -> str:
    """The reason in the reader's language, without figures that a letter need not carry."""
    if language == "es":
        return f"por los ingresos y el tamaño de su hogar, nuestra política da el {given.discount_percent} por ciento"
    return f"by the income and size of your household, our policy gives {given.discount_percent} percent"


def _language(case: CareCase) -> str:
    return str(case.row.details.get("language") or language_of(case.desk, case.row.account_number))


def _rules(case: CareCase) -> Rules:
    return assistance_rules(case.desk.organisation_id, case.row.opened_on)


def _application(case: CareCase) -> Application:
    kept = case.row.details["application"]
    return Application(
        household=int(kept["household"]),
        income_cents=int(kept["income_cents"]),
        state=str(kept["state"]),
        applied_on=date.fromisoformat(kept["applied_on"]),
        documents=tuple(kept["documents"]),
    )


def _plain(application: Application) -> dict[str, object]:
    return {
        **asdict(application),
        "applied_on": application.applied_on.isoformat(),
        "documents": sorted(application.documents),
    }


def _known(rules: Rules, documents: Sequence[str]) -> None:
    names = {document.name for document in rules.documents}
    if unknown := sorted(set(documents) - names):
        raise NotPossible(f"{unknown[0]} is no document of the list: {', '.join(sorted(names))}")
