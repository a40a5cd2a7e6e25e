"""All files of a draft at once: as an archive or a folder that is taken away, worked on elsewhere, and brought back."""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from engine.catalog.archives import pack
from engine.errors import ArchiveRefused, Overtaken
from engine.house import House
from engine.packages.package import LARGEST, MINISTRY, MOST_FILES, SERVICE
from engine.packages.parts import LIBRARY
from engine.people.actors import Actor
from engine.studio.bounds import LARGEST_FILE, Files, check_files
from engine.studio.keeping import file_in, files_in, find, held_in, save_of
from engine.studio.library import missing_parts
from engine.studio.saving import save, who_saved

_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED: Final = 0x1
_BESIDE: Final = ("__MACOSX",)
"""What computers of one maker put into every archive."""
_BROKEN: Final = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError, ValueError)


def export(session: Session, actor: Actor, key: str, number: int | None = None) -> bytes:
    """A ZIP archive of all files in a save, the newest without a number: the same files, the same bytes."""
    return pack(files_in(session, save_of(session, find(session, actor, key), number)))


def bring_back(
    session: Session, house: House, actor: Actor, key: str, files: Files, *, based_on: int, words: str, now: datetime
) -> int:
    """These files take the place of all that the draft has, since save ``based_on``; the number of the save.

    A folder of a service holds neither the file of its ministry nor shared processes, which lie beside it: those of the
    draft stay when none are brought, and what is called besides comes from the library of the house.
    Raises what ``engine.studio.saving.save`` raises.
    """
    check_files(files)
    there = files_in(session, save_of(session, find(session, actor, key, to_change=True)))
    gone: dict[str, bytes | None] = {path: None for path in there if path not in files and not _stays(path, files)}
    kept = {path: content for path, content in there.items() if path not in gone} | dict(files)
    changes = missing_parts(house, kept) | dict(files) | gone
    return save(session, actor, key, changes, based_on=based_on, words=words, now=now)


def require_nothing_since(session: Session, actor: Actor, key: str, number: int) -> None:
    """Raises ``Overtaken`` with the first file that somebody changed in a draft after a save. Who works on a folder
    sees nothing of the others, so all of it is brought back or nothing."""
    draft = find(session, actor, key, to_change=True)
    newest = save_of(session, draft)
    for path, held in sorted(held_in(newest).items()):
        if held.since > number:
            theirs = file_in(session, newest, path) if held.digest else None
            raise Overtaken(file=path, by=who_saved(session, draft.id, held.since), save=draft.revision, theirs=theirs)


def _stays(path: str, files: Files) -> bool:
    if path == MINISTRY:
        return True
    shared = f"{LIBRARY}/"
    return path.startswith(shared) and not any(name.startswith(shared) for name in files)


def files_from_archive(archive: bytes) -> dict[str, bytes]:
    """The files of a ZIP archive of a service, from its root or from the one folder in it.

    Raises ``ArchiveRefused`` for what is none: broken, encrypted, with links, with two files of one name, or larger
    unpacked than any package, whatever it says of itself; and what ``engine.studio.bounds`` refuses.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            read = dict(_read(opened))
    except _BROKEN:
        raise ArchiveRefused from None
    files = _from_its_folder(read)
    if SERVICE not in files:
        raise ArchiveRefused
    check_files(files)
    return files


def _read(opened: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    entries = [entry for entry in opened.infolist() if not entry.is_dir() and not _is_beside(entry.filename)]
    names = {entry.filename for entry in entries}
    if len(names) < len(entries) or len(entries) > MOST_FILES or sum(entry.file_size for entry in entries) > LARGEST:
        raise ArchiveRefused
    for entry in entries:
        links = stat.S_ISLNK(entry.external_attr >> 16)
        if links or entry.flag_bits & _ENCRYPTED or entry.compress_type not in _METHODS:
            raise ArchiveRefused
        with opened.open(entry) as file:
            yield entry.filename, file.read(LARGEST_FILE + 1)


def _is_beside(name: str) -> bool:
    """Hidden files, and what is put in by computers and not by people: left out as from folders. What leads out of the
    archive is not left out, but refused as a name."""
    parts = name.split("/")
    return parts[0] in _BESIDE or any(part.startswith(".") and part.strip(".") for part in parts)


def _from_its_folder(files: dict[str, bytes]) -> dict[str, bytes]:
    tops = {name.partition("/")[0] for name in files}
    if SERVICE in files or len(tops) != 1:
        return files
    prefix = f"{tops.pop()}/"
    return {name.removeprefix(prefix): content for name, content in files.items()}
