"""The rules built in: one module for each part of a claim, each with its ``RULES``."""
