"""The steps of a guarantor's account inside our own books."""
