"""What is asked of the patient, and when."""
