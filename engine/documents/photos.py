"""Photos without what cameras write into them: where they were taken, when, with what, and smaller pictures.

The pixels stay as they are, octet by octet. Only the way up is kept of what the camera noted, since viewers turn by it.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from typing import Final

_EOI, _SOS = 0xD9, 0xDA
_STANDALONE: Final = frozenset((0x01, *range(0xD0, 0xD8)))
_END_OF_SCAN: Final = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]", re.DOTALL)
_ORIENTATION: Final = 0x0112
_MOST_ENTRIES: Final = 200
_PNG_START: Final = 8
_PNG_KEPT: Final = frozenset((b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"pHYs", b"sBIT", b"bKGD"))


def without_camera(ending: str, content: bytes) -> bytes:
    """The same ``jpg`` or ``png`` without EXIF, XMP, IPTC, comments and whatever follows its end. A file that breaks
    off is given back up to where it does."""
    return b"".join(_png(content) if ending == "png" else _jpeg(content))


def _jpeg(content: bytes) -> Iterator[bytes]:
    """Segments of ITU-T T.81, B.1.1. Application data is kept only where the colours need it: JFIF, ICC, Adobe."""
    yield content[:2]
    turned = b""
    for marker, at, end in _segments(content):
        body = content[at + 4 : min(end, at + 16)]
        if marker == 0xE1 and body.startswith(b"Exif\0\0"):
            turned = turned or _turned(content[at + 10 : end])
            yield turned
        elif marker == 0xFE or (0xE0 < marker < 0xF0 and not _is_about_colours(marker, body)):
            continue
        else:
            yield content[at:end]


def _segments(content: bytes) -> Iterator[tuple[int, int, int]]:
    """The marker, beginning and end of each segment; a scan ends where the next marker begins."""
    at = 2
    while at + 2 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker == _EOI:
            yield marker, at, at + 2
            return
        length = 0 if marker in _STANDALONE else int.from_bytes(content[at + 2 : at + 4], "big")
        end = min(at + 2 + length, len(content))
        if marker == _SOS:
            found = _END_OF_SCAN.search(content, end)
            end = found.start() if found else len(content)
        yield marker, at, end
        at = end


def _is_about_colours(marker: int, body: bytes) -> bool:
    return (marker == 0xE2 and body.startswith(b"ICC_PROFILE")) or (marker == 0xEE and body.startswith(b"Adobe"))


def _turned(tiff: bytes) -> bytes:
    """An EXIF segment with nothing but the orientation that this one has (TIFF 6.0, section 8); empty for upright."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None or len(tiff) < 8:
        return b""
    (first,) = struct.unpack(f"{order}L", tiff[4:8])
    for number in range(_MOST_ENTRIES):
        entry = tiff[first + 2 + 12 * number : first + 14 + 12 * number]
        if len(entry) < 12:
            return b""
        tag, _kind, _count, value = struct.unpack(f"{order}HHLH2x", entry)
        if tag == _ORIENTATION:
            return _noted(value) if 2 <= value <= 8 else b""
    return b""


def _noted(orientation: int) -> bytes:
    ifd = struct.pack(">HHHLHxxL", 1, _ORIENTATION, 3, 1, orientation, 0)
    body = b"Exif\0\0MM\0\x2a" + struct.pack(">L", 8) + ifd
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


def _png(content: bytes) -> Iterator[bytes]:
    """Chunks (ISO/IEC 15948): the critical ones, and of the others those that change how the pixels look."""
    yield content[:_PNG_START]
    at = _PNG_START
    while at + 8 <= len(content):
        length, kind = struct.unpack(">L4s", content[at : at + 8])
        if kind in _PNG_KEPT or kind[:1].isupper():
            yield content[at : at + length + 12]
        if kind == b"IEND":
            return
        at += length + 12
