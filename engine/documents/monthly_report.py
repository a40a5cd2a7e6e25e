"""The report of a month as PDF in Khmer and English, as a province sends it on: by sector, service and office."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from engine import localise
from engine.documents import pdf
from engine.khmer import Bilingual

TEMPLATE: Final = Path(__file__).with_name("monthly_report.typ")
HEADS: Final = (
    Bilingual("បានទទួល", "Received"),
    Bilingual("បានអនុញ្ញាត", "Granted"),
    Bilingual("បានបដិសេធ", "Refused"),
    Bilingual("បានដកពាក្យវិញ", "Withdrawn"),
    Bilingual("ផុតសុពលភាព", "Lapsed"),
    Bilingual("ទាន់ពេល", "On time"),
    Bilingual("យឺត", "Late"),
    Bilingual("ការបង់ប្រាក់", "Payments"),
    Bilingual("ចំណូលសេវា (រៀល)", "Fee income (riel)"),
)
"""Of the numbers of a line, in their order."""


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A name and its numbers, as many as there are ``HEADS``."""

    name: Bilingual
    numbers: Sequence[int]


@dataclass(frozen=True, slots=True)
class PaperPart:
    """The lines of a sector, or of the offices, and their sum."""

    title: Bilingual
    lines: Sequence[PaperLine]
    total: Sequence[int]


@dataclass(frozen=True, slots=True)
class CountedLine:
    """How many times something was chosen in the forms of a service."""

    service: Bilingual
    name: Bilingual
    times: int


@dataclass(frozen=True, slots=True)
class CountedPart:
    """Lines under a title, the most frequent first."""

    title: Bilingual
    lines: Sequence[CountedLine]


@dataclass(frozen=True, slots=True)
class MonthlyPaper:
    """What stands on the paper. ``is_closed``: the month is over; ``as_of``: the moment at which it ends, which is the
    date of the file, so that the same numbers give the same bytes."""

    month: datetime
    of: Bilingual
    parts: Sequence[PaperPart]
    total: Sequence[int]
    is_closed: bool
    as_of: datetime
    counted: Sequence[CountedPart] = ()


def monthly_paper(paper: MonthlyPaper, *, fonts: Path) -> bytes:
    """The report as PDF/A-2b, on A4 laid across."""
    month = Bilingual(*(_month(paper.month, lang) for lang in localise.LANGUAGES))
    data = {
        "title": _both(Bilingual("របាយការណ៍ប្រចាំខែ", "Monthly report")),
        "month": _both(month),
        "of": _both(paper.of),
        "state": None if paper.is_closed else _both(Bilingual("ខែនេះមិនទាន់ចប់", "The month is not over yet")),
        "heads": [_both(head) for head in HEADS],
        "parts": [_part(part) for part in paper.parts],
        "total": _numbers(paper.total),
        "counted": [_counted(part) for part in paper.counted],
    }
    return pdf.render(TEMPLATE, data, fonts=fonts, issued_at=paper.as_of)


def _month(moment: datetime, lang: str) -> str:
    words = localise.day(moment, lang, weekday=False).replace(localise.NO_BREAK, " ")
    return words.partition(" ")[2]


def _part(part: PaperPart) -> dict[str, Any]:
    lines = [{"name": _both(line.name), "numbers": _numbers(line.numbers)} for line in part.lines]
    return {"title": _both(part.title), "lines": lines, "total": _numbers(part.total)}


def _counted(part: CountedPart) -> dict[str, Any]:
    lines = [
        {"service": _both(one.service), "name": _both(one.name), "times": localise.number(one.times, "km")}
        for one in part.lines
    ]
    return {"title": _both(part.title), "lines": lines}


def _numbers(numbers: Sequence[int]) -> list[str]:
    return [localise.number(number, "km") for number in numbers]


def _both(text: Bilingual) -> dict[str, str]:
    return {"km": text.km, "en": text.en}
