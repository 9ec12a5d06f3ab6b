"""The account's steps as activities."""

from __future__ import annotations

from temporalio import activity

from activities.account.asking import issue
from activities.account.balance import OpenAccount
from activities.account.planning import plan
from contracts.account import AccountBooks, AccountPlan, AccountRef, StatementIssued
from storage.unit_of_work import Books


class AccountBooksInPostgres(AccountBooks):
    """Every step locks the account, reads its balance, and works from that."""

    def __init__(self, books: Books) -> None:
        """Work on these books."""
        self._books = books

    @activity.defn(name="plan_account")
    def plan(self, account: AccountRef) -> AccountPlan:
        """Say what is due when."""
        return self._books.run(account.organisation_id, lambda s: plan(OpenAccount.lock(s, account)))

    @activity.defn(name="issue_statement")
    def issue(self, account: AccountRef) -> StatementIssued:
        """Do what is due now."""
        return self._books.run(account.organisation_id, lambda s: issue(OpenAccount.lock(s, account)))
