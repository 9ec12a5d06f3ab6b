"""Translation between the domain and X12 transactions."""
