"""Cases: one story, by kind as data."""
