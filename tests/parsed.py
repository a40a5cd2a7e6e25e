"""Packages that some test has read: a process reads each set of files once, whichever houses know it then."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from engine.catalog.published import Catalog
from engine.packages import Draft, ServicePackage, read_files

PARSED: Final[dict[str, Draft]] = {}
"""By digest."""


def package_in(folder: Path) -> ServicePackage:
    """The package in a folder, which has no mistakes."""
    draft = Catalog(PARSED).draft(read_files(folder))
    assert draft.is_whole, draft
    return draft.package
