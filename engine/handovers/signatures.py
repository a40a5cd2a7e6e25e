"""Signatures for a result: drawn on the tablet at the desk, or a slip signed on paper and scanned."""

from __future__ import annotations

import base64
import binascii
import struct
import zlib
from dataclasses import dataclass
from typing import Final

from engine.applications.uploads import accepted, examined
from engine.documents.intake import MEDIA_TYPES
from engine.errors import SignatureMissing, SignatureUnreadable
from storage.applications import SignatureKind

LARGEST_DRAWING: Final = 400_000
"""Octets of a drawn signature; the field of our pages makes about 10,000."""
WIDEST: Final = 2_000
"""Pixels on a side."""
_PREFIX: Final = "data:image/png;base64,"
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_OCTETS_PER_PIXEL: Final = {2: 3, 6: 4}
"""By PNG colour type (ISO/IEC 15948): true colour without and with transparency, what browsers draw."""


@dataclass(frozen=True, slots=True)
class Signature:
    """What somebody signed with: how, and the file."""

    kind: SignatureKind
    content: bytes
    media_type: str


def drawn(data_url: str) -> Signature:
    """The signature that a page's drawing field posted.

    ``SignatureMissing`` when nothing was drawn, ``SignatureUnreadable`` for anything that is not a small PNG image.
    """
    if not data_url:
        raise SignatureMissing
    if not data_url.startswith(_PREFIX) or len(data_url) > LARGEST_DRAWING * 4 // 3 + len(_PREFIX):
        raise SignatureUnreadable
    try:
        image = base64.b64decode(data_url.removeprefix(_PREFIX), validate=True)
        pixels = _rows(image)
    except (binascii.Error, struct.error, zlib.error, ValueError) as unreadable:
        raise SignatureUnreadable from unreadable
    if not any(any(row) for row in pixels):
        raise SignatureMissing
    return Signature(SignatureKind.DRAWN, image, "image/png")


def scanned(content: bytes) -> Signature:
    """The slip that somebody signed on paper: a photo or a PDF, read from its content.

    ``SignatureMissing`` for an empty upload; refuses other kinds and what ``engine.documents.intake`` refuses.
    """
    if not content:
        raise SignatureMissing
    slip = examined("", content)
    return Signature(SignatureKind.SCANNED, slip.content, MEDIA_TYPES[accepted(slip, tuple(MEDIA_TYPES))])


def _rows(image: bytes) -> list[bytes]:
    """The filtered rows of a PNG. An untouched field is transparent all over, so all of its rows are zeros."""
    if not image.startswith(_PNG) or image[12:16] != b"IHDR":
        raise ValueError("not a PNG image")
    width, height, depth, colour = struct.unpack(">IIBB", image[16:26])
    if not (0 < width <= WIDEST and 0 < height <= WIDEST) or depth != 8:
        raise ValueError("not the size of a signature")
    length = 1 + width * _OCTETS_PER_PIXEL.get(colour, 0)
    if length == 1:
        raise ValueError("not a colour type that browsers draw")
    # Bounded by what the header promises, so that a small file cannot unfold into a large one.
    raw = zlib.decompressobj().decompress(b"".join(_pieces(image)), length * height + 1)
    if len(raw) != length * height:
        raise ValueError("the image is cut short or longer than it says")
    return [raw[at + 1 : at + length] for at in range(0, len(raw), length)]


def _pieces(image: bytes) -> list[bytes]:
    """The contents of the IDAT chunks."""
    pieces: list[bytes] = []
    at = len(_PNG)
    while at + 8 <= len(image):
        length, kind = struct.unpack(">I4s", image[at : at + 8])
        if kind == b"IDAT":
            pieces.append(image[at + 8 : at + 8 + length])
        at += length + 12
    return pieces
