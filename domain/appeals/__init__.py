"""Appeals: the levels of each payer's ladder, what belongs to a request, and which denials Medicare examines."""
