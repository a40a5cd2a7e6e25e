"""Tables as workbooks (XLSX) for spreadsheets: numbers stay numbers, every text is a text, and no cell a formula."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

FONT: Final = "Khmer OS Content"
"""A font that computers in offices have for Khmer; where it is missing a spreadsheet takes another that knows it."""
_WIDEST: Final = 60
_NARROWEST: Final = 8
_LONGEST_NAME: Final = 31
_LONGEST_TEXT: Final = 32_767
_NO_NAME: Final = re.compile(r"[\[\]:*?/\\']")
_PLAIN: Final = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def spreadsheet(name: str, rows: Iterable[Sequence[object]], *, made_at: datetime) -> bytes:
    """A workbook of one sheet with these rows, the heads first; the same rows and moment give the same bytes."""
    out = io.BytesIO()
    _write(out, {"in_memory": True}, name, rows, made_at)
    return out.getvalue()


def write_spreadsheet(path: Path, name: str, rows: Iterable[Sequence[object]], *, made_at: datetime) -> None:
    """The same as a file, however many rows: one of them lies in memory. What else is written meanwhile lies beside the
    file. What ``rows`` raises is raised."""
    from xlsxwriter.exceptions import FileCreateError

    options = {"constant_memory": True, "tmpdir": str(path.parent), "use_zip64": True}
    try:
        _write(str(path), options, name, rows, made_at)
    except FileCreateError as failure:  # its name for what the disk said
        raise OSError(str(failure)) from failure


def _write(
    out: io.BytesIO | str, options: dict[str, object], name: str, rows: Iterable[Sequence[object]], made_at: datetime
) -> None:
    from xlsxwriter import Workbook  # large, and only who takes a workbook away needs it

    with Workbook(out, {**_PLAIN, **options}) as book:
        book.set_properties({"title": name, "created": made_at.replace(tzinfo=None)})
        usual, head = book.add_format({"font_name": FONT}), book.add_format({"font_name": FONT, "bold": True})
        number = book.add_format({"font_name": FONT, "num_format": "#,##0"})
        sheet = book.add_worksheet(_NO_NAME.sub(" ", name)[:_LONGEST_NAME])
        widths: dict[int, int] = {}
        for place, row in enumerate(rows):
            for column, cell in enumerate(row):
                widths[column] = max(widths.get(column, _NARROWEST), len(str(cell)) + 2)
                if isinstance(cell, int | float) and not isinstance(cell, bool):
                    sheet.write_number(place, column, cell, number)
                elif cell is not None and cell != "":
                    sheet.write_string(place, column, str(cell)[:_LONGEST_TEXT], usual if place else head)
        for column, width in widths.items():
            sheet.set_column(column, column, min(width, _WIDEST))
        sheet.freeze_panes(1, 0)
