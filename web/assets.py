"""Where a built front-end file is found: ``asset_url("citizen.css")`` → ``/static/dist/citizen.3f9c2a1b.css``.

File names carry a hash of their content, so browsers keep them for a year and still get the new one after a release.
"""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path

DIST = Path(__file__).parent / "static" / "dist"


class AssetsNotBuilt(RuntimeError):
    """The front-end files were not built; ``make assets`` builds them."""


class UnknownAsset(LookupError):
    """A page names a front-end file that the build does not make."""


class Assets:
    """The build's manifest: plain name → name with hash. Read once, on first use."""

    def __init__(self, folder: Path = DIST, prefix: str = "/static/dist/") -> None:
        self._folder = folder
        self._prefix = prefix

    @cached_property
    def names(self) -> dict[str, str]:
        """Plain name → built name of every front-end file."""
        manifest = self._folder / "manifest.json"
        if not manifest.is_file():
            raise AssetsNotBuilt("The front-end files are not built. Run: make assets")
        names: dict[str, str] = json.loads(manifest.read_text(encoding="utf-8"))
        return names

    def url(self, name: str) -> str:
        """The address of a built file, or UnknownAsset naming those that exist."""
        try:
            return self._prefix + self.names[name]
        except KeyError:
            raise UnknownAsset(f"{name} is not built; there are: {', '.join(sorted(self.names))}") from None

    def fonts_for_pdf(self) -> Path:
        """The folder of TTF fonts that Typst reads."""
        return self._folder / "fonts" / "pdf"
