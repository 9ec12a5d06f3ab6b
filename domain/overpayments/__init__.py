"""Overpayments: who is owed a credit balance, by when, and what a recoupment does to it."""
