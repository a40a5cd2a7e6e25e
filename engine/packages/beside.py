"""The services that lie beside a package, by their keys: known before anything is published."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

_KEY: Final = re.compile(r"^key\s*:\s*[\"']?([a-z0-9_.]+)", re.MULTILINE)
_SERVICE: Final = "service.yaml"


def services_beside(folder: Path) -> frozenset[str]:
    """The keys of the packages in the folders of all ministries that lie beside that of this package."""
    found: set[str] = set()
    for file in sorted(folder.resolve().parent.parent.glob(f"*/*/{_SERVICE}")):
        key = _KEY.search(file.read_text("utf-8", "replace"))
        if key is not None:
            found.add(key[1])
    return frozenset(found)
