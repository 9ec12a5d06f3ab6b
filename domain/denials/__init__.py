"""Why a payer did not pay, and what is done about it."""
