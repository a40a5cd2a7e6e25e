"""What invented applicants hand in: files that are plainly samples, and the number on an invented card."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from typing import Final

from engine.applications import uploads
from engine.demonstration.people import Sample
from engine.packages import ServicePackage

SHEET: Final = (420, 594)
"""The sides of a sheet of paper, in points of the picture."""


def accepted(package: ServicePackage, form: str, document_key: str) -> tuple[str, ...]:
    """The file types accepted for a document of the service, or for a question of the form that takes files."""
    rule, part = package.manifest.document(document_key), package.forms[form].component(document_key)
    return rule.accepts if rule else part.accepts if part else ()


@cache
def specimen(document_key: str, accepts: tuple[str, ...]) -> uploads.Upload:
    """A sheet that is plainly a sample, as a PDF where only that is accepted."""
    kind = "png" if not accepts or "png" in accepts else accepts[0]
    return uploads.examined(f"{document_key}.{kind}", _sheet(document_key, "JPEG" if kind == "jpg" else kind.upper()))


def _sheet(words: str, kind: str) -> bytes:
    from PIL import Image, ImageDraw, ImageFont  # large, and a server that is no demonstration draws none

    sheet, kept = Image.new("RGB", SHEET, "white"), BytesIO()
    drawing = ImageDraw.Draw(sheet)
    drawing.rectangle((20, 20, SHEET[0] - 20, SHEET[1] - 20), outline="grey", width=2)
    for line, (text, size) in enumerate((("SPECIMEN", 48), (words.replace("_", " "), 24))):
        drawing.text((SHEET[0] // 2, 180 + 80 * line), text, "grey", ImageFont.load_default(size), anchor="mm")
    sheet.save(kept, format=kind)
    return kept.getvalue()


def id_number(sample: Sample) -> str:
    """The number on the identity card of somebody invented."""
    return f"000{sample.phone}"[-9:]
