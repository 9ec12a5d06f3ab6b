"""Appeals: opened for a denial, filed on paper, decided by a letter or a remittance; and Medicare's register."""
