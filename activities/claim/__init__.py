"""The steps of a claim inside our own books."""
