"""Contracts with payers: decisions compared with them as they are posted, and what people do about a variance."""
