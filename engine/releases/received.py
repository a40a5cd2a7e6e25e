"""A package that arrives as one ZIP file: read within bounds, and completed with what lies beside its folder."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Final

from sqlalchemy.orm import Session

from engine.catalog.archives import LARGEST_PACKAGE
from engine.errors import NotAPackage
from engine.house import House
from engine.packages import used_parts
from engine.releases.overtaken import newest_versions

MINISTRY: Final = "ministry.yaml"
SERVICE: Final = "service.yaml"
SHARED: Final = "shared/"
MOST_FILES: Final = 500


def files_in(archive: bytes) -> dict[str, bytes]:
    """The files of a zipped package folder, with or without that folder around them. ``NotAPackage`` for anything else:
    no ZIP, too many or too large files, names that lead elsewhere, no ``service.yaml``."""
    found = _within(unzipped(archive, most=MOST_FILES, largest=LARGEST_PACKAGE))
    if SERVICE not in found:
        raise NotAPackage
    return found


def completed(session: Session, house: House, ministry_key: str, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files with those that lie beside the folder of a package, where they were not sent along: the ministry's own
    and the shared processes that are called, as the newest version of the service has them, else of another."""
    service_key = house.catalog.draft(files).package.manifest.key
    beside: dict[str, bytes] = {}
    newest = newest_versions(session, ministry_key)
    for key in sorted(newest, key=lambda key: key == service_key):
        kept = house.catalog.of(session, newest[key].definition_id).package.files
        beside |= {name: data for name, data in kept.items() if name == MINISTRY or name.startswith(SHARED)}
    if any(name.startswith(SHARED) for name in files):
        beside = {name: data for name, data in beside.items() if name == MINISTRY}
    used = used_parts(beside | dict(files))
    called = {name: data for name, data in beside.items() if name == MINISTRY or name.split("/")[1] in used}
    return called | dict(files)


def unzipped(archive: bytes, *, most: int, largest: int) -> dict[str, bytes]:
    """The files of a ZIP file by name; ``NotAPackage`` for one that is none, unpacks beyond these bounds, holds a name
    twice or names that lead out of it."""
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            entries = [entry for entry in opened.infolist() if not entry.is_dir()]
            names = [entry.filename for entry in entries]
            if len(names) > most or sum(entry.file_size for entry in entries) > largest or len(set(names)) < len(names):
                raise NotAPackage
            if any(entry.flag_bits & 1 or _leads_elsewhere(entry.filename) for entry in entries):
                raise NotAPackage
            return {name: opened.read(name) for name in names}
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError):
        raise NotAPackage from None


def _leads_elsewhere(name: str) -> bool:
    return "\\" in name or name.startswith("/") or ".." in PurePosixPath(name).parts


def _within(found: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files without the one folder that is around all of them, and without hidden ones."""
    seen = {name: data for name, data in found.items() if not _is_hidden(name)}
    around = {name.partition("/")[0] for name in seen}
    if SERVICE not in seen and len(around) == 1:
        return {name.partition("/")[2]: data for name, data in seen.items()}
    return seen


def _is_hidden(name: str) -> bool:
    return any(part.startswith(".") for part in name.split("/")) or name.startswith("__MACOSX/")
