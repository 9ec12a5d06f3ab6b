"""The steps of cases inside our own books."""
