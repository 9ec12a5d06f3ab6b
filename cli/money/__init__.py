"""``claimflow ledger``, ``account`` and ``work``: where the cents came from, who owes them, what is to be done."""
