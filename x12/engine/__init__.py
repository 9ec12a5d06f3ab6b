"""The machine that reads and writes any guide from its table: one walker, one writer."""
