"""Pure X12 5010: bytes to typed transactions and back. Knows nothing of this product."""
