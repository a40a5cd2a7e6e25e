"""The files of a package as one block of bytes: the same files always give the same bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

EPOCH = (1980, 1, 1, 0, 0, 0)
LARGEST_PACKAGE = 20 * 1024 * 1024


def pack(files: Mapping[str, bytes]) -> bytes:
    """A ZIP archive of the files in name order, without dates."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, EPOCH), files[name], zipfile.ZIP_DEFLATED)
    return out.getvalue()


def unpack(archive: bytes) -> dict[str, bytes]:
    """The files that ``pack`` put together; ``ValueError`` for an archive that unpacks beyond any real package."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        if sum(entry.file_size for entry in opened.infolist()) > LARGEST_PACKAGE:
            raise ValueError("the archive is larger than any package")
        return {name: opened.read(name) for name in opened.namelist()}
