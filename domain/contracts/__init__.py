"""What a payer owes by contract for a line, and where its remittance allowed something else."""
