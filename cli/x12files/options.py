"""The file that every command of this folder takes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

X12Path = Annotated[
    Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, readable=True, help="An X12 file.")
]
