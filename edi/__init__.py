"""Translation between the domain and X12 transactions; holds no rules of the trade."""
