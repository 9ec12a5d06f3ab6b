"""The tables of the first release, by room; later changes are revisions of their own."""
