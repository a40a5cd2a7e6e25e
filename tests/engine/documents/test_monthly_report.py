"""The report of a month on paper."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

from pypdf import PdfReader

from engine.documents.monthly_report import HEADS, MonthlyPaper, PaperLine, PaperPart, monthly_paper
from engine.khmer import Bilingual

AT = datetime(2026, 3, 31, 17, tzinfo=UTC)
NUMBERS = (12, 9, 1, 0, 0, 8, 2, 10, 1_250_000)


def paper(parts: int, *, is_closed: bool = True) -> MonthlyPaper:
    lines = [PaperLine(Bilingual(f"សេវា {one}", f"Service {one}"), NUMBERS) for one in range(40)]
    return MonthlyPaper(
        month=datetime(2026, 3, 1, tzinfo=UTC),
        of=Bilingual("ខេត្តបាត់ដំបង", "Battambang"),
        parts=[PaperPart(Bilingual("ក្រសួង <ទេសចរណ៍>", "Ministry #1"), lines, NUMBERS)] * parts,
        total=NUMBERS,
        is_closed=is_closed,
        as_of=AT,
    )


def text_of(content: bytes) -> str:
    pages = (page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    return "\n".join(pages).replace("\u00a0", " ")


def test_it_says_its_month_its_numbers_and_the_same_bytes_each_time(fonts: Path) -> None:
    drawn = monthly_paper(paper(2), fonts=fonts)
    assert drawn == monthly_paper(paper(2), fonts=fonts)
    said = text_of(drawn)
    assert "March 2026" in said
    assert "Service 39" in said
    assert "not over yet" not in said


def test_an_open_month_says_so_and_an_empty_one_too(fonts: Path) -> None:
    said = text_of(monthly_paper(paper(0, is_closed=False), fonts=fonts))
    assert "The month is not over yet" in said
    assert "Nothing happened in this month." in said


def test_it_has_a_head_for_each_number() -> None:
    assert len(HEADS) == len(NUMBERS)
