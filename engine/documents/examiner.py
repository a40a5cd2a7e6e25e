"""Looks into a file that somebody handed in; run as a process of its own, with little time and memory.

A PDF is read object by object, also those in object streams and in encrypted files: whatever runs a program, starts
something, or carries another file is active. A picture of a phone (HEIC, WebP, AVIF) becomes a JPEG without anything
that the camera wrote about itself. ``python -I examiner.py pdf|picture`` reads the file from standard input and writes
one line with the verdict (``VERDICTS``), and behind it the new picture. ``page:3`` draws the third page of a PDF, for
whoever reads it beside their work: what comes back is how many pages there are, and on the next line a JPEG.
"""

from __future__ import annotations

import io
import logging
import resource
import sys
from collections.abc import Callable, Iterator
from typing import Any, Final

VERDICTS: Final = ("fine", "unsafe", "broken", "locked", "large")
MEMORY: Final = 1536 * 1024 * 1024
SECONDS: Final = 15
MOST_OBJECTS: Final = 300_000
LARGEST_PICTURE: Final = 50_000_000
"""Pixels. A small file can hold a picture that fills the memory of whoever opens it."""
WIDEST: Final = 4_096
"""Pixels on a side of a picture that was made anew: enough to read every paper."""
QUALITY: Final = 88
WIDEST_PAGE: Final = 1_600
"""Pixels on a side of a page that is drawn to be read on a screen."""
CLEAREST: Final = 4.0
"""A page of the size of a stamp is drawn so many times as large, and no larger."""

_RUNS: Final = frozenset(
    (
        "/JavaScript",
        "/Launch",
        "/ImportData",
        "/SubmitForm",
        "/GoToE",
        "/Movie",
        "/Rendition",
        "/Sound",
        "/RichMediaExecute",
        "/GoTo3DView",
    )
)
"""Kinds of actions (ISO 32000-1, table 198; ISO 32000-2, table 201) that do more than show a place or an address."""
_HOLDS: Final = frozenset(("/JS", "/JavaScript", "/EF", "/EmbeddedFiles", "/RichMediaContent", "/XFA"))
_IS: Final = frozenset(("/EmbeddedFile", "/FileAttachment", "/RichMedia", "/Movie", "/Screen", "/3D", "/Sound"))


def pdf(content: bytes) -> tuple[str, bytes]:
    """Whether a PDF is fine, unsafe, locked or broken."""
    import pikepdf

    try:
        with pikepdf.open(io.BytesIO(content)) as opened:
            return ("unsafe" if any(map(_is_active, _objects(opened))) else "fine"), b""
    except pikepdf.PasswordError:
        return "locked", b""


def picture(content: bytes) -> tuple[str, bytes]:
    """The picture as a JPEG, upright, with nothing beside its pixels."""
    import pillow_heif
    from PIL import Image, ImageOps

    pillow_heif.register_heif_opener()
    Image.MAX_IMAGE_PIXELS = None  # measured below, before anything is unpacked
    with Image.open(io.BytesIO(content), formats=("HEIF", "WEBP", "AVIF")) as opened:
        if opened.width * opened.height > LARGEST_PICTURE:
            return "large", b""
        upright = ImageOps.exif_transpose(opened)
    upright.thumbnail((WIDEST, WIDEST))
    plain = upright.convert("RGBA")
    paper = Image.new("RGB", plain.size, "white")
    paper.paste(plain, mask=plain.getchannel("A"))
    out = io.BytesIO()
    paper.save(out, "JPEG", quality=QUALITY)
    return "fine", out.getvalue()


def page(content: bytes, number: int) -> tuple[str, bytes]:
    """One page of a PDF as a picture, no wider and no higher than ``WIDEST_PAGE``; the last one where it has fewer."""
    import pypdfium2

    paper = pypdfium2.PdfDocument(content)
    number = min(max(number, 1), len(paper))
    shown = paper[number - 1]
    width, height = shown.get_size()
    drawn = shown.render(scale=min(WIDEST_PAGE / width, WIDEST_PAGE / height, CLEAREST)).to_pil().convert("RGB")
    out = io.BytesIO()
    drawn.save(out, "JPEG", quality=QUALITY)
    return "fine", b"%d %d\n" % (number, len(paper)) + out.getvalue()


def _objects(opened: Any) -> Iterator[Any]:
    """Every object of the file, each for itself: the trailer, those in the file and those in object streams."""
    yield opened.trailer
    if len(opened.objects) > MOST_OBJECTS:
        raise ValueError("too many objects")
    yield from opened.objects


def _is_active(top: Any) -> bool:
    """Whether an object or a part of it is active. References are not followed: what they mean is looked at itself."""
    import pikepdf

    waiting = [top]
    while waiting:
        one = waiting.pop()
        if isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
            parts = {str(name): one[name] for name in one.keys()}  # noqa: SIM118 - a PDF object is no mapping
            kinds = {str(parts[name]) for name in ("/Type", "/Subtype") if name in parts}
            if _HOLDS & parts.keys() or kinds & _IS or str(parts.get("/S")) in _RUNS:
                return True
            waiting += [part for part in parts.values() if _is_inside(part)]
        elif isinstance(one, pikepdf.Array):
            waiting += [part for part in one if _is_inside(part)]
    return False


def _is_inside(part: Any) -> bool:
    return not getattr(part, "is_indirect", True)


WAYS: Final[dict[str, Callable[[bytes], tuple[str, bytes]]]] = {"pdf": pdf, "picture": picture}


def main(way: str) -> None:
    """Reads, looks, says what it found; whatever goes wrong on the way is a broken file."""
    for limit, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (most, most))
    logging.disable()
    content = sys.stdin.buffer.read()
    way, _, number = way.partition(":")
    try:
        verdict, made = page(content, int(number)) if way == "page" else WAYS[way](content)
    except (Exception, RecursionError, MemoryError):
        verdict, made = "broken", b""
    sys.stdout.buffer.write(verdict.encode() + b"\n" + made)


if __name__ == "__main__":
    main(sys.argv[1])
