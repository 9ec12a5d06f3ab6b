"""Visits that were checked in, and the charges that must follow them."""
