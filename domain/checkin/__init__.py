"""Checking a patient in: who it is, who pays first, what is due at the desk."""
