"""Posting an 835: the deposit first, then each claim that balances, once, by content."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from activities.denial_rules import contractual_codes, denial_rules
from activities.inbound.context import Inbound
from activities.remitted import adjustments_of, negated, remarks_of
from domain.claim.submission import OPEN_STATES, AttemptState, parse_claim_control_number
from domain.coverage.coverage import PayerKind
from domain.denials.classification import REVERSAL, Verdict, classify
from domain.doorbell import MessageKind
from domain.ledger.posting import plan_deposit, plan_provider_adjustment, plan_remittance_claim
from domain.remittance import balancing, keys
from domain.remittance.balancing import Level
from domain.remittance.remittance import Remittance, RemittedClaim
from storage import claims, ledger
from storage.locks import lock_accounts, lock_claims
from storage.models import Claim, RemittanceClaim, RemittanceRow, Submission

POSTER = "payer"


def remittance_received(inbound: Inbound, remittance: Remittance) -> None:
    """Book the deposit, post what balances, hold what does not, queue what finds no claim."""
    problems = balancing.problems(remittance)
    remittance_id = _keep(inbound, remittance, balanced=not problems)
    _post_deposit(inbound, remittance)
    whole = [problem for problem in problems if problem.level is Level.TRANSACTION]
    if whole:
        inbound.held = True
        inbound.ask_person(
            f"remittance:{remittance_id}:unbalanced",
            "remittance_unbalanced",
            f"Remittance {remittance.trace_number} does not balance: {whole[0].message}",
            "Reject it, or post it with a named reason; the deposit is booked as unapplied cash",
        )
        return
    _lock(inbound, remittance)
    for claim in remittance.claims:
        own = next((problem for problem in problems if problem.claim == claim.control_number), None)
        _claim_received(inbound, remittance, remittance_id, claim, own)
    for key, entry in zip(
        keys.provider_adjustment_keys(remittance), remittance.provider_adjustments, strict=True
    ):
        ledger.post(
            inbound.session,
            inbound.organisation_id,
            key=key,
            kind="provider_level",
            cites=f"PLB {entry.reason} {entry.reference}".rstrip(),
            by=POSTER,
            business_date=inbound.today,
            legs=plan_provider_adjustment(entry),
        )


def _keep(inbound: Inbound, remittance: Remittance, *, balanced: bool) -> int:
    key = keys.remittance_key(remittance)
    row_id: int | None = inbound.session.scalar(
        insert(RemittanceRow)
        .values(
            organisation_id=inbound.organisation_id,
            key=key,
            file_id=inbound.file_id,
            payee_npi=remittance.payee_npi,
            payer_identifier=remittance.payer_identifier,
            trace_number=remittance.trace_number,
            payment_date=remittance.payment_date,
            payment_cents=remittance.payment_cents,
            method=remittance.payment_method,
            balanced=balanced,
        )
        .on_conflict_do_nothing()
        .returning(RemittanceRow.id)
    )
    if row_id is not None:
        return row_id
    return inbound.session.scalars(select(RemittanceRow.id).where(RemittanceRow.key == key)).one()


def _post_deposit(inbound: Inbound, remittance: Remittance) -> None:
    legs = plan_deposit(remittance)
    if legs:
        ledger.post(
            inbound.session,
            inbound.organisation_id,
            key=f"deposit|{keys.remittance_key(remittance)}",
            kind="deposit",
            cites=f"BPR02, trace {remittance.trace_number}",
            by=POSTER,
            business_date=inbound.today,
            legs=legs,
        )


def _lock(inbound: Inbound, remittance: Remittance) -> None:
    """Claims, then accounts, each in ascending order: so that two postings never wait for each other."""
    parsed = (parse_claim_control_number(claim.control_number) for claim in remittance.claims)
    locked = lock_claims(inbound.session, {found[0] for found in parsed if found is not None})
    lock_accounts(inbound.session, {claim.account_number for claim in locked})


def _claim_received(
    inbound: Inbound,
    remittance: Remittance,
    remittance_id: int,
    remitted: RemittedClaim,
    imbalance: balancing.Imbalance | None,
) -> None:
    found = claims.find_by_control_number(inbound.session, remitted.control_number)
    claim, attempt = found if found is not None else (None, None)
    contested = _contested(inbound, remittance, remittance_id, remitted)
    state = "unmatched" if claim is None else "held" if imbalance or contested else "posted"
    key = keys.claim_key(remittance, remitted)
    row_id = _keep_claim(inbound, key, remittance_id, remitted, claim, attempt, state)
    if row_id is None:
        return  # this very decision was posted before: in this file, under another name, or in another file
    if claim is None or attempt is None:
        inbound.ask_person(
            f"remittance_claim:{row_id}:unmatched",
            "unmatched_remittance",
            f"Remittance {remittance.trace_number} pays a claim number that is not ours",
            "Match it to a claim by hand, or mark it as not ours",
        )
        return
    if imbalance is not None or contested:
        reason = imbalance.message if imbalance is not None else contested
        inbound.ask_person(
            f"remittance_claim:{row_id}:held",
            "remittance_claim_held",
            f"Held, not posted: {reason}",
            "Reject it, or post it with a named reason",
            claim_number=claim.number,
        )
        return
    _post_claim(inbound, key, row_id, remittance, remitted, claim, attempt)


def _contested(
    inbound: Inbound, remittance: Remittance, remittance_id: int, remitted: RemittedClaim
) -> str:
    """The same payee, trace and claim with other content is a question for a person, not a second decision."""
    key = keys.claim_key(remittance, remitted)
    other = inbound.session.scalars(
        select(RemittanceClaim.id).where(
            RemittanceClaim.remittance_id == remittance_id,
            RemittanceClaim.key.startswith(f"{keys.decision_key(remittance, remitted)}|", autoescape=True),
            RemittanceClaim.key != key,
            ~RemittanceClaim.key.contains(f"|{remitted.content_hash.upper()}|"),
        )
    ).first()
    return "" if other is None else "the same trace already decided this claim with other content"


def _keep_claim(
    inbound: Inbound,
    key: str,
    remittance_id: int,
    remitted: RemittedClaim,
    claim: Claim | None,
    attempt: Submission | None,
    state: str,
) -> int | None:
    kind = PayerKind(claim.payer_kind) if claim is not None else PayerKind.COMMERCIAL
    return inbound.session.scalar(
        insert(RemittanceClaim)
        .values(
            organisation_id=inbound.organisation_id,
            key=key,
            remittance_id=remittance_id,
            claim_number=claim.number if claim is not None else None,
            attempt=attempt.attempt if attempt is not None else None,
            state=state,
            status=remitted.status,
            payer_control_number=remitted.payer_control_number,
            charge_cents=remitted.charge_cents,
            paid_cents=remitted.paid_cents,
            patient_cents=sum(a.amount_cents for a in remitted.all_adjustments if a.group == "PR"),
            adjustments=adjustments_of(remitted),
            remarks=remarks_of(remitted),
            verdict=classify(remitted, kind, denial_rules()).verdict.value,
            business_date=inbound.today,
        )
        .on_conflict_do_nothing()
        .returning(RemittanceClaim.id)
    )


def _post_claim(
    inbound: Inbound,
    key: str,
    row_id: int,
    remittance: Remittance,
    remitted: RemittedClaim,
    claim: Claim,
    attempt: Submission,
) -> None:
    legs = plan_remittance_claim(
        remitted,
        claim_number=claim.number,
        account_number=claim.account_number,
        contractual=contractual_codes(),
        patient_may_owe=_patient_may_owe(remitted, PayerKind(claim.payer_kind)),
    )
    if legs:
        ledger.post(
            inbound.session,
            inbound.organisation_id,
            key=key,
            kind="reversal" if remitted.status == REVERSAL else "remittance",
            cites=f"trace {remittance.trace_number}, payer's number {remitted.payer_control_number}",
            by=POSTER,
            business_date=inbound.today,
            legs=legs,
        )
    if remitted.status != REVERSAL and attempt.state in (*OPEN_STATES, AttemptState.REJECTED):
        attempt.state = AttemptState.ANSWERED
        attempt.answered_on = inbound.today
    attempt.payer_control_number = remitted.payer_control_number or attempt.payer_control_number
    inbound.matched += 1
    what = "Payment taken back" if remitted.status == REVERSAL else "Payer's decision posted"
    inbound.note(
        claim.number,
        f"remittance_claim:{row_id}:posted",
        f"{what}: paid ${remitted.paid_cents / 100:,.2f} of ${remitted.charge_cents / 100:,.2f}",
        ", ".join(_codes(remitted)),
        by=remittance.payer_name or POSTER,
    )
    inbound.ring_claim(claim.number, MessageKind.REMITTED, str(row_id))


def _patient_may_owe(remitted: RemittedClaim, payer_kind: PayerKind) -> bool:
    """PR is necessary, not sufficient: a QMB or No Surprises alert, or a code for a person, keeps it from
    the patient. A reversal is read as what it takes back, so that it takes back no more than was posted."""
    if remitted.status == REVERSAL:
        remitted = negated(remitted)
    return classify(remitted, payer_kind, denial_rules()).verdict is not Verdict.REVIEW


def _codes(remitted: RemittedClaim) -> list[str]:
    seen = {f"{a.group}-{a.reason}": 0 for a in remitted.all_adjustments}
    for entry in remitted.all_adjustments:
        seen[f"{entry.group}-{entry.reason}"] += entry.amount_cents
    return [f"{code} ${cents / 100:,.2f}" for code, cents in seen.items()] + list(
        dict.fromkeys(remitted.all_remarks)
    )
