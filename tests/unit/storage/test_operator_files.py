"""The operator's folder goes before what is packaged, file by file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from activities.audit.rules import audit_rules
from storage import operator_files, plain_services
from storage.billing_rules import plan_rows


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(operator_files.FOLDER, str(tmp_path))
    return tmp_path


def test_without_a_folder_the_packaged_tables_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(operator_files.FOLDER, raising=False)
    assert len(operator_files.rows("evidence.csv")) > 10
    assert operator_files.own_rows("denial_rules_own.csv") == ()
    assert audit_rules()


def test_a_file_of_the_operator_takes_the_place_of_the_packaged_one_and_of_no_other(folder: Path) -> None:
    (folder / "evidence.csv").write_text("name\nours\n", encoding="utf-8")
    assert operator_files.rows("evidence.csv") == ({"name": "ours"},)
    assert len(operator_files.rows("filing_exceptions.csv")) > 2


def test_a_folder_of_texts_is_put_over_the_packaged_one(folder: Path) -> None:
    packaged = operator_files.names("appeal_letters")
    (folder / "appeal_letters").mkdir()
    (folder / "appeal_letters" / "zz_ours.txt").write_text("Dear payer", encoding="utf-8")
    assert operator_files.names("appeal_letters") == sorted([*packaged, "zz_ours.txt"])
    assert operator_files.text("appeal_letters/zz_ours.txt") == "Dear payer"
    assert operator_files.text(f"appeal_letters/{packaged[0]}")


def test_payment_plans_and_plain_words_are_the_operators_too(folder: Path) -> None:
    head = "name,value,effective_from,effective_to,source\n"
    (folder / "payment_plans.csv").write_text(f"{head}least_instalment_cents,2000,2020-01-01,,ours\n", encoding="utf-8")
    assert [row["source"] for row in plan_rows(date(2026, 11, 24))] == ["ours"]
    words = "from_code,to_code,en,es\n99213,99213,a talk,una charla\n"
    (folder / "plain_services.csv").write_text(words, encoding="utf-8")
    plain_services._families.cache_clear()
    try:
        assert plain_services.plain_service("99213", "es") == "una charla"
    finally:
        plain_services._families.cache_clear()


def test_what_nobody_has_is_said_by_its_name(folder: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"no_such\.csv"):
        operator_files.rows("no_such.csv")
