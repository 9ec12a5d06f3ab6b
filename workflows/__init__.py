"""The stories of a claim, an account, a batch and an inbound file."""
