"""Tables as comma-separated values for spreadsheets: numbers stay numbers, and no text is a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

BYTE_ORDER_MARK: Final = "\ufeff"
"""Spreadsheets read a file as UTF-8 only when it begins with this sign."""
_BEGIN_FORMULAS: Final = frozenset("=+-@\t\r\n＝＋－＠")


def separated(rows: Iterable[Sequence[object]]) -> str:
    """Rows, the heads first, as one text."""
    out = io.StringIO()
    _write(out, rows)
    return out.getvalue()


def write_separated(path: Path, rows: Iterable[Sequence[object]]) -> None:
    """The same as a file in UTF-8, however many rows: one of them lies in memory. What ``rows`` raises is raised."""
    with path.open("w", encoding="utf-8", newline="") as out:
        _write(out, rows)


def harmless(text: str) -> str:
    """A text that a spreadsheet would take for a formula is quoted; see OWASP, "CSV injection"."""
    return f"'{text}" if text[:1] in _BEGIN_FORMULAS else text


def _write(out: io.TextIOBase, rows: Iterable[Sequence[object]]) -> None:
    out.write(BYTE_ORDER_MARK)
    csv.writer(out).writerows([harmless(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
