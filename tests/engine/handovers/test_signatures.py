"""A signature is read from what the page posted; an untouched field and a disguised file are no signatures."""

from __future__ import annotations

import base64
import struct
import zlib

import pytest

from engine.errors import SignatureMissing, SignatureUnreadable, WrongFileType
from engine.handovers.signatures import LARGEST_DRAWING, drawn, scanned
from tests.drawings import data_url, plain_pdf, png


def test_a_drawn_line_is_a_signature() -> None:
    signature = drawn(data_url(png(line=True)))
    assert (signature.kind, signature.media_type) == ("drawn", "image/png")
    assert signature.content == png(line=True)


@pytest.mark.parametrize("url", ["", data_url(png(line=False))])
def test_an_untouched_field_is_no_signature(url: str) -> None:
    with pytest.raises(SignatureMissing):
        drawn(url)


@pytest.mark.parametrize(
    "url",
    [
        "data:image/svg+xml;base64,PHN2Zy8+",
        "data:image/png;base64,%%%",
        "data:image/png;base64," + base64.b64encode(b"<script>").decode(),
        data_url(png(line=True)[:-40]),
        data_url(png(line=True, width=50_000)),
        data_url(png(line=True, colour=3)),
        "data:image/png;base64," + "A" * (2 * LARGEST_DRAWING),
    ],
)
def test_anything_but_a_small_picture_is_refused(url: str) -> None:
    with pytest.raises(SignatureUnreadable):
        drawn(url)


def test_a_small_file_that_unfolds_into_a_large_one_is_refused() -> None:
    bomb = png(line=True, pixels=b"\x01" * 40_000_000)
    assert len(bomb) < 100_000
    with pytest.raises(SignatureUnreadable):
        drawn(data_url(bomb))


def test_a_scanned_slip_is_read_from_its_content() -> None:
    assert scanned(png(line=True)).media_type == "image/png"
    assert scanned(plain_pdf()).media_type == "application/pdf"


def test_a_slip_that_is_no_picture_is_refused() -> None:
    with pytest.raises(WrongFileType):
        scanned(b"GIF89a" + struct.pack("<HH", 10, 10) + zlib.compress(b"x"))
    with pytest.raises(SignatureMissing):
        scanned(b"")
