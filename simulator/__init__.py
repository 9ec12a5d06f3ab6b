"""Payers and a clearinghouse in a box: a separate process that speaks the same wires."""
