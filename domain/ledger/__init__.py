"""Double entry in exact cents."""
