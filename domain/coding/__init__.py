"""Codes: what tables and public rules say about them on a day."""
