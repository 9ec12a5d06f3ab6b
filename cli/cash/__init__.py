"""``claimflow deposit``, ``payment``, ``period``, ``visits``: the bank, money by hand, closed months, lost visits."""
