"""The file store: uploads, certificates and signatures under the hash of their content, outside the web root."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final
from uuid import uuid4

SHELVES: Final = 256
"""Folders that files lie in, by the first two digits of their hash."""
_BENCHES: Final = "benches"


@dataclass
class Aside:
    """A file out of the store, for the moment; whoever finds that it ``is_needed`` says so. ``age``: how long ago it
    was last written, by the clock of the disk."""

    age: timedelta = timedelta()
    is_needed: bool = False


@dataclass(frozen=True)
class FileStore:
    """Files that never change: written once (atomically, flushed to disk), read by their SHA-256."""

    root: Path

    def put(self, content: bytes) -> str:
        """Keeps the bytes and gives their SHA-256 in hex. Writing the same bytes twice is harmless."""
        digest = hashlib.sha256(content).hexdigest()
        target = self._path(digest)
        with suppress(FileNotFoundError):
            os.utime(target)  # it is needed anew: nobody takes it for an old one
            return digest
        private_folder(target.parent)
        handle, temporary = tempfile.mkstemp(dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(content)
                out.flush()
                os.fsync(out.fileno())
            Path(temporary).replace(target)
            flush_folder(target.parent)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        return digest

    def get(self, digest: str) -> bytes:
        """The bytes under this hash; ``FileNotFoundError`` when there are none."""
        return self._path(digest).read_bytes()

    @contextmanager
    def bench(self) -> Iterator[Path]:
        """An empty folder on the disk of the store, for what is written piece by piece; gone when the block ends."""
        private_folder(self.root / _BENCHES)
        with tempfile.TemporaryDirectory(dir=self.root / _BENCHES) as folder:
            yield Path(folder)

    def take_in(self, written: Path) -> str:
        """Keeps a file that was written on a ``bench`` and gives its SHA-256 in hex; it is not there any more."""
        with written.open("rb+") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
            os.fsync(content.fileno())
        target = self._path(digest)
        private_folder(target.parent)
        written.chmod(0o600)
        written.replace(target)
        flush_folder(target.parent)
        return digest

    def pieces(self, digest: str, size: int = 65_536) -> Iterator[bytes]:
        """The file under this hash, so many octets at a time; it is opened when the first of them is asked for.
        ``FileNotFoundError`` at once when there is none."""
        path = self._path(digest)
        path.stat()
        return _read(path, size)

    def clear_benches(self, *, older: timedelta) -> None:
        """Takes away what was left on benches by whoever was killed, and was not written since."""
        folder = self.root / _BENCHES
        if not folder.is_dir():
            return
        limit = self._disk_seconds() - older.total_seconds()
        for left in folder.iterdir():
            with suppress(FileNotFoundError):
                if max(one.stat().st_mtime for one in (left, *left.iterdir())) < limit:
                    shutil.rmtree(left)

    @contextmanager
    def put_aside(self, digest: str) -> Iterator[Aside]:
        """Takes the file out of the store, and away when the block returns; back when it raises, or when the block says
        that it ``is_needed``."""
        path, held = self._path(digest), Aside()
        aside = path.with_name(f"{digest}.{uuid4().hex}")
        with suppress(FileNotFoundError):
            path.replace(aside)
            held.age = timedelta(seconds=self._disk_seconds() - aside.stat().st_mtime)
        try:
            yield held
        except BaseException:
            held.is_needed = True
            raise
        finally:
            with suppress(FileNotFoundError):
                if held.is_needed:
                    aside.replace(path)
                else:
                    aside.unlink()

    def old_on_shelf(self, shelf: int, *, older: timedelta) -> list[str]:
        """The names of files on one of the ``SHELVES`` that were last written longer ago than this, by the clock of the
        disk: hashes, and what a writing or forgetting that was cut off has left."""
        folder = self.root / f"{shelf:02x}"
        if not folder.is_dir():
            return []
        limit, found = self._disk_seconds() - older.total_seconds(), []
        for path in sorted(folder.iterdir()):
            with suppress(FileNotFoundError):
                if path.is_file() and path.stat().st_mtime < limit:
                    found.append(path.name)
        return found

    def clear_left_over(self, shelf: int, name: str) -> None:
        """Takes away what a writing that was cut off has left. A file that was put aside goes back to its place, where
        nothing lies there; it is looked at again like every other."""
        left, (digest, _, mark) = self.root / f"{shelf:02x}" / name, name.partition(".")
        with suppress(FileNotFoundError):
            if mark and not self._path(digest).exists():
                left.replace(self._path(digest))
            else:
                left.unlink()

    def room(self) -> int:
        """Octets that can still be kept; 0 where nothing can be written at all."""
        try:
            private_folder(self.root)
            with tempfile.TemporaryFile(dir=self.root) as probe:
                probe.write(b"room")
            return shutil.disk_usage(self.root).free
        except OSError:
            return 0

    def _disk_seconds(self) -> float:
        """The moment as the disk has it, which may not be that of the office."""
        with tempfile.NamedTemporaryFile(dir=self.root) as probe:
            return os.fstat(probe.fileno()).st_mtime

    def _path(self, digest: str) -> Path:
        if len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
            raise FileNotFoundError(digest)
        return self.root / digest[:2] / digest


def _read(path: Path, size: int) -> Iterator[bytes]:
    with path.open("rb") as content:
        while piece := content.read(size):
            yield piece


def private_folder(path: Path) -> None:
    """Makes a folder, and those above it that are missing, for nobody but the owner of the installation (mode 0700).
    They are there after a power cut too."""
    if path.is_dir():
        return
    private_folder(path.parent)
    path.mkdir(mode=0o700, exist_ok=True)
    flush_folder(path.parent)


def make_private(path: Path) -> None:
    """Closes a file, or a folder, of an earlier release to everybody but its owner; nothing where there is none, or
    where it is somebody else's to close."""
    with suppress(FileNotFoundError, PermissionError):
        if path.stat().st_mode & 0o077:
            path.chmod(0o700 if path.is_dir() else 0o600)


def flush_folder(path: Path) -> None:
    """Brings to the disk which files lie in a folder; without it, a power cut can take a file that was flushed."""
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
