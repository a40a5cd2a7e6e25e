"""What a browser sent is looked at once, before any page: nothing gets through that no text and no number can be.

A text with the sign NUL is typed by nobody, and PostgreSQL stores none; a number in an address beyond every record
names none. Text is bounded before anything works on it: some work on text grows with the square of its length, or with
the marks that are heaped on one letter. Refused here, so that no page and no query has to think of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import chain, islice
from typing import Final

from flask import Flask, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.khmer import heaps_marks
from engine.typed.days import typed_day
from engine.typed.fault import Fault
from web.errors import bare_page, page
from web.sent_files import MOST_FILES
from web.shown_again import MOST_FIELDS, typed_here

LARGEST_NUMBER: Final = 2**31 - 1
"""The largest number of a record or a version that both databases compare."""
LONGEST_ADDRESS: Final = 16_000
"""Octets of a path with its question, as the browser sent them."""
LONGEST_TEXT: Final = 20_000
"""Signs in one field; the longest question of a form takes 4,000."""
LONGEST_NAME: Final = 300
"""Signs in the name of a field or of a file."""
MOST_TEXT: Final = 200_000
"""Signs in all fields of a page together."""
LONGEST_DRAWING: Final = 600_000
"""Signs of a drawn signature, an image in ASCII."""
DRAWING: Final = "signature"
LONGEST_FILE_TEXT: Final = 1_000_000
"""Signs of a file that an analyst types."""
FILE_TEXT: Final = "file_text"
TYPES_FILES: Final = ("analyst.draft_file_post", "analyst.draft_certificate_post")
"""The forms that hold a whole file."""
_FIELDS_TO_SHORTEN: Final = 10
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


def written_day(parts: Iterable[str]) -> date | None:
    """The day that was typed in fields for day, month and year, as applicants may type it; ``None`` for none."""
    try:
        return typed_day(dict(zip(("day", "month", "year"), parts, strict=True)))
    except Fault:
        return None


def _look() -> ResponseReturnValue | None:
    if len(request.query_string) + len(request.path) > LONGEST_ADDRESS:
        abort(400)
    fields = list(islice(_fields(), MOST_FIELDS + 1))
    files = [(name, file.filename or "") for name, file in request.files.items(multi=True)]
    if _is_too_much(fields, files):
        return bare_page(
            413, gettext("This is more text than a page takes. Shorten it and send it again."), shorten=_longest()
        )
    if sum(bool(filename) for _, filename in files) > MOST_FILES:
        said = gettext(
            "These are more than %(most)s files at once. Send some of them first, then the others.", most=MOST_FILES
        )
        return page(413, said)
    typed = [request.path, *chain.from_iterable(files), *chain.from_iterable(fields)]
    whole = "".join(typed)
    if _NUL in whole or (not whole.isascii() and any(map(heaps_marks, typed))):
        abort(400)
    if any(isinstance(part, int) and part > LARGEST_NUMBER for part in (request.view_args or {}).values()):
        abort(404)
    return None


def _is_too_much(fields: Sequence[tuple[str, str]], files: Sequence[tuple[str, str]]) -> bool:
    signs = sum(len(typed) for name, typed in fields if name not in (DRAWING, FILE_TEXT))
    if len(fields) > MOST_FIELDS or signs > MOST_TEXT:
        return True
    for name, typed in fields:
        if len(name) > LONGEST_NAME or (len(typed) > LONGEST_TEXT and len(typed) > _longest_of(name, typed)):
            return True
    return any(len(name) > LONGEST_NAME or len(filename) > LONGEST_NAME for name, filename in files)


def _longest_of(name: str, typed: str) -> int:
    if name == FILE_TEXT and request.endpoint in TYPES_FILES:
        return LONGEST_FILE_TEXT
    return LONGEST_DRAWING if name == DRAWING and typed.isascii() else LONGEST_TEXT


def _longest() -> list[str]:
    """Names of the fields to shorten: those that are too long, else the longest; none where nobody types so many."""
    sizes = {name: len(typed) for name, typed in typed_here()}
    too_long = [name for name, size in sizes.items() if size > LONGEST_TEXT and name != DRAWING]
    return too_long or sorted(sizes, key=sizes.__getitem__)[-_FIELDS_TO_SHORTEN:]


def _fields() -> Iterator[tuple[str, str]]:
    for fields in (request.args, request.form):
        yield from fields.items(multi=True)
