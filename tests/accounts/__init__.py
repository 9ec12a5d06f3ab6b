"""Random accounts: whole lives of guarantors in the real books, watched by rules that know nothing of the product."""
