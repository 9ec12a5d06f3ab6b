"""Papers about a claim leave through the mail room, never as an 837P."""

from __future__ import annotations

from activities.claim.history import Decision, decisions, last_attempt
from activities.claim.mail_room import corrections_since, facts, in_words, mail, newest_version
from activities.claim.step import Step
from domain.appeals.examination import RecordState, Route
from domain.claim.papers import Paper, PaperKind
from domain.claim.resubmission import ReopeningRequested
from gateways.papers import appeal, records, reopening
from storage import claims, examinations
from storage.models import RemittanceClaim, Submission


def request_reopening(step: Step, request: ReopeningRequested) -> Paper:
    """Ask Medicare to reopen the claim for a clerical error."""
    attempt = last_attempt(step.session, step.claim)
    assert attempt is not None, "a reopening follows an adjudicated attempt"
    paper = Paper(kind=PaperKind.REOPENING, claim_number=step.claim.number, version=step.claim.version)
    newest = decisions(step.session, step.claim)[-1]
    corrections = corrections_since(step, attempt.version)
    claim = facts(step, paper, attempt, newest, request.payer_control_number, newest_version(step).by)
    pdf = reopening.render(reopening.ReopeningRequest(claim=claim, corrections=in_words(step, corrections)))
    mail(step, paper, pdf, claim, corrections)
    examinations.move(
        step.session,
        step.claim.number,
        newest.row.attempt,
        {"route": Route.REOPENING.value, "state": RecordState.FILED.value},
        by=newest_version(step).by,
        on=step.today,
        states=(RecordState.DUE.value, RecordState.UPHELD.value, RecordState.NOT_APPLICABLE.value),
    )
    return paper


def send_records(step: Step, denial: Decision, remark: str, by: str, attachment: str = "") -> Paper:
    """Send the records that a denial asks for."""
    paper = _about(step, PaperKind.RECORDS)
    attempt = attempt_of(step, denial.row)
    corrections = corrections_since(step, attempt.version)
    claim = facts(step, paper, attempt, denial, denial.row.payer_control_number, by)
    sheet = records.RecordsSheet(
        claim=claim,
        asked_by=", ".join(dict.fromkeys(part.codes for part in refused_parts(denial))),
        enclosed=tuple(
            f"Documentation of {line.procedure} on {line.service_date:%Y-%m-%d} (line {line.number}), "
            f"for {', '.join(line.diagnoses) or 'the diagnoses of the claim'}"
            for line in claim.lines
        ),
        remark=remark,
        attachment_number=attachment,
    )
    more = {"attachment_control_number": attachment} if attachment else {}
    mail(step, paper, records.render(sheet), claim, corrections, more=more)
    return paper


def _about(step: Step, kind: PaperKind) -> Paper:
    """A paper about the newest decision that the claim has acted on."""
    return Paper(
        kind=kind,
        claim_number=step.claim.number,
        version=step.claim.version,
        denial=step.claim.remittances_seen,
    )


def attempt_of(step: Step, row: RemittanceClaim) -> Submission:
    """The attempt that a decision speaks of."""
    return next(a for a in claims.attempts(step.session, step.claim.number) if a.attempt == row.attempt)


def refused_parts(denial: Decision) -> tuple[appeal.RefusedPart, ...]:
    """The adjustments that decided, with the remarks of their line; what a contract takes off is none of them."""
    remarks = [entry for entry in denial.row.remarks if "code" in entry]
    parts = []
    for entry in denial.row.adjustments:
        code = f"{entry['group']}-{entry['reason']}"
        if code in denial.meaning.reasons:
            said = [mark["code"] for mark in remarks if mark["line"] in (0, entry["line"])]
            parts.append(
                appeal.RefusedPart(
                    codes=" ".join((code, *dict.fromkeys(said))), line=entry["line"], cents=entry["amount_cents"]
                )
            )
    return tuple(parts)
