"""``claimflow contract`` and ``variance``: what payers agreed to, and where they allowed something else."""
