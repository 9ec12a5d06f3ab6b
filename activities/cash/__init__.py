"""The bank's file into the books, and the nightly looks for what is missing: money, remittances, charges."""
