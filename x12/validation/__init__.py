"""What a guide cannot say segment by segment: balances, codes, situations."""
