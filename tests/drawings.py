"""Small PNG pictures, made by hand, as the signature field of a page draws them."""

from __future__ import annotations

import base64
import struct
import zlib


def png(*, line: bool, width: int = 60, height: int = 20, colour: int = 6, pixels: bytes | None = None) -> bytes:
    """A transparent picture, with a dark line across it when ``line``; ``pixels`` replaces the raw rows."""
    row = (b"\x10\x21\x3a\xff" if line else b"\0\0\0\0") * 60
    raw = pixels if pixels is not None else b"".join(b"\0" + row for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(raw)) + _chunk(b"IEND", b"")


def data_url(picture: bytes) -> str:
    """The picture as the field posts it."""
    return "data:image/png;base64," + base64.b64encode(picture).decode()


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
