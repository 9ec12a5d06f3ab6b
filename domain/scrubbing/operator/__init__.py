"""Rules that an operator adds as data: a small expression language, never code."""
