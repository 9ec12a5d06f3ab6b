"""Care: help before pressure. Assistance, flags, complaints, and the gates before a collection agency."""
