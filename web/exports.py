"""What is taken away as a file: written into the security log before it leaves, and as a table for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain
from typing import Final, TypeVar

from flask import Response, stream_with_context
from flask_babel import gettext

from engine.documents.spreadsheets import spreadsheet
from engine.people import security_log
from engine.queries.shared.stretches import BEGINNING, Stretch, Wanted
from engine.words import SecurityKind
from web.context import now, transaction

Item = TypeVar("Item")
BYTE_ORDER_MARK: Final = "\ufeff"
"""Spreadsheets read a file as UTF-8 only when it begins with this sign."""
MOST_ROWS: Final = {"csv": 100_000, "xlsx": 5_000}
"""How tables leave, by the end of the file's name, and with how many lines of a list at most: one is written while it
is read, the other lies in memory."""
FORMATS: Final = tuple(MOST_ROWS)
TOGETHER: Final = 1_000
"""Lines of a list that are read at once."""
_BEGIN_FORMULAS: Final = frozenset("=+-@\t\r\n＝＋－＠")
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def note_export(what: str, **about: str) -> None:
    """``what`` names the kind of file, ``about`` what is in it, by keys."""
    with transaction() as (session, actor):
        security_log.note(session, SecurityKind.EXPORTED, actor, data={"what": what, **about}, at=now())


def csv_answer(name: str, rows: Iterable[Sequence[object]]) -> Response:
    """Rows as comma-separated values under this name; numbers stay numbers, and no text is a formula."""
    return _file(name, BYTE_ORDER_MARK + _written(rows), "text/csv")


def table_answer(name: str, end: str, rows: Iterable[Sequence[object]], *, made_at: datetime | None = None) -> Response:
    """Rows, the heads first, as a file of one of ``FORMATS``; ``name`` is without its end. It is noted as an export.
    ``made_at``: when what it says was so, where that is not now."""
    whole = f"{name}.{end}"
    note_export(whole)
    if end == "csv":
        return csv_answer(whole, rows)
    return _file(whole, spreadsheet(name, rows, made_at=made_at or now()), XLSX)


def list_answer(
    name: str,
    end: str,
    heads: Sequence[str],
    read: Callable[[Wanted, int], Stretch[Item]],
    line: Callable[[Item], Sequence[object]],
) -> Response:
    """All of a list that is read by stretches, as a file. Comma-separated values leave while the list is read, so that
    a browser shows how far it is and stops it; what is refused is refused before the first of them."""
    rows = _lines(end, heads, read, line)
    first = next(rows)
    if end != "csv":
        return table_answer(name, end, chain([first], rows))
    note_export(f"{name}.csv")
    texts = (_written([row]) for row in chain([first], rows))
    return _file(f"{name}.csv", stream_with_context(chain([BYTE_ORDER_MARK], texts)), "text/csv")


def _lines(
    end: str,
    heads: Sequence[str],
    read: Callable[[Wanted, int], Stretch[Item]],
    line: Callable[[Item], Sequence[object]],
) -> Iterator[Sequence[object]]:
    """The heads, once the first lines are read; then a line for each item, and a last one where the list goes on."""
    page, left = BEGINNING, MOST_ROWS[end]
    found = read(page, min(TOGETHER, left))
    yield heads
    while True:
        yield from map(line, found.items)
        left -= len(found.items)
        if not found.after:
            return
        if left <= 0:
            yield [gettext("The list goes on: a file holds %(most)s lines at most. Narrow it.", most=MOST_ROWS[end])]
            return
        page = Wanted(found.after, number=2)
        found = read(page, min(TOGETHER, left))
        if not found.before:  # nothing was left behind the last line, and a list begins anew then
            return


def _written(rows: Iterable[Sequence[object]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows([_harmless(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return out.getvalue()


def _file(name: str, content: str | bytes | Iterator[str], media_type: str) -> Response:
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, mimetype=media_type, headers=disposition)


def _harmless(text: str) -> str:
    """A text that a spreadsheet would take for a formula is quoted; see OWASP, "CSV injection"."""
    return f"'{text}" if text[:1] in _BEGIN_FORMULAS else text
