"""One ST of an 835: the deposit first, then its claims, then what the payer settled at provider level."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import Row

from activities.inbound.context import Inbound
from activities.remittances import asking
from activities.remittances.loops import POSTER, Head, Loop
from activities.remittances.matching import match_loops
from activities.remittances.posting import Acceptance, keep_waiting, post_loops
from activities.remittances.provider_level import post_provider_adjustments
from activities.remittances.work import Work
from domain.ledger.chart import LedgerAccount
from domain.ledger.posting import announces_money, pair, plan_deposit
from domain.remittance import balancing, keys
from domain.remittance.balancing import Level, dollars
from domain.remittance.handling import claim_obstacles, whole_problems
from domain.remittance.remittance import Remittance
from storage import ledger, remittances, work_items
from storage.models import RemittanceRow


def remittance_received(inbound: Inbound, remittance: Remittance, accepted: Acceptance | None = None) -> None:
    """Book the deposit, post what balances, hold what does not, queue what finds no claim.

    Whatever was posted before, under any file's name, is left alone. ``accepted`` is a person's decision to post a
    transaction that does not balance.
    """
    imbalances = balancing.problems(remittance)
    whole = whole_problems(remittance, imbalances)
    row, new = _keep(inbound, remittance, balanced=not imbalances, held=bool(whole))
    problems = [] if accepted is not None else [*whole, *_contradictions(row, remittance, new)]
    _post_deposit(inbound, row, remittance)
    known = {} if new else remittances.loops_of(inbound.session, row.id)
    # A rejected transaction that comes again and balances now is its correction.
    waited: set[str] = {"posted": set(), "held": {"held"}, "rejected": {"held", "rejected"}}[row.state]
    head = Head.of(row, inbound.file_id, remittance)
    work = Work(inbound=inbound)
    if problems:
        _hold(inbound, work, head, row, remittance, known, problems, new)
        work.write()
        return
    if accepted is not None:
        waited = {"held"}
    if waited:
        _release(inbound, row, remittance, accepted)
    unbalanced = any(problem.level is not Level.TRANSACTION for problem in imbalances)
    loops = _loops(remittance, known, unbalanced=unbalanced, waited=waited)
    post_loops(inbound, work, head, match_loops(inbound.session, loops) if loops else (), accepted)
    post_provider_adjustments(inbound, work, head, remittance)
    work.write()


def _keep(inbound: Inbound, remittance: Remittance, *, balanced: bool, held: bool) -> tuple[RemittanceRow, bool]:
    return remittances.keep_remittance(
        inbound.session,
        {
            "organisation_id": inbound.organisation_id,
            "key": keys.remittance_key(remittance),
            "file_id": inbound.file_id,
            "payee_npi": remittance.payee_npi,
            "payer_identifier": remittance.payer_identifier,
            "trace_number": remittance.trace_number,
            "payment_date": remittance.payment_date,
            "payment_cents": remittance.payment_cents,
            "method": remittance.payment_method,
            "balanced": balanced,
            "handling": remittance.handling,
            "payer_name": remittance.payer_name,
            "state": "held" if held else "posted",
        },
    )


def _contradictions(row: RemittanceRow, remittance: Remittance, new: bool) -> Sequence[str]:
    """What an earlier delivery of the same trace said otherwise."""
    if new or row.state == "rejected" or row.payment_cents == remittance.payment_cents:
        return ()
    said = f"BPR02 says {dollars(remittance.payment_cents)}, but the same payee, trace and date came before with "
    return (said + dollars(row.payment_cents),)


def _post_deposit(inbound: Inbound, row: RemittanceRow, remittance: Remittance) -> None:
    legs = plan_deposit(remittance)
    if legs and row.payment_cents == remittance.payment_cents:
        ledger.post(
            inbound.session,
            inbound.organisation_id,
            key=f"deposit|{row.key}",
            kind="deposit",
            cites=f"BPR02, trace {remittance.trace_number}",
            by=POSTER,
            business_date=inbound.today,
            legs=legs,
        )


def _loops(
    remittance: Remittance, known: Mapping[str, Row[str, int, str]], *, unbalanced: bool, waited: Collection[str]
) -> list[Loop]:
    """The loops that are new here, or waited with the whole transaction until now in one of these states."""
    decided = {
        key.rsplit("|", 2)[0]: key.rsplit("|", 2)[1]
        for key, row in known.items()
        if row.state not in ("rejected", "not_ours")
    }
    loops = []
    for claim in remittance.claims:
        key = keys.claim_key(remittance, claim)
        before = known.get(key)
        if before is not None and before.state not in waited:
            continue  # this very decision came before: in this file, under another name, or in another file
        other = decided.get(key.rsplit("|", 2)[0]) if decided else None
        contested = other is not None and other != claim.content_hash.upper()
        why = "the same trace already decided this claim with other content" if contested else ""
        why = claim_obstacles(claim, balanced=not unbalanced) or why
        loops.append(Loop(key=key, remitted=claim, why_held=why, row_id=before.id if before is not None else None))
    return loops


def _hold(
    inbound: Inbound,
    work: Work,
    head: Head,
    row: RemittanceRow,
    remittance: Remittance,
    known: Mapping[str, Row[str, int, str]],
    problems: Sequence[str],
    new: bool,
) -> None:
    """Keep every loop without posting any; what came before needs no second question."""
    reason = "; ".join(problems)
    waiting = [
        Loop(key=keys.claim_key(remittance, claim), remitted=claim, why_held=reason)
        for claim in remittance.claims
        if keys.claim_key(remittance, claim) not in known
    ]
    if not (new or waiting):
        return
    inbound.held = True
    keep_waiting(inbound, head, waiting)
    if new:
        asking.about_remittance(work, row, remittance, problems)
        return
    if row.state == "rejected":
        row.state = "held"
        inbound.session.flush()
    asking.about_second_delivery(work, row, remittance, problems)


def _release(inbound: Inbound, row: RemittanceRow, remittance: Remittance, accepted: Acceptance | None) -> None:
    """A held transaction is posted after all: by a person, or because a delivery came that balances."""
    if row.payment_cents != remittance.payment_cents:
        _correct_deposit(inbound, row, remittance)
    row.state = "posted"
    row.balanced = row.balanced or accepted is None
    row.decided_by = accepted.by if accepted is not None else POSTER
    row.decided_reason = accepted.reason if accepted is not None else "a later delivery of it balances"
    inbound.session.flush()
    questions = [asking.unbalanced_key(row.id), asking.money_key(f"remittance:{row.id}")]
    work_items.close_by_key(inbound.session, questions, by=row.decided_by, on=inbound.today)


def _correct_deposit(inbound: Inbound, row: RemittanceRow, remittance: Remittance) -> None:
    """After a rejection the payer sends the same trace with another amount: the difference is booked, both seen."""
    booked = max(row.payment_cents, 0)
    if announces_money(remittance) and remittance.payment_cents >= 0:
        ledger.post(
            inbound.session,
            inbound.organisation_id,
            key=f"deposit|{row.key}|{remittance.payment_cents}",
            kind="deposit",
            cites=f"BPR02 {dollars(remittance.payment_cents)} after {dollars(row.payment_cents)}, "
            f"trace {remittance.trace_number}",
            by=POSTER,
            business_date=inbound.today,
            legs=pair(
                LedgerAccount.REMITTANCE_CLEARING,
                LedgerAccount.UNAPPLIED_CASH,
                remittance.payment_cents - booked,
                f"BPR02, trace {remittance.trace_number}",
            ),
        )
    row.payment_cents = remittance.payment_cents
