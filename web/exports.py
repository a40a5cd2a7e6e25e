"""What is taken away as a file: written into the security log before it leaves, and as a table for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

from flask import Response

from engine.people import security_log
from engine.words import SecurityKind
from web.context import now, transaction

BYTE_ORDER_MARK: Final = "\ufeff"
"""Spreadsheets read a file as UTF-8 only when it begins with this sign."""


def note_export(what: str, **about: str) -> None:
    """``what`` names the kind of file, ``about`` what is in it, by keys."""
    with transaction() as (session, actor):
        security_log.note(session, SecurityKind.EXPORTED, actor, data={"what": what, **about}, at=now())


def csv_answer(name: str, rows: Iterable[Sequence[object]]) -> Response:
    """Rows as comma-separated values under this name; numbers stay numbers, and no text is a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerows([_harmless(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return Response(
        BYTE_ORDER_MARK + out.getvalue(),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _harmless(text: str) -> str:
    """A text that a spreadsheet would take for a formula is quoted; see OWASP, "CSV injection"."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
