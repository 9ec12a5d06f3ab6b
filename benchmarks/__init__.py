"""What the work costs: figures are printed as ratios of one run and never asserted as times in a test."""
