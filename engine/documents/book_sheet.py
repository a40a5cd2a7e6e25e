"""The sheet of a cashier's closed book, as PDF in Khmer and English: to be signed by two people and filed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from engine import localise
from engine.documents import pdf
from engine.documents.amounts import riel_in_words
from engine.khmer import Bilingual

TEMPLATE: Final = Path(__file__).with_name("book_sheet.typ")


@dataclass(frozen=True, slots=True)
class BookSheet:
    """What stands on it, in whole riel. ``ways``: what came in by each; ``voids``: number, amount and reason of each
    receipt that was taken back; ``refunds``: slip and amount; ``shares``: who gets how much of it, empty where nothing
    says so; ``confirmed_by`` is missing while the second person has not answered."""

    office: Bilingual
    cashier: Bilingual
    day: date
    closing: int
    first: str
    last: str
    receipts: int
    ways: Sequence[tuple[Bilingual, int]]
    voids: Sequence[tuple[str, int, str]]
    refunds: Sequence[tuple[str, int]]
    together: int
    in_the_drawer: int
    counted: int
    notes: Mapping[int, int]
    explanation: str
    closed_by: Bilingual
    closed_at: datetime
    confirmed_by: Bilingual | None
    confirmed_at: datetime | None
    shares: Sequence[tuple[Bilingual, int]] = ()


def book_sheet(sheet: BookSheet, *, fonts: Path) -> bytes:
    """The sheet as PDF/A-2b, on A4."""
    data = {
        "title": _both(Bilingual("បញ្ជីបិទប្រចាំថ្ងៃរបស់បេឡាករ", "Daily close of a cashier")),
        "office": _both(sheet.office),
        "state": None if sheet.confirmed_by else _both(Bilingual("មិនទាន់បានបញ្ជាក់", "Not confirmed yet")),
        "facts": _facts(sheet),
        "tables": [
            _table(Bilingual("ចំណូល", "What came in"), _ways(sheet)),
            _table(Bilingual("ប្រាក់ដែលបានរាប់", "Counted in the drawer"), _notes(sheet)),
            _table(Bilingual("សាច់ប្រាក់", "Cash"), _drawer(sheet)),
            _table(Bilingual("បង្កាន់ដៃមោឃៈ", "Void receipts"), [_row(n, why, a) for n, a, why in sheet.voids]),
            _table(Bilingual("ប្រាក់សងវិញ", "Paid back"), [_row(n, "", amount) for n, amount in sheet.refunds]),
            _table(Bilingual("ការបែងចែកចំណូល", "Shares of the income"), [_line(*one) for one in sheet.shares]),
        ],
        "in_words": riel_in_words(sheet.together) if sheet.together > 0 else "",
        "explanation": sheet.explanation,
        "signatures": [
            _signature(Bilingual("អ្នកបិទ", "Closed by"), sheet.closed_by, sheet.closed_at),
            _signature(Bilingual("អ្នកបញ្ជាក់", "Confirmed by"), sheet.confirmed_by, sheet.confirmed_at),
        ],
    }
    return pdf.render(TEMPLATE, data, fonts=fonts, issued_at=sheet.confirmed_at or sheet.closed_at)


def _facts(sheet: BookSheet) -> list[dict[str, Any]]:
    count = Bilingual(*(localise.number(sheet.receipts, lang) for lang in localise.LANGUAGES))
    numbers = f"{sheet.first} – {sheet.last}" if sheet.receipts else "–"
    day = Bilingual(*(localise.day(sheet.day, lang) for lang in localise.LANGUAGES))
    return [
        _fact(Bilingual("ថ្ងៃ", "Day"), day),
        _fact(Bilingual("បេឡាករ", "Cashier"), sheet.cashier),
        _fact(Bilingual("បង្កាន់ដៃពីលេខដល់លេខ", "Receipts from – to"), Bilingual(numbers, numbers)),
        _fact(Bilingual("ចំនួនបង្កាន់ដៃ", "Number of receipts"), count),
        _fact(Bilingual("ការបិទលើកទី", "Closing"), Bilingual(*(str(sheet.closing),) * 2)),
    ]


def _ways(sheet: BookSheet) -> list[dict[str, Any]]:
    back = sum(amount for _, amount in sheet.refunds)
    rows = [_line(name, amount) for name, amount in sheet.ways]
    rows += [_line(Bilingual("ប្រាក់សងវិញ", "Paid back"), -back)] if back else []
    return [*rows, _line(Bilingual("សរុប", "Together"), sheet.together, strong=True)]


def _notes(sheet: BookSheet) -> list[dict[str, Any]]:
    rows = []
    for value, count in sorted(sheet.notes.items(), reverse=True):
        each = f"{localise.number(value, 'km')} × {localise.number(count, 'km')}"
        rows.append(_row(each, f"{localise.number(value, 'en')} × {localise.number(count, 'en')}", value * count))
    return rows


def _drawer(sheet: BookSheet) -> list[dict[str, Any]]:
    difference = sheet.counted - sheet.in_the_drawer
    return [
        _line(Bilingual("ត្រូវមាន", "Must be there"), sheet.in_the_drawer),
        _line(Bilingual("បានរាប់", "Counted"), sheet.counted),
        _line(Bilingual("លម្អៀង", "Difference"), difference, strong=True),
    ]


def _table(title: Bilingual, rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {"title": _both(title), "rows": list(rows)}


def _line(label: Bilingual, amount: int, *, strong: bool = False) -> dict[str, Any]:
    return _row(label.km, label.en, amount) | {"strong": strong}


def _row(km: str, en: str, amount: int) -> dict[str, Any]:
    return {"label": {"km": km, "en": en}, "amount": localise.money(amount, "km"), "strong": False}


def _fact(label: Bilingual, value: Bilingual) -> dict[str, Any]:
    return {"label": _both(label), "value": _both(value)}


def _signature(label: Bilingual, name: Bilingual | None, at: datetime | None) -> dict[str, Any]:
    when = Bilingual(*(localise.moment(at, lang) for lang in localise.LANGUAGES)) if at else Bilingual("", "")
    return {"label": _both(label), "name": _both(name or Bilingual("", "")), "when": _both(when)}


def _both(text: Bilingual) -> dict[str, str]:
    return {"km": text.km, "en": text.en}
