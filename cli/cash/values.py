"""Amounts, days and numbers as people type them."""

from __future__ import annotations

from datetime import date, datetime

import typer


def cents(text: str) -> int:
    """Dollars to cents.

    Raises:
        typer.BadParameter: it is no amount.
    """
    from domain.cash.amount import cents_of

    try:
        return cents_of(text)
    except ValueError as error:
        raise typer.BadParameter(f"an amount {error}") from None


def positive_cents(text: str) -> int:
    """Dollars to cents, more than zero.

    Raises:
        typer.BadParameter: it is no amount, or not positive.
    """
    if (found := cents(text)) <= 0:
        raise typer.BadParameter("an amount must be more than zero")
    return found


def number(text: str) -> int:
    """A number of ours as screens show it: ``12`` or ``R12``.

    Raises:
        typer.BadParameter: it is none.
    """
    digits = text.strip().upper().removeprefix("R")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 18:
        raise typer.BadParameter("a remittance's number is written as 12 or R12")
    return int(digits)


def day(text: str) -> date:
    """A calendar day.

    Raises:
        typer.BadParameter: it is none.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter("a day must be written as 2026-10-31") from None


def month(text: str) -> date:
    """The first day of a month.

    Raises:
        typer.BadParameter: it is no month.
    """
    try:
        return datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007 - a calendar month has no zone
    except ValueError:
        raise typer.BadParameter("a month must be written as 2026-10") from None
