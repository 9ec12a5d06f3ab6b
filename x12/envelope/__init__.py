"""ISA, GS and ST: the wrappers of transactions."""
