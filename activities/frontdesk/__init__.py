"""The front desk's steps: eligibility before the visit, estimates, copays, authorizations."""
