"""What a payer says it decided and paid (835), balanced and matched."""
