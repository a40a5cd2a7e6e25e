"""The papers of results that the house draws itself: the stamp page before a document, the extract of a register, the
list of several results. A page has the number in large print, the facts as rows, and the QR that verifies it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from engine.documents import pdf, qr
from engine.documents.receipts import TEMPLATE
from engine.khmer import Bilingual

_PICTURE: Final = b"""
#let data = json(bytes(sys.inputs.data))
#set document(title: data.title)
#set page(paper: "a4", margin: 10mm)
#image(data.file, width: 100%, height: 100%, fit: "contain", alt: data.title)
"""
_ENDINGS: Final = {"image/jpeg": "jpg", "image/png": "png"}


@dataclass(frozen=True, slots=True)
class Fact:
    """One row of a page."""

    label: Bilingual
    value: Bilingual
    strong: bool = False


@dataclass(frozen=True, slots=True)
class ResultPage:
    """What stands on a page of the house; ``address`` is where its QR leads, ``signed_by`` who signs below."""

    title: Bilingual
    office: Bilingual
    facts: tuple[Fact, ...]
    address: str
    issued_at: datetime
    signed_by: Bilingual | None = None


@dataclass(frozen=True, slots=True)
class Attached:
    """An uploaded document: its bytes, and of which media type they are."""

    content: bytes
    media_type: str


def page(shown: ResultPage, *, fonts: Path) -> bytes:
    """The page as PDF/A-2b; raises ``engine.documents.pdf.DocumentFailed``."""
    data = {
        "paper": "a4",
        "title": _both(shown.title),
        "office": _both(shown.office),
        "rows": [
            {"label": _both(fact.label), "value": _both(fact.value), "strong": fact.strong} for fact in shown.facts
        ],
        "lines": [],
        "promise": None,
        "qr_note": _both(Bilingual("ស្កេនដើម្បីផ្ទៀងផ្ទាត់", "Scan to verify")),
        "help_phone": "",
        "signature": None
        if shown.signed_by is None
        else {"label": _both(shown.signed_by), "name": _both(Bilingual("", ""))},
    }
    files = {"qr.svg": qr.svg(shown.address)}
    return pdf.render(TEMPLATE, data, fonts=fonts, issued_at=shown.issued_at, files=files)


def stamped(shown: ResultPage, documents: Sequence[Attached], *, fonts: Path) -> bytes:
    """The documents behind their stamp page, as one PDF; a picture becomes a page."""
    return joined([page(shown, fonts=fonts), *(_as_pages(shown, one, fonts) for one in documents)])


def joined(parts: Iterable[bytes]) -> bytes:
    """Several PDFs as one, in this order; the same parts give the same bytes. Raises ``DocumentFailed`` for one that
    cannot be read."""
    import pikepdf  # large, and only who joins papers needs it

    whole = BytesIO()
    with pikepdf.new() as book:
        for part in parts:
            try:
                with pikepdf.open(BytesIO(part)) as added:
                    book.pages.extend(added.pages)
            except pikepdf.PdfError as broken:
                raise pdf.DocumentFailed("A document that belongs to it cannot be read.") from broken
        book.save(whole, deterministic_id=True)
    return whole.getvalue()


def _as_pages(shown: ResultPage, document: Attached, fonts: Path) -> bytes:
    ending = _ENDINGS.get(document.media_type)
    if ending is None:
        return document.content
    name = f"document.{ending}"
    data: dict[str, Any] = {"file": name, "title": shown.title.km}
    return pdf.render(_PICTURE, data, fonts=fonts, issued_at=shown.issued_at, files={name: document.content})


def _both(text: Bilingual) -> dict[str, str]:
    return {"km": text.km, "en": text.en}
