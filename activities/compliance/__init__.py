"""Claims held for review: referred, held, decided by compliance alone, and taken up again."""
