"""The alphabet: delimiters, segments, elements, and what each element may hold."""
