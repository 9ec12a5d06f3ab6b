"""The bank's deposits against what remittances and receipts announce."""
