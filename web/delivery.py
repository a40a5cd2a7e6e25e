"""How answers travel: static files precompressed and kept for a year, pages compressed on the way out."""

from __future__ import annotations

import re
import secrets
import struct
import zlib
from typing import Final

from flask import Flask, request
from flask.wrappers import Response
from whitenoise import WhiteNoise

from web.assets import DIST

_HASHED_NAME: Final = re.compile(r"^.+\.[0-9a-f]{10}\..+$")
_COMPRESSIBLE: Final = ("text/", "application/json", "application/xml", "image/svg+xml")
_SMALLEST_BYTES: Final = 700
_LEVEL: Final = 5
_HEADER: Final = b"\x1f\x8b\x08\x08\0\0\0\0\0\xff"
"""Of a gzip file with a name, at no moment and of no system (RFC 1952, 2.3)."""


def install(app: Flask) -> None:
    """Serve the built front-end files in front of the application, and compress its pages."""
    if DIST.is_dir():
        app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
            app.wsgi_app,
            root=str(DIST),
            prefix="static/dist/",
            immutable_file_test=lambda _path, url: bool(_HASHED_NAME.match(url)),
            add_headers_function=lambda headers, _path, _url: headers.__setitem__("X-Content-Type-Options", "nosniff"),
            allow_all_origins=False,
        )
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    if (
        response.direct_passthrough
        or response.is_streamed
        or "Content-Encoding" in response.headers
        or not (response.mimetype or "").startswith(_COMPRESSIBLE)
        or response.content_length is None
        or response.content_length < _SMALLEST_BYTES
    ):
        return response
    response.vary.add("Accept-Encoding")
    if request.accept_encodings["gzip"] > 0:
        response.set_data(_gzip(response.get_data()))
        response.headers["Content-Encoding"] = "gzip"
    return response


def _gzip(data: bytes) -> bytes:
    """Compressed, with a name of random length in the header: an eavesdropper who makes a browser repeat a page cannot
    learn secrets in it from its compressed size (the BREACH attack, Gluck, Harris and Prado, 2013)."""
    padding = b"x" * (1 + secrets.randbelow(32))
    packing = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    end = struct.pack("<2L", zlib.crc32(data), len(data) & 0xFFFFFFFF)
    return b"".join((_HEADER, padding, b"\0", packing.compress(data), packing.flush(), end))
