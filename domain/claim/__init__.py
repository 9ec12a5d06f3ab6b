"""A claim: its stages, its content, its attempts at a payer, and what people may order."""
