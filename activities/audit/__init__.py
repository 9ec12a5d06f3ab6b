"""The diagnosis audit in our own books."""
