"""Where people and scripts come in: the claimflow command."""
