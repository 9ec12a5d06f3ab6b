"""Insurance coverage, payers and what an eligibility answer says."""
