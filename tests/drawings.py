"""Small pictures and PDFs: a signature as the field of a page draws it, papers and photos as people send them."""

from __future__ import annotations

import base64
import io
import struct
import zlib
from typing import Any

import pikepdf
import pillow_heif
from PIL import Image


def png(*, line: bool, width: int = 60, height: int = 20, colour: int = 6, pixels: bytes | None = None) -> bytes:
    """A transparent picture, with a dark line across it when ``line``; ``pixels`` replaces the raw rows."""
    row = (b"\x10\x21\x3a\xff" if line else b"\0\0\0\0") * 60
    raw = pixels if pixels is not None else b"".join(b"\0" + row for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(raw)) + _chunk(b"IEND", b"")


def data_url(picture: bytes) -> str:
    """The picture as the field posts it."""
    return "data:image/png;base64," + base64.b64encode(picture).decode()


def plain_pdf(**saved: Any) -> bytes:
    """A PDF of one empty page."""
    return _written(pikepdf.new(), **saved)


def encrypted_pdf(password: str, script: str = "") -> bytes:
    """A PDF that opens with this password; without one it opens for everybody, and is encrypted all the same."""
    return active_pdf(script, encryption=pikepdf.Encryption(owner="the owner", user=password))


def active_pdf(script: str, **saved: Any) -> bytes:
    """A PDF that runs a script when it is opened; nothing where there is none."""
    paper = pikepdf.new()
    if script:
        paper.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=script)
    return _written(paper, **saved)


def photo(kind: str, *, orientation: int = 1, size: tuple[int, int] = (40, 20)) -> bytes:
    """A photo (``JPEG``, ``PNG``, ``HEIF``, ``WEBP``, ``AVIF``), red above and blue below as it is stored, with the
    place and the camera noted in it."""
    pillow_heif.register_heif_opener()
    picture = Image.new("RGB", size, "blue")
    picture.paste("red", (0, 0, size[0], size[1] // 2))
    noted = Image.Exif()
    noted[0x0112] = orientation
    noted[0x010F] = "SPECIMEN CAMERA"
    noted.get_ifd(0x8825)[2] = (11.0, 33.0, 44.0)
    out = io.BytesIO()
    picture.save(out, kind, exif=noted)
    return out.getvalue()


def _written(paper: pikepdf.Pdf, **saved: Any) -> bytes:
    paper.add_blank_page()
    out = io.BytesIO()
    paper.save(out, **saved)
    return out.getvalue()


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
