"""What an editor sends of a file: its text, with the ends of lines as the file has them.

A field of a page knows one kind of line end whatever the file had, so a file with others would change on every line.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.house import House
from engine.packages.package import is_drawing
from engine.people.actors import Actor
from engine.studio.keeping import file_in, files_in, find, save_of
from engine.studio.library import missing_parts
from engine.studio.saving import save

_WINDOWS: Final = b"\r\n"
_UNIX: Final = b"\n"


def save_typed(
    session: Session,
    house: House,
    actor: Actor,
    key: str,
    path: str,
    *,
    text: str,
    based_on: int,
    words: str = "",
    now: datetime,
) -> int:
    """Saves the text of one file; see ``engine.studio.saving.save``."""
    changes = typed(session, house, actor, key, path, text=text)
    return save(session, actor, key, changes, based_on=based_on, words=words, now=now)


def typed(session: Session, house: House, actor: Actor, key: str, path: str, *, text: str) -> dict[str, bytes]:
    """What changes with the text of a file: that file, its lines ended as in the newest save (``\\n`` for a new one),
    and with a drawing the shared processes that it calls and the draft does not hold."""
    newest = save_of(session, find(session, actor, key))
    try:
        before = file_in(session, newest, path)
    except NotFound:
        before = b""
    content = with_line_ends(text, before)
    parts = missing_parts(house, files_in(session, newest) | {path: content}) if is_drawing(path) else {}
    return {path: content} | parts


def with_line_ends(text: str, before: bytes) -> bytes:
    """A text in UTF-8, its lines ended as in what was there before."""
    lines = text.encode("utf-8").replace(_WINDOWS, _UNIX)
    windows = before.count(_WINDOWS)
    return lines.replace(_UNIX, _WINDOWS) if windows and windows == before.count(_UNIX) else lines
