"""Diagnosis audit: what a chart points to and no claim says, and what a claim says and no chart bears out."""
