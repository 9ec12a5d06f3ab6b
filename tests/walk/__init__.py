"""A scripted random walk over claims and their accounts, checked after every step against a small model."""
