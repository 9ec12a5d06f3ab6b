"""Loops into the books: matched, locked, planned one after the other, written together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import update

from activities.appeals.register import register_posted
from activities.compliance.denials import SuspectedDenial
from activities.contracts.comparing import PostedLoop, compare_with_contracts
from activities.inbound.context import Inbound
from activities.remittances import asking, rows
from activities.remittances.history import claims_in_the_books
from activities.remittances.loops import Head, Loop, MatchedLoop, Understood
from activities.remittances.rules import PostingRules, meaning_of, money, patient_may_owe
from activities.remittances.work import Work
from domain.claim.submission import OPEN_STATES, AttemptState
from domain.coverage.coverage import PayerKind
from domain.denials.classification import PREDETERMINATION, REVERSAL
from domain.denials.rules import DenialGroup
from domain.doorbell import MessageKind
from domain.ledger.decision import ClaimInTheBooks, PlannedDecision, plan_decision, rank_of
from domain.ledger.posting import is_posted
from domain.ledger.receivable import with_one_receivable
from domain.remittance.remittance import RemittedClaim
from storage import ledger, remittances
from storage.account_holds import kept_from_patient
from storage.ledger import NewPosting
from storage.models import RemittanceClaim
from storage.remittances import AttemptAnswered


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """A named person's decision to post what would wait."""

    by: str
    reason: str


def post_loops(
    inbound: Inbound, work: Work, head: Head, matched: Sequence[MatchedLoop], accepted: Acceptance | None = None
) -> None:
    """Write the rows of these loops, and post those that are matched and may be posted."""
    rules = PostingRules(inbound.session, inbound.today)
    understood = [_understood(one, rules) for one in matched]
    books = _locked_books(inbound, [one for one in understood if one.matched.state == "posted"])
    if accepted is None:
        understood = _with_a_first_payer(understood, books)
    ids = _write_rows(inbound, head, understood, accepted)
    new = [one for one in understood if one.matched.loop.key in ids]
    asking.about_waiting(work, head, new, ids)
    _post(inbound, work, head, [one for one in new if one.matched.state == "posted"], ids, books, rules, accepted)


def keep_waiting(inbound: Inbound, head: Head, loops: Sequence[Loop]) -> None:
    """Write the rows of loops that wait with their whole remittance: nothing is matched or posted yet."""
    nobody = [MatchedLoop(loop=loop, found=None, lines=(None,) * len(loop.remitted.lines)) for loop in loops]
    rules = PostingRules(inbound.session, inbound.today)
    remittances.add_loops(
        inbound.session,
        [
            rows.row_of(_understood(one, rules), inbound.organisation_id, head, inbound.today) | {"state": "held"}
            for one in nobody
        ],
    )


def _understood(matched: MatchedLoop, rules: PostingRules) -> Understood:
    kind, code = _payer_of(matched, rules)
    meaning = meaning_of(matched.remitted, kind, rules.context(kind, code, matched))
    return Understood(matched=matched, payer_kind=kind, payer_code=code, meaning=meaning)


def _payer_of(matched: MatchedLoop, rules: PostingRules) -> tuple[PayerKind, str]:
    """Who decided: the payer of the attempt, or the one to which that payer sent the claim on."""
    found = matched.found
    if found is None:
        return PayerKind.COMMERCIAL, ""
    rank = rank_of(matched.loop.remitted.status, found.row.sequence)
    if rank > rank_of("1", found.row.sequence) and rank - 2 < len(found.other_payers):
        payer = found.other_payers[rank - 2]
        return PayerKind(payer["kind"]), payer["code"]
    if found.row.payer_code == found.row.claim_payer_code:
        return PayerKind(found.row.payer_kind), found.row.payer_code
    return rules.kind_of(found.row.payer_code), found.row.payer_code


def _locked_books(inbound: Inbound, posted: Sequence[Understood]) -> dict[int, ClaimInTheBooks]:
    """The claims to post on as they stand before, locked. The rows of these loops are no history yet."""
    found = [one.matched.found for one in posted if one.matched.found is not None]
    if not found:
        return {}
    remittances.lock_claims_and_accounts(inbound.session, {one.claim_number for one in found})
    return claims_in_the_books(inbound.session, found, [one.matched.loop.remitted.status for one in posted])


def _with_a_first_payer(understood: list[Understood], books: Mapping[int, ClaimInTheBooks]) -> list[Understood]:
    """A payer that decided as the second or third where nobody decided before it, and of which the claim knows
    nothing: who comes first is a person's question."""
    decided = {number for number, claim in books.items() if claim.standing}
    checked = []
    for one in understood:
        found, loop = one.matched.found, one.matched.loop
        if found is not None and one.matched.state == "posted":
            rank = rank_of(loop.remitted.status, found.row.sequence)
            if rank > rank_of("1", found.row.sequence) and not found.other_payers and found.claim_number not in decided:
                why = (
                    f"the payer decided as payer {rank} (CLP02 {loop.remitted.status}), but no payer decided before it "
                    "and the claim names no other: ask the patient and the payer which coverage comes first"
                )
                one = replace(one, matched=replace(one.matched, loop=replace(loop, why_held=why)))
            elif is_posted(loop.remitted.status):
                decided.add(found.claim_number)
        checked.append(one)
    return checked


def _write_rows(
    inbound: Inbound, head: Head, understood: Sequence[Understood], accepted: Acceptance | None
) -> dict[str, int]:
    """Ids by key of the loops that are new, or that had waited until now."""
    ids = remittances.add_loops(
        inbound.session,
        [
            rows.row_of(one, inbound.organisation_id, head, inbound.today)
            for one in understood
            if one.matched.loop.row_id is None
        ],
    )
    for one in understood:
        row_id = one.matched.loop.row_id
        if row_id is None:
            continue
        values = rows.state_of(one, head)
        if accepted is not None and one.matched.state == "posted":
            values |= {"decided_by": accepted.by, "decided_reason": accepted.reason}
        inbound.session.execute(update(RemittanceClaim).where(RemittanceClaim.id == row_id).values(**values))
        ids[one.matched.loop.key] = row_id
    return ids


def _post(
    inbound: Inbound,
    work: Work,
    head: Head,
    posted: Sequence[Understood],
    ids: dict[str, int],
    books: dict[int, ClaimInTheBooks],
    rules: PostingRules,
    accepted: Acceptance | None,
) -> None:
    found = [one.matched.found for one in posted if one.matched.found is not None]
    if not found:
        return
    postings: list[NewPosting] = []
    answers: dict[int, AttemptAnswered] = {}
    decided: list[PostedLoop] = []
    kept = kept_from_patient(inbound.session, {attempt.claim_number for attempt in found}, inbound.today)
    for one, attempt in zip(posted, found, strict=True):
        loop, number = one.matched.loop, attempt.claim_number
        rank = rank_of(loop.remitted.status, attempt.row.sequence)
        plan = plan_decision(
            loop.remitted,
            books[number],
            reference=loop.key,
            rank=rank,
            contractual=rules.contractual(one.payer_kind, one.payer_code),
            # What a further payer may still pay is not the patient's yet, and what a flag keeps from them never is.
            patient_may_owe=rank > len(attempt.other_payers)
            and number not in kept
            and patient_may_owe(loop.remitted, one.payer_kind, one.meaning),
        )
        books[number] = plan.after
        if plan.legs:
            postings.append(_posting(inbound, head, one, plan, accepted))
        before = answers.get(attempt.row.id)
        # The number of a payer to which an answered claim was sent on is not the number of who sent it on.
        if rank == rank_of("1", attempt.row.sequence) or (before is None and attempt.row.state in OPEN_STATES):
            answers[attempt.row.id] = _answered(attempt.row.id, loop.remitted, before)
        takes_back = plan.takes_back.reference if plan.takes_back is not None else ""
        decided.append(PostedLoop(understood=one, row_id=ids[loop.key], takes_back=takes_back))
        inbound.matched += 1
        if one.meaning.group is DenialGroup.FRAUD:
            reasons = one.meaning.reasons
            work.suspected.append(SuspectedDenial(claim_number=number, row_id=ids[loop.key], reasons=reasons))
        _tell(inbound, work, head, one, plan, ids[loop.key], accepted)
    ledger.post_all(inbound.session, inbound.organisation_id, postings)
    waiting = [*OPEN_STATES, AttemptState.REJECTED]
    remittances.answer_attempts(inbound.session, list(answers.values()), waiting, inbound.today)
    compare_with_contracts(inbound, work, decided)
    register_posted(inbound, head.remittance_id, decided)


def _posting(
    inbound: Inbound, head: Head, one: Understood, plan: PlannedDecision, accepted: Acceptance | None
) -> NewPosting:
    remitted = one.matched.loop.remitted
    cites = f"trace {head.trace_number}, payer's number {remitted.payer_control_number}"
    if accepted is not None:
        cites += f"; posted by {accepted.by}: {accepted.reason}"
    return NewPosting(
        key=one.matched.loop.key,
        kind="reversal" if remitted.status == REVERSAL else "remittance",
        cites=cites,
        by=accepted.by if accepted is not None else "payer",
        business_date=inbound.today,
        legs=with_one_receivable(plan.legs),
    )


def _answered(submission_id: int, remitted: RemittedClaim, before: AttemptAnswered | None) -> AttemptAnswered:
    """A reversal or a price told beforehand leaves the attempt as it was; of several loops the last number counts."""
    answers = AttemptAnswered(
        submission_id=submission_id,
        payer_control_number=remitted.payer_control_number,
        answered=remitted.status not in (REVERSAL, PREDETERMINATION),
    )
    if before is None:
        return answers
    return replace(
        answers,
        answered=answers.answered or before.answered,
        payer_control_number=answers.payer_control_number or before.payer_control_number,
    )


def _tell(
    inbound: Inbound,
    work: Work,
    head: Head,
    one: Understood,
    plan: PlannedDecision,
    row_id: int,
    accepted: Acceptance | None,
) -> None:
    matched = one.matched
    assert matched.found is not None
    remitted, number = matched.loop.remitted, matched.found.claim_number
    if remitted.status == PREDETERMINATION:
        work.note(
            number,
            f"remittance_claim:{row_id}:posted",
            "The payer told a price beforehand; nothing is posted",
            "CLP02 25: predetermination",
            head.payer_name,
        )
        return
    what = "Payment taken back" if remitted.status == REVERSAL else "Payer's decision posted"
    why = [*asking.codes(remitted), *plan.remarks]
    if remitted.status == REVERSAL and plan.takes_back is None:
        why.append("no decision that stands here has these amounts: ask the payer for the one it takes back")
    if matched.by not in ("CLM01", "CLM01 without its suffix"):
        why.append(f"found by {matched.by}")
    if accepted is not None:
        why.append(f"posted by {accepted.by}: {accepted.reason}")
    work.note(
        number,
        f"remittance_claim:{row_id}:posted",
        f"{what}: paid {money(remitted.paid_cents)} of {money(remitted.charge_cents)}",
        ", ".join(why),
        head.payer_name,
    )
    asking.about_lines(work, matched, row_id)
    inbound.ring_claim(number, MessageKind.REMITTED, str(row_id))
