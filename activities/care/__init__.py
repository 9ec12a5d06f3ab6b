"""Care for people who cannot pay, and for whoever complains: each effect in one transaction, once."""
