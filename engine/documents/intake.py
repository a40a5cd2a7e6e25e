"""What a file that somebody handed in is, and whether it may come in: looked at before anything is written.

The type is read from the content, whatever the name says. PDFs are read by a parser and foreign kinds of pictures are
made anew, both in a process of its own that has little time and memory: what a file does to it, it does to nobody else.
"""

from __future__ import annotations

import struct
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import filetype

from engine.documents.examiner import LARGEST_PICTURE
from engine.documents.photos import without_camera
from engine.errors import (
    DocumentBroken,
    DocumentLocked,
    DocumentRefused,
    DocumentTooLarge,
    DocumentUnsafe,
    PictureTooLarge,
)
from engine.errors.examining import ExaminersBusy

LARGEST_FILE: Final = 10 * 1024 * 1024
MEDIA_TYPES: Final = {"pdf": "application/pdf", "jpg": "image/jpeg", "png": "image/png"}
PATIENCE_SECONDS: Final = 30
AT_ONCE: Final = 2
TURN_SECONDS: Final = 4
"""So long a file waits for its turn: each that waits keeps one of the few threads of a server from every page."""
_EXAMINER: Final = Path(__file__).with_name("examiner.py")
_CONVERTED: Final = frozenset(("heic", "webp", "avif"))
_HEADER_WITHIN: Final = 1024
"""Readers of PDFs look for the header in the first kilobyte (ISO 32000-1, annex H.3.4.1)."""
_PHONES: Final = frozenset((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"))
_JPEG_SIZES: Final = frozenset((*range(0xC0, 0xC4), *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0)))
_REFUSED: Final[dict[str, type[DocumentRefused]]] = {
    "unsafe": DocumentUnsafe,
    "locked": DocumentLocked,
    "large": PictureTooLarge,
}
_free = threading.BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True, slots=True)
class Examined:
    """A harmless file as it is kept. ``ending`` is ``pdf``, ``jpg``, ``png``, or that of a kind nobody accepts; empty
    when the content shows none."""

    ending: str
    content: bytes

    @property
    def media_type(self) -> str:
        return MEDIA_TYPES.get(self.ending, "application/octet-stream")


def examined(content: bytes) -> Examined:
    """The file as it may be kept: a photo without what its camera noted, one of a phone as a JPEG.

    Takes up to seconds, so never while a transaction is open. Refusals: ``DocumentTooLarge``, ``PictureTooLarge``,
    ``DocumentUnsafe``, ``DocumentLocked``, ``DocumentBroken``, ``ExaminersBusy``. A kind that nobody accepts is
    given back as it is.
    """
    if len(content) > LARGEST_FILE:
        raise DocumentTooLarge(megabytes=LARGEST_FILE // 1024 // 1024)
    ending = sniffed(content)
    if ending == "pdf":
        if b"%%EOF" not in content[-2048:]:
            raise DocumentBroken
        looked_into("pdf", content)
    elif ending in _CONVERTED:
        return Examined("jpg", looked_into("picture", content))
    elif ending in MEDIA_TYPES:
        _require_bearable(ending, content)
        return Examined(ending, without_camera(ending, content))
    return Examined(ending, content)


def kept_as(content: bytes) -> str:
    """The ending that a file of this kind is kept with, whatever is wrong with it."""
    ending = sniffed(content)
    return "jpg" if ending in _CONVERTED else ending


def sniffed(content: bytes) -> str:
    """``pdf``, ``jpg``, ``png`` or another ending that the content itself shows; empty when it shows none."""
    if content[4:8] == b"ftyp" and content[8:12] in _PHONES:
        return "heic"
    kind = filetype.guess(content[:8192])
    if kind is None or kind.extension == "pdf":
        return "pdf" if b"%PDF-" in content[:_HEADER_WITHIN] else ""
    return str(kind.extension)


def picture_size(ending: str, content: bytes) -> tuple[int, int]:
    """Width and height in pixels, read from the header without unpacking the picture; raises ``DocumentBroken``."""
    try:
        if ending == "png":
            return struct.unpack(">II", content[16:24])
        return _jpeg_size(content)
    except (struct.error, IndexError) as broken:
        raise DocumentBroken from broken


def _jpeg_size(content: bytes) -> tuple[int, int]:
    """From the frame header (ITU-T T.81, B.2.2), found by walking the segments before it."""
    at = 2
    while content[at] == 0xFF:
        marker = content[at + 1]
        (length,) = struct.unpack(">H", content[at + 2 : at + 4])
        if marker in _JPEG_SIZES:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        at += 2 + length
    raise IndexError(at)


def _require_bearable(ending: str, content: bytes) -> None:
    width, height = picture_size(ending, content)
    if not width or not height:
        raise DocumentBroken
    if width * height > LARGEST_PICTURE:
        raise PictureTooLarge


def looked_into(way: str, content: bytes) -> bytes:
    """What the examiner made of the file, few at a time; one that takes too long, or dies, found a broken file.
    ``ExaminersBusy`` where others keep the examiners."""
    if not _free.acquire(timeout=TURN_SECONDS):
        raise ExaminersBusy
    try:
        done = subprocess.run(  # noqa: S603 - our own program; the file is its input
            [sys.executable, "-I", str(_EXAMINER), way],
            input=content,
            capture_output=True,
            timeout=PATIENCE_SECONDS,
            check=False,
            env={},
        )
    except subprocess.TimeoutExpired as endless:
        raise DocumentBroken from endless
    finally:
        _free.release()
    verdict, _, made = done.stdout.partition(b"\n")
    if done.returncode or verdict != b"fine":
        raise _REFUSED.get(verdict.decode("ascii", "replace"), DocumentBroken)
    return made
