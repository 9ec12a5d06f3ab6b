"""Compliance: patterns that suggest fraud, and what compliance decides about a claim that shows one."""
