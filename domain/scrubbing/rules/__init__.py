"""The rules built in: one module for each family, each with its ``RULES``."""
