"""Dates that bind: business days, filing limits, follow-ups."""
