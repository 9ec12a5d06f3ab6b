"""Code tables in PostgreSQL: loaded edition by edition, read as far as claims ask."""

from storage.reference_tables.loading import Loaded, NewEdition, load_codes, load_pairs
from storage.reference_tables.reading import editions, tables_for
from storage.reference_tables.requirements import requirements
from storage.reference_tables.wanted import Wanted, wanted_by

__all__ = [
    "Loaded", "NewEdition", "Wanted", "editions", "load_codes", "load_pairs", "requirements", "tables_for", "wanted_by",
]  # fmt: skip
