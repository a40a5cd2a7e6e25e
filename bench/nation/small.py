"""A small nation and one ten times its size, for ``make bench``: what the size makes of each page, and nothing else."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from bench.nation import pages
from bench.nation.making import nations
from bench.rows import Row

FEW, MANY = 1_000, 10_000
WHERE: Final = "owso-bench-"


def rows() -> Iterator[Row]:
    """A ratio for each page; both are made and taken away again."""
    with (
        tempfile.TemporaryDirectory(prefix=WHERE, ignore_cleanup_errors=True) as folder,
        nations(FEW, MANY, where=Path(folder)) as (few, many),
    ):
        yield from pages.growth(few, many)
