"""What a browser sent is looked at once, before any page: nothing gets through that no text and no number can be.

A text with the sign NUL is typed by nobody, and PostgreSQL stores none; a number in an address beyond every record
names none. Refused here, so that no page and no query has to think of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from flask import Flask, abort, request

LARGEST_NUMBER: Final = 2**31 - 1
"""The largest number of a record or a version that both databases compare."""
_NUL: Final = "\0"


def install(app: Flask) -> None:
    """Look at everything that arrives; call it before the pages are protected, so that it comes first."""
    app.before_request(_look)


def whole_number(typed: str, largest: int = LARGEST_NUMBER) -> int | None:
    """The number from 0 to ``largest`` that was written in Latin digits; ``None`` for any other text."""
    if not typed.isascii() or not typed.isdigit() or len(typed) > len(str(largest)):
        return None
    number = int(typed)
    return number if number <= largest else None


def _look() -> None:
    if any(_NUL in text for text in _texts()):
        abort(400)
    if any(isinstance(part, int) and part > LARGEST_NUMBER for part in (request.view_args or {}).values()):
        abort(404)


def _texts() -> Iterable[str]:
    yield request.path
    yield from request.files
    for fields in (request.args, request.form):
        for name, typed in fields.items(multi=True):
            yield name
            yield typed
