"""``claimflow account statement | plan | prefer | contact | may-call`` and ``payment card | receipt``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from domain.claim.stages import Owes, Stage
from domain.ledger.chart import LedgerAccount
from domain.ledger.pair import pair
from simulator.cards import CardSandbox
from storage import claims, ledger
from storage.unit_of_work import Books
from tests.integration.cli.conftest import CommandLine
from tests.integration.gateways.test_papers import words
from tests.integration.storage.samples import check_in, encounter
from tests.unit.cli.commands import claimflow

OWED = 12_000


@pytest.fixture
def account(books: Books, practice: int) -> int:
    """A guarantor who owes 120 dollars of a visit."""
    checked_in = check_in(books, practice, encounter(1))
    with books.transaction(practice) as session:
        now = datetime.now(UTC)
        number, account = checked_in.claim_number, checked_in.account_number
        content = claims.content(session, number)
        ledger.post(
            session,
            practice,
            key="share",
            kind="remittance",
            cites="CAS PR 1",
            by="payer",
            business_date=now.date(),
            legs=pair(
                LedgerAccount.PATIENT_RECEIVABLE, LedgerAccount.PAYER_RECEIVABLE, OWED, "CAS PR 1", number, account
            )
            + pair(
                LedgerAccount.CONTRACTUAL,
                LedgerAccount.PAYER_RECEIVABLE,
                content.charge_cents - OWED,
                "CAS CO 45",
                number,
                account,
            ),
        )
        claims.set_stage(
            session,
            number,
            stage=Stage.PATIENT_BALANCE,
            owes=Owes.PATIENT,
            next_at=now + timedelta(days=90),
            next_what="the patient's share",
            owner="system",
        )
    return account


@pytest.fixture
def sandbox(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[CardSandbox]:
    with CardSandbox() as box:
        secret = tmp_path / "secret"
        secret.write_text(box.secret)
        monkeypatch.setenv("CLAIMFLOW_CARDS_URL", box.url)
        monkeypatch.setenv("CLAIMFLOW_CARDS_SECRET_FILE", str(secret))
        yield box


def test_a_statement_is_shown_as_pdf_page_and_text_in_two_languages_without_being_sent(
    run: CommandLine, account: int, tmp_path: Path
) -> None:
    pdf, page = tmp_path / "statement.pdf", tmp_path / "statement.html"
    assert run("account", "statement", account, "--format", "pdf", "--out", pdf).exit_code == 0
    assert run("account", "statement", account, "--format", "html", "--language", "es", "--out", page).exit_code == 0
    plain = run("account", "statement", account)
    assert "$120.00" in plain.stdout
    assert "$120.00" in words(pdf.read_bytes())
    assert '<html lang="es-US">' in page.read_text(encoding="utf-8")
    assert "Usted debe" in page.read_text(encoding="utf-8")
    assert run("account", "show", account, "--json").document["statements"] == []


def test_a_plan_is_offered_agreed_changed_and_ended(run: CommandLine, account: int) -> None:
    offered = run("account", "plan", "offer", account, "--monthly", "40", "--by", "ann", "--json").document
    assert (offered["state"], offered["total_cents"], len(offered["instalments"])) == ("offered", OWED, 3)
    why = ("--by", "ann", "--reason", "called")
    assert run("account", "plan", "agree", account, *why, "--json").document["new"] is True
    assert run("account", "plan", "agree", account, *why, "--json").document["new"] is False
    waits = run("account", "show", account, "--json").document
    assert waits["next_what"] == "the next instalment of the payment plan"
    changed = run("account", "plan", "change", account, "--monthly", "30", *why, "--json").document
    assert len(changed["instalments"]) == 4
    assert run("account", "plan", "end", account, *why, "--json").document["state"] == "ended"
    assert run("account", "plan", "show", account, "--json").document[0]["ended_reason"] == "called"
    refused = run("account", "plan", "change", account, *why)
    assert (refused.exit_code, "no plan stands" in refused.error_line) == (1, True)


def test_what_a_household_cannot_carry_is_answered_with_assistance(run: CommandLine, account: int) -> None:
    refused = run("account", "plan", "offer", account, "--income", "100", "--by", "ann")
    assert refused.exit_code == 1
    assert "offer financial assistance first" in refused.error_line


def test_wishes_are_kept_and_stop_ends_a_consent(run: CommandLine, account: int) -> None:
    kept = run("account", "prefer", account, "--by", "ann", "--channel", "text", "--consent", "text", "--phone", "+1")
    assert kept.exit_code == 0
    said = run("account", "contact", account, "--by", "ann", "--what", "answer", "--channel", "text", "--text", "stop")
    assert "the consent to text is revoked" in said.stdout
    assert run("account", "prefer", account, "--by", "ann", "--time-zone", "Moon").exit_code == 2


def test_after_a_conversation_nobody_may_call_for_a_week(run: CommandLine, account: int) -> None:
    run("account", "contact", account, "--by", "ann", "--what", "conversation")
    asked = run("account", "may-call", account, "--json")
    assert (asked.exit_code, asked.document["now"]) == (1, False)


def test_a_card_is_charged_once_and_its_receipt_tells_what_it_paid(
    run: CommandLine, account: int, sandbox: CardSandbox, tmp_path: Path
) -> None:
    order = ("payment", "card", account, "--amount", "50", "--token", "tok_1", "--id", "click-1", "--by", "ann")
    (done,) = run(*order, "--json").document
    assert done["state"] == "charged"
    assert run(*order, "--json").document == [done]
    assert sandbox.taken_cents == 5_000
    text = run("payment", "receipt", done["receipt"]).stdout
    assert "Receipt" in text
    assert text.count("$50.00") == 3
    pdf = tmp_path / "receipt.pdf"
    run("payment", "receipt", done["receipt"], "--format", "pdf", "--language", "es", "--out", pdf)
    assert "Recibo" in words(pdf.read_bytes())


def test_a_webhook_ends_a_charge_that_nobody_knew_the_end_of(
    run: CommandLine, account: int, sandbox: CardSandbox, tmp_path: Path
) -> None:
    order = ("payment", "card", account, "--amount", "50", "--token", "tok_1", "--id", "click-1", "--by", "ann")
    run(*order)
    body, signature = sandbox.webhook("1-click-1")
    (tmp_path / "body").write_bytes(body)
    told = run("payment", "card-webhook", tmp_path / "body", "--signature", signature, "--json")
    assert (told.exit_code, told.document[0]["state"]) == (0, "charged")
    assert run("payment", "card-webhook", tmp_path / "body", "--signature", "wrong").exit_code == 1
    assert len(run("payment", "list", account, "--json").document) == 1


def test_a_declined_card_and_a_cards_number_are_negative_answers(
    run: CommandLine, account: int, sandbox: CardSandbox
) -> None:
    common = ("payment", "card", account, "--amount", "50", "--by", "ann", "--id")
    assert run(*common, "a", "--token", "tok_declined").exit_code == 1
    refused = run(*common, "b", "--token", "4111111111111111")
    assert refused.exit_code == 1
    assert "4111" not in refused.stderr
    assert sandbox.taken_cents == 0


def test_without_a_gateway_or_anything_owed_one_line_says_so(run: CommandLine, account: int) -> None:
    order = ("payment", "card", account, "--amount", "120", "--token", "t", "--id", "1", "--by", "ann")
    refused = run(*order)
    assert (refused.exit_code, "CLAIMFLOW_CARDS_URL" in refused.error_line) == (2, True)
    run("payment", "add", account, "--amount", "120", "--reference", "1", "--by", "ann")
    assert run("account", "statement", account).exit_code == 1


def test_the_patient_chooses_what_is_paid(run: CommandLine, account: int, books: Books, practice: int) -> None:
    claim = run("account", "show", account, "--json").document["claims"][0]["claim"]
    run("payment", "add", account, "--amount", "20", "--reference", "1", "--claim", claim, "--by", "ann")
    (row,) = run("account", "show", account, "--json").document["claims"]
    assert row == {"claim": claim, "cents": OWED - 2_000}
    assert claimflow("account", "--help").exit_code == 0


def test_who_is_bound_by_which_rule_is_shown_with_its_source_and_file(run: CommandLine, practice: int) -> None:
    shown = run("account", "rules", "--organisation", practice, "--on", "2026-11-24", "--json").document
    assert isinstance(shown, dict)
    assert (shown["care"], shown["contact"], shown["on"]) == ("practice", "house", "2026-11-24")
    rules = {(one["rule"], one["file"]): one for one in shown["rules"]}
    calls = rules["calls_in_window", "patient_contact.csv"]
    assert (calls["value"], calls["binds"], calls["who"]) == ("7", "own choice", "house")
    qmb = rules["qmb", "domain/care/flags.py"]
    assert (qmb["binds"], qmb["who"]) == ("law", "medicare, medicare_advantage")
    assert rules["collection_wait_days", "care_policies.csv"]["value"] == "120"
    table = run("account", "rules", "--organisation", practice).stdout
    assert "12 CFR 1006.14(b)(2)(i)(A)" in table
    assert all(one["source"] and one["file"] for one in shown["rules"])
