"""FHIR R4 charts: a Bundle of a patient's conditions, medications, results and encounters as facts for the audit."""

from edi.fhir.bundle import ImportedChart, PatientChart, Refused, read

__all__ = ["ImportedChart", "PatientChart", "Refused", "read"]
