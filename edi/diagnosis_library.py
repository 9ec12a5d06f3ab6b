"""The one place that imports the library of ICD-10-CM: it takes over a second, once, when somebody first asks."""

from __future__ import annotations

import warnings
from functools import cache
from types import ModuleType


@cache
def diagnosis_library() -> ModuleType:
    """The library, imported when somebody first asks."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # how it reads its own data
        import simple_icd_10_cm
    module: ModuleType = simple_icd_10_cm
    return module
