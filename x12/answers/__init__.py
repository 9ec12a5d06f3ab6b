"""What answers a file: TA1, 999 and 277CA."""
