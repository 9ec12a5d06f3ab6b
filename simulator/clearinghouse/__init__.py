"""The clearinghouse's days: what comes in, what is decided, what goes out, and when."""
