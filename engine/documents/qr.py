"""QR codes (ISO/IEC 18004) for verification links, tracking links and payments; error correction M, quiet zone 4."""

from __future__ import annotations

import io

import segno

QUIET_ZONE = 4
DARK = "#10213a"


def svg(text: str) -> bytes:
    """A stand-alone SVG file for documents; scales without loss."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", border=QUIET_ZONE, dark="#000", light="#fff", omitsize=True, svgclass=None, lineclass=None
    )
    return out.getvalue()


def png(text: str, scale: int = 6) -> bytes:
    """A PNG file, ``scale`` pixels per module: for messengers and e-mail."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="png", border=QUIET_ZONE, scale=scale)
    return out.getvalue()


def inline_svg(text: str, title: str) -> str:
    """An SVG element for a page, class ``ow-qr``, without any style attribute; ``title`` is its text alternative.

    The result is finished mark-up: the title is escaped, the text is only drawn.
    """
    drawn: str = segno.make(text, error="m", micro=False).svg_inline(
        border=QUIET_ZONE, dark=DARK, light="#fff", omitsize=True, svgclass="ow-qr", lineclass=None, title=title
    )
    return drawn.replace("<svg ", '<svg role="img" ', 1)
