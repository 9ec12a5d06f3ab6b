"""Tables and texts of the trade: packaged files, each replaced by the operator's of the same name."""

from __future__ import annotations

import csv
import os
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

FOLDER = "CLAIMFLOW_REFERENCE_DATA"
"""Environment variable: the operator's folder. A file there takes the place of the packaged one of the same name
(``storage/reference_data``); what is in a folder here is in the folder of that name there."""

Rows = tuple[Mapping[str, str], ...]


def rows(name: str) -> Rows:
    """The rows of a table such as ``evidence.csv`` or ``audit/thresholds.csv``, read once for each process.

    Raises:
        FileNotFoundError: there is none of this name.
    """
    return _rows(name, _folder())


def own_rows(name: str) -> Rows:
    """The rows of a table that only the operator may have; none where there is no such file."""
    found = own_text(name)
    return () if found is None else _parsed(found)


def text(name: str) -> str | None:
    """A file's text: the operator's, else the packaged one, else None."""
    own = own_text(name)
    if own is not None:
        return own
    packaged = files("storage").joinpath("reference_data", *name.split("/"))
    return packaged.read_text(encoding="utf-8") if packaged.is_file() else None


def own_text(name: str) -> str | None:
    """The text of the operator's file of this name; None where there is none."""
    own = _folder()
    path = Path(own) / name
    return path.read_text(encoding="utf-8") if own and path.is_file() else None


def names(folder: str) -> list[str]:
    """Every name in a folder of texts, the operator's beside the packaged."""
    found = {entry.name for entry in files("storage").joinpath("reference_data", folder).iterdir()}
    own = _folder()
    if own and (Path(own) / folder).is_dir():
        found |= {entry.name for entry in (Path(own) / folder).iterdir()}
    return sorted(found)


def forget() -> None:
    """Read every table again at the next question."""
    _rows.cache_clear()


def _folder() -> str:
    return os.environ.get(FOLDER, "")


@lru_cache(maxsize=128)
def _rows(name: str, _of_folder: str) -> Rows:
    found = text(name)
    if found is None:
        raise FileNotFoundError(f"storage/reference_data has no {name}")
    return _parsed(found)


def _parsed(found: str) -> Rows:
    return tuple(csv.DictReader(found.splitlines()))
