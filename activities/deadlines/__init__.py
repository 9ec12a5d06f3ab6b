"""The board of deadlines: what must be done by when, whose it is, and how much depends on it."""
