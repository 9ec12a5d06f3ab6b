"""Requests for records as cases: their clock, their checklist, the number that ties the papers to the claim."""
