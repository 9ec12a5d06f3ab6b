"""Typed transactions: what a file says, in the names of the field."""
