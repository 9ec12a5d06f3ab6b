"""Patients, guarantors, providers and their identifiers."""
