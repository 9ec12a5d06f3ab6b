"""What a service will cost a patient, told before it."""
