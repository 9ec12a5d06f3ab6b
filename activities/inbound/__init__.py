"""What each kind of inbound transaction does to the books."""
