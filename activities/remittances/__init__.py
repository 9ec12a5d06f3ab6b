"""An 835 into the books: the deposit first, then each claim that balances, once, by content."""
