"""Processes: which workflows and activities run where, and the dispatcher of messages."""
