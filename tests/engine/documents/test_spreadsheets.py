"""Workbooks: numbers are numbers, every text is a text and no formula, and the same rows give the same bytes."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime

from lxml import etree

from engine.documents.spreadsheets import spreadsheet

AT = datetime(2026, 4, 1, tzinfo=UTC)
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
HOSTILE = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "http://example.org", '=HYPERLINK("http://x")', "{=1}", "0123")


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return {name: book.read(name) for name in book.namelist()}


def cells(content: bytes) -> list[str | float]:
    """What stands in the cells, row after row: texts as texts, numbers as numbers."""
    files = parts(content)
    texts = ["".join(one.itertext()) for one in etree.fromstring(files["xl/sharedStrings.xml"]).iter(f"{MAIN}si")]
    sheet = etree.fromstring(files["xl/worksheets/sheet1.xml"])
    assert not list(sheet.iter(f"{MAIN}f")), "a formula"
    return [
        texts[int(cell.findtext(f"{MAIN}v") or "")] if cell.get("t") == "s" else float(cell.findtext(f"{MAIN}v") or "")
        for cell in sheet.iter(f"{MAIN}c")
    ]


def test_numbers_are_numbers_and_texts_are_texts_whatever_they_look_like() -> None:
    rows = [["ការិយាល័យ", "Office"], [*HOSTILE, 12, 0, 1.5, None, ""]]
    assert cells(spreadsheet("x", rows, made_at=AT)) == ["ការិយាល័យ", "Office", *HOSTILE, 12.0, 0.0, 1.5]


def test_nothing_leads_out_of_it() -> None:
    files = parts(spreadsheet("x", [[*HOSTILE]], made_at=AT))
    assert not [name for name, content in files.items() if b"TargetMode" in content or "externalLink" in name]


def test_the_same_rows_give_the_same_bytes_and_any_name_is_a_sheet() -> None:
    name = "របាយការណ៍ [2026]: a/b*c?d\\e'f" + "x" * 60
    assert spreadsheet(name, [["a", 1]], made_at=AT) == spreadsheet(name, [["a", 1]], made_at=AT)
    assert cells(spreadsheet("x", [["a" * 40_000]], made_at=AT)) == ["a" * 32_767]
