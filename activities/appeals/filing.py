"""Filing a level: checked against its clock and checklist, its letter written and put into the mail."""

from __future__ import annotations

from datetime import timedelta

from activities.appeals.desk import SYSTEM, AppealDesk
from activities.appeals.evidence import enclosed, in_words, lacking
from activities.claim.history import Decision, as_worked, decisions
from activities.claim.mail_room import corrections_since, facts, mail
from activities.claim.mail_room import in_words as corrections_in_words
from activities.claim.papers import attempt_of, refused_parts
from activities.claim.refusal import Refused
from domain.appeals.clock import Notice, decision_due, filing_on
from domain.appeals.evidence import Need
from domain.appeals.examination import RecordState, Route
from domain.appeals.ladder import FIRST
from domain.appeals.letter import LetterIncomplete, fill, template_name
from domain.appeals.states import AppealState
from domain.claim.papers import Paper, PaperKind
from domain.coverage.coverage import PayerKind
from domain.denials.rules import DenialGroup
from domain.remittance.balancing import dollars
from gateways.papers import appeal as letters
from gateways.papers.claim_facts import ClaimFacts
from storage import appeals
from storage.appeal_rules import ladders, letter_templates
from storage.models import AppealEvidence

NO_DATE_SET = timedelta(days=180)
"""How long a level without a decision date waits until somebody asks."""


def file_request(desk: AppealDesk, by: str, good_cause: str = "") -> Paper:
    """File the level: its letter leaves with the next delivery.

    Raises:
        Refused: it is late without good cause, about too little, or lacks something required.
    """
    row, level, today = desk.row, desk.level, desk.step.today
    filing = filing_on(level, Notice(dated=row.notice_on), today, row.amount_cents, ladders(), good_cause)
    if filing.refused:
        raise Refused(filing.refused)
    evidence = appeals.evidence_of(desk.step.session, row.number)
    if missing := lacking(evidence, Need.REQUIRED):
        raise Refused(
            f"{desk.words()} is not filed without {in_words(missing)}: provide it with `claimflow appeal evidence "
            f"{row.number}`, or waive it there with a reason"
        )
    row.good_cause, row.late_under = (good_cause, filing.late_under) if filing.late_under else ("", "")
    paper = _send(desk, by, evidence)
    row.reference, row.filed_on, row.filed_by = paper.reference, today, by
    row.decision_due = decision_due(level, today)
    what = "Appealed on paper" if row.level == FIRST else f"Appealed on paper: {row.level_name} (level {row.level})"
    without = lacking(evidence, Need.EXPECTED)
    why = row.argument + (f"; filed without {in_words(without)}" if without else "")
    desk.step.note(paper.entry_key, what, why, by=by)
    desk.done_asking(by)
    until = row.decision_due + timedelta(days=1) if row.decision_due is not None else today + NO_DATE_SET
    desk.wait(AppealState.FILED, until=until, waits_for=waits_for(desk), owner=SYSTEM)
    route = {"route": Route.REDETERMINATION.value} if row.payer_kind == PayerKind.MEDICARE.value else {}
    desk.move_register(
        {"state": RecordState.FILED.value, "level": row.level, "appeal_number": row.number, **route},
        by,
        RecordState.DUE.value,
        RecordState.UPHELD.value,
        RecordState.NOT_APPLICABLE.value,
    )
    return paper


def waits_for(desk: AppealDesk) -> str:
    """What a filed level waits for, as the claim says it too."""
    named = "appeal" if desk.row.level == FIRST else desk.row.level_name
    return f"{desk.row.payer_code} to decide on the {named}"


def _send(desk: AppealDesk, by: str, evidence: list[AppealEvidence]) -> Paper:
    step, row = desk.step, desk.row
    denial = as_worked(step.session, step.claim, decisions(step.session, step.claim)[row.denial - 1])
    paper = Paper(
        kind=PaperKind.APPEAL,
        claim_number=row.claim_number,
        version=step.claim.version,
        denial=row.denial,
        level=row.level,
        again=1 + appeals.times_filed(step.session, row.claim_number, row.denial, row.level),
    )
    attempt = attempt_of(step, denial.row)
    corrections = corrections_since(step, attempt.version)
    claim = facts(step, paper, attempt, denial, denial.row.payer_control_number, by)
    sheets = tuple(f"{one.what}: {one.note}" for one in enclosed(evidence))
    letter = letters.AppealLetter(
        claim=claim,
        refused=refused_parts(denial),
        meaning=denial.meaning.why,
        argument=row.argument,
        corrections=corrections_in_words(step, corrections),
        heading=f"Request for a {row.level_name}",
        text=_text(desk, denial, claim, evidence, by),
        enclosed=sheets,
    )
    more = {"level": row.level, "appeal": row.number, "enclosed": [one.item for one in enclosed(evidence)]}
    mail(step, paper, letters.render(letter), claim, corrections, payer_code=row.payer_code, more=more)
    return paper


def _text(
    desk: AppealDesk, denial: Decision, claim: ClaimFacts, evidence: list[AppealEvidence], by: str
) -> tuple[str, ...]:
    row, kind = desk.row, PayerKind(desk.row.payer_kind)
    parts = refused_parts(denial)
    refused_lines = {part.line for part in parts} - {0}
    services = [
        f"{line.procedure} on {line.service_date}"
        for line in claim.lines
        if not refused_lines or line.number in refused_lines
    ]
    late = f"This request is late. We ask for more time for good cause ({row.late_under}): {row.good_cause}."
    values = {
        "level": row.level_name,
        "decided_by": desk.level.decided_by,
        "payer": claim.payer_name,
        "beneficiary": claim.patient_name,
        "member_id": claim.member_id,
        "services": "; ".join(services),
        "decision_date": row.notice_on.isoformat(),
        "claim_number": claim.payer_control_number,
        "our_number": claim.claim_control_number,
        "refused": ", ".join(dict.fromkeys(part.codes for part in parts)),
        "meaning": denial.meaning.why,
        "argument": row.argument,
        "amount": f"${dollars(row.amount_cents)}",
        "late": late if row.late_under else "",
        "enclosed": in_words(enclosed(evidence)) or "nothing",
        "requester": by,
        "provider": claim.provider_name,
    }
    templates = letter_templates()
    name = template_name(templates, kind, DenialGroup(row.denial_group), row.level)
    try:
        return fill(templates[name], values, kind, row.level)
    except LetterIncomplete as incomplete:
        raise Refused(str(incomplete)) from incomplete
