"""The guide of a service on one page of paper: what it is, what it needs and costs, what happens, where, and whom to
tell. In one language, finished in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal

from engine.documents import pdf, qr
from engine.khmer import Language, khmer_digits

TEMPLATE: Final = Path(__file__).with_name("guide.typ")
Kind = Literal["text", "list", "steps", "rows"]
LONGEST_TEXT: Final = 600
MOST_ITEMS: Final = 40
"""No page has room for more; what a package says beyond is not even measured."""


@dataclass(frozen=True, slots=True)
class Item:
    """A line of a guide: what is said, what may be left out where the page is too short, and an amount at its end."""

    text: str
    small: str = ""
    value: str = ""
    unsure: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A part with a heading; ``unsure`` is the mark of what an office must still confirm."""

    title: str
    kind: Kind
    items: tuple[Item, ...]
    unsure: str = ""


@dataclass(frozen=True, slots=True)
class Guide:
    """All that stands on the page. ``address`` is where its QR leads; ``rest`` is said where a list was cut."""

    language: Language
    ministry: str
    title: str
    summary: str
    facts: tuple[Item, ...]
    sections: tuple[Section, ...]
    rest: str
    foot: str
    address: str
    qr_note: str


def guides(shown: Sequence[Guide], *, fonts: Path, issued_at: datetime) -> bytes:
    """A page for each guide, however long it is, as PDF/A-2b; raises ``engine.documents.pdf.DocumentFailed``."""
    pictures = {f"qr-{place}.svg": qr.svg(guide.address) for place, guide in enumerate(shown)}
    data = {
        "title": " · ".join(dict.fromkeys(guide.title for guide in shown)),
        "guides": [_data(guide, name) for guide, name in zip(shown, pictures, strict=True)],
    }
    return pdf.render(TEMPLATE, data, fonts=fonts, issued_at=issued_at, files=pictures)


def _data(guide: Guide, picture: str) -> dict[str, Any]:
    numbers = [str(number) for number in range(1, MOST_ITEMS + 1)]
    written = [khmer_digits(number) for number in numbers] if guide.language == "km" else numbers
    data: dict[str, Any] = _bounded(asdict(guide))
    for shown, section in zip(data["sections"], guide.sections, strict=True):
        shown["is_cut"] = len(section.items) > MOST_ITEMS
    return {**data, "qr": picture, "numbers": [f"{number}." for number in written]}


def _bounded(value: Any) -> Any:
    match value:
        case str():
            return value if len(value) <= LONGEST_TEXT else f"{value[:LONGEST_TEXT]}…"
        case dict():
            return {name: _bounded(one) for name, one in value.items()}
        case list() | tuple():
            return [_bounded(one) for one in value[:MOST_ITEMS]]
    return value
