"""A page as somebody left it: shown again with what was typed on it, instead of a page that only says no.

What was sent and could not be taken (a full disk, somebody was faster, too many attempts, a file that is too large) is
drawn on its own page, with the reason above it; sending that again is the next attempt. Where the page itself cannot
be drawn, because the database is away or the page is no longer there, a small one carries the fields along. Passwords
and files are never carried: they are named, to be typed and chosen again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from itertools import islice
from typing import Any, Final

import structlog
from flask import current_app, g, request
from flask.typing import ResponseReturnValue
from flask.wrappers import Response
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule as Address

from engine.errors import Refused
from engine.khmer import tidy
from web.access import Rule, rule_of, signed_in_as
from web.context import reading

log = structlog.get_logger("web")

AGAIN: Final = "_again"
"""The button that shows a page as it was left; its value may be a language."""
SECRETS: Final = frozenset(("password", "old", "new", "one_time_code", "recovery_code", "offer", "assertion"))
NEVER_KEPT: Final = SECRETS | {"csrf_token", AGAIN}
GIVEN_BACK: Final = frozenset((409, 413, 422, 429, 503))
"""Refusals after which the page is shown as it was left. Not those of a form that may be forged (400, 401)."""
MOST_FIELDS: Final = 1_000
"""Fields of a page; more are no form that somebody filled in."""
_MOST_FILES: Final = 10
_FILE_NAME_SIGNS: Final = 100
_WORTH_COPYING: Final = 10

Fields = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Left:
    """Why a page is shown again: HTTP status, a finished sentence (None: the general one), and the files that were sent
    with it."""

    status: int
    message: str | None
    files: list[str]


@dataclass(frozen=True, slots=True)
class _View:
    """The page that lies at an address: how to draw it, and for whom it is."""

    address: Address
    values: dict[str, Any]
    rule: Rule

    def draw(self) -> ResponseReturnValue:
        view = current_app.view_functions[self.address.endpoint]
        return current_app.ensure_sync(view)(**self.values)  # type: ignore[no-any-return]


def page_left() -> str:
    """The address of the page that a form was sent from: that of the form itself where it can be opened, else the next
    one above it."""
    path = request.path
    while path.strip("/"):
        if _view_of(path) is not None:
            return path
        path = path.rpartition("/")[0]
    return "/"


def typed_here() -> Fields:
    """What was typed and sent, without what is never kept; nothing when it could not be read."""
    if not _was_sent():
        return []
    try:
        fields = list(islice(request.form.items(multi=True), MOST_FIELDS + 1))
    except HTTPException:  # more than anybody types
        return []
    return [(name, text) for name, text in fields if name not in NEVER_KEPT] if len(fields) <= MOST_FIELDS else []


def files_sent() -> list[str]:
    """The names of the files that were sent with a page, as far as they are worth reading."""
    try:
        named = (file.filename or "" for file in request.files.values())
        return [name[:_FILE_NAME_SIGNS] for name in islice(filter(None, named), _MOST_FILES)]
    except HTTPException:
        return []


def texts_typed() -> list[str]:
    """What was written in more than a few signs, to be read and copied where its field is gone."""
    typed = (text for name, text in typed_here() if not name.startswith("_"))  # what pages say themselves
    written = (text.strip() for text in typed if not text.startswith("data:"))
    return [text for text in written if len(text) >= _WORTH_COPYING and _is_prose(text)]


def sent_to() -> str:
    """The address that a form was sent to, with its question."""
    return "/" + request.full_path.rstrip("?").lstrip("/")  # two strokes at the beginning name another site


def is_whole() -> bool:
    """Whether sending the typed fields once more is the same attempt: nothing was with them that is not carried."""
    return not files_sent() and not any(request.form.get(name) for name in SECRETS)


def show_again() -> ResponseReturnValue | None:
    """The page with what was sent on it, when that is all that was asked for; nothing for another request, and for one
    that the gate must see first."""
    if not _was_sent() or AGAIN not in request.form:
        return None
    found = _view_of(page_left())
    if found is None or not (found.rule.public or signed_in_as()):
        return None
    return _drawn(found)


def as_left(status: int, message: str | None) -> Response | None:
    """The page as it was left, with the reason above it; None where nothing was typed, where it cannot be drawn, and
    where it is not for whoever sent it."""
    if status not in GIVEN_BACK or not typed_here() or AGAIN in request.form or g.get("left"):
        return None
    found = _view_of(page_left())
    if found is None or not (found.rule.public or signed_in_as()):
        return None
    g.left = Left(status, message, files_sent())
    try:
        answer = _drawn(found)
        shown = answer.status_code == 200 and answer.mimetype == "text/html" and _holds_all(answer)
    except (Refused, HTTPException, DBAPIError, OSError) as obstacle:
        log.info("page not shown again", reason=type(obstacle).__name__)
        shown = False
    if not shown:
        g.left = None
        return None
    answer.status_code = status
    return answer


def _drawn(found: _View) -> Response:
    """The page, for whoever may open it; raises NotSignedIn or NotAllowed for others."""
    before, g.actor = g.get("actor"), None
    try:
        with _opened(found):
            answer = current_app.make_response(found.draw())
            if not (found.rule.public or g.actor):
                with reading():  # a page that loads nobody by itself
                    pass
    except BaseException:
        g.actor = before  # the frame of another page still knows who is there
        raise
    return answer


def _holds_all(answer: Response) -> bool:
    """Whether everything that was written has a place on the page: a task that is gone has no form any more."""
    written = texts_typed()
    if not written:  # as after most steps, which are chosen and not written
        return True
    page = _plain(unescape(answer.get_data(as_text=True)))
    return all(_plain(text) in page for text in written)


def _is_prose(text: str) -> bool:
    """No choice of a list and no number, which pages write in their own way."""
    return any(map(str.isalpha, text)) and not text.isidentifier()


def _plain(text: str) -> str:
    """Without what pages write otherwise than it was typed: blanks, line ends, the order of Khmer signs."""
    return "".join(tidy(text).split())


def _was_sent() -> bool:
    """Whether this request is a form; also while a page is drawn as if it had been opened."""
    return bool(request.environ.get("REQUEST_METHOD") == "POST")


def _view_of(path: str) -> _View | None:
    try:
        address, values = current_app.create_url_adapter(request).match(  # type: ignore[union-attr]
            path, method="GET", return_rule=True
        )
    except HTTPException:
        return None
    rule = rule_of(current_app, address.endpoint)
    return None if rule is None or address.endpoint == "static" else _View(address, dict(values), rule)


@contextmanager
def _opened(found: _View) -> Iterator[None]:
    """As if the page had been opened: under its own rule of access, and with the look at a person noted that it is."""
    was = request.method, request.path, request.url_rule, request.view_args
    request.method, request.path = "GET", page_left()
    request.url_rule, request.view_args = found.address, found.values
    try:
        yield
    finally:
        request.method, request.path, request.url_rule, request.view_args = was
